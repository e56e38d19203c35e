/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on standard error, and what luopol exits with.
 */

#ifndef _LUOPOL_MESSAGE_H
#define _LUOPOL_MESSAGE_H

#include <stdarg.h>

/* What luopol exits with. */
enum {
	EXIT_GOOD = 0,		/* yes, and nothing to complain about */
	EXIT_BAD = 1,		/* no: denied, different, a warning or an error */
	EXIT_TROUBLE = 2,	/* the question could not be answered */
	EXIT_DEPENDS = 3,	/* query: on what was left open */
};


#define __printf_at(a, b) __attribute__((format(printf, a, b)))

/* A line that begins with @prefix. */
void say(const char *prefix, const char *format, va_list args);
/* "luopol: ..." */
__printf_at(1, 2) void complain(const char *format, ...);
/* The same, and the end, with EXIT_TROUBLE. */
__printf_at(1, 2) __attribute__((noreturn)) void give_up(const char *format, ...);
/* "  help: ...": what to do about the message before it. */
__printf_at(1, 2) void help(const char *format, ...);

#endif /* _LUOPOL_MESSAGE_H */
