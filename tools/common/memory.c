// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for programs that can do nothing without.
 *
 * All of it is from calloc() and reallocarray(), and goes by free(): a library that has
 * to know what it allocated has three functions to replace.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

static void *checked(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ?: 1, size ?: 1));
}

void *xrealloc(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count ?: 1, size ?: 1));
}

/* Room for one more than the @count that an array has; doubles when it is full. */
void *xgrow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return xrealloc(array, count ? 2 * count : 1, size);
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t length)
{
	size_t used = strnlen(text, length);

	return memcpy(xcalloc(used + 1, 1), text, used);
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		out_of_memory();
	text = xcalloc(length + 1UL, 1);
	va_start(args, format);
	vsnprintf(text, length + 1UL, format, args);
	va_end(args);
	return text;
}
