/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A call of the library: what it allocates, and what it says.
 *
 * The code that luopol is made of ends the program when there is no memory left, and
 * prints what it complains about. Here it returns to the call instead, from wherever it
 * is. So all that it allocates is in a list of the call, and is freed with that.
 */

#ifndef _LUOPOL_CALL_H
#define _LUOPOL_CALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include "api/libluo-policy.h"

struct block;

/**
 * struct call - A call of the library.
 * @out:       Where to return to from the middle.
 * @blocks:    What was allocated. Each block costs 16 bytes besides.
 * @error:     What went wrong; its code is 0 as long as nothing did.
 * @no_memory: Some memory was not there: no result is to be trusted.
 *
 * Costs about 1 KiB of stack.
 */
struct call {
	jmp_buf out;
	struct block *blocks;
	struct luopol_error error;
	bool no_memory;
};

/**
 * call_run() - Do the work of a call.
 * @call: The call; call_end() ends it.
 * @work: The work. It returns 0, or anything else after a message.
 * @data: Argument of @work.
 *
 * Return: 0, or a negative errno.
 */
int call_run(struct call *call, int (*work)(void *data), void *data);

/* Free what @call has, and copy what went wrong. Returns what call_run() did. */
int call_end(struct call *call, struct luopol_error *error);

/* The list of what @call has allocated; it is call_drop()'s to free from now on. */
struct block *call_keep(struct call *call);
void call_drop(struct block *blocks);

/* The call of this thread, while it does its work. */
struct call *call_current(void);
/* Leave the work from the middle. */
_Noreturn void call_leave(void);

/* Describe what went wrong, unless something did before. */
void call_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whatever else went wrong in @call, it did for want of memory. */
void call_blame_memory(struct call *call);
/* As vsnprintf(), with '?' for what is not printable ASCII. */
void call_set_text(char *to, size_t size, const char *format, va_list args);

#endif /* _LUOPOL_CALL_H */
