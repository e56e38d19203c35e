/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on standard error, and exit statuses.
 */

#ifndef _LUOPOL_MESSAGE_H
#define _LUOPOL_MESSAGE_H

#include <stdarg.h>

/* Exit statuses. */
enum {
	EXIT_GOOD = 0,		/* success: allowed, equal, no error */
	EXIT_BAD = 1,		/* denied, different, an error in a policy */
	EXIT_TROUBLE = 2,	/* usage, I/O, or a search that gave up */
	EXIT_DEPENDS = 3,	/* query: allowed or denied, by a key that was left out */
	EXIT_NEVER = 4,		/* query: no program can make such a request */
};

#define __printf_at(a, b) __attribute__((format(printf, a, b)))

/* Print a line that begins with @prefix. */
void print_message(const char *prefix, const char *format, va_list args);
/* Print "luopol: MESSAGE". */
__printf_at(1, 2) void complain(const char *format, ...);
/* Print "luopol: MESSAGE" and exit with EXIT_TROUBLE. */
__printf_at(1, 2) __attribute__((noreturn)) void die(const char *format, ...);
/* Print "  help: MESSAGE": what to do about the message before it. */
__printf_at(1, 2) void help(const char *format, ...);

#endif /* _LUOPOL_MESSAGE_H */
