// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on standard error.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"

void print_message(const char *prefix, const char *format, va_list args)
{
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_message("luopol: ", format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_message("luopol: ", format, args);
	va_end(args);
	exit(EXIT_TROUBLE);
}

void help(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_message("  help: ", format, args);
	va_end(args);
}
