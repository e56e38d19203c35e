/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libluo: errors as values.
 */

#ifndef LIBLUO_ERROR_H
#define LIBLUO_ERROR_H

#include "libluo.h"

/* What was being done: the same errno means different things. */
enum luo_op {
	LUO_OP_OPEN,
	LUO_OP_CREATE,
	LUO_OP_RETRIEVE,
	LUO_OP_FINISH,
	LUO_OP_PRESERVE,
	LUO_OP_RESTORE,
	LUO_OP_CHECK,
	LUO_OP_SEND,
	LUO_OP_DESCRIBE,
	LUO_OP_LIST,
};

/* Why a list ended when the function that is called for each returned a negative errno. */
#define LUO_ENDED	"the caller's function ended it"

/*
 * Describe the error @code, a positive errno, in @error, which may be NULL. @format has
 * what was to be done, such as "create session vm-1"; why it failed is looked up. Returns
 * -@code.
 */
int luo_fail(struct luo_error *error, enum luo_op op, int code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same, where the caller knows why. */
int luo_fail_why(struct luo_error *error, int code, const char *why, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* LIBLUO_ERROR_H */
