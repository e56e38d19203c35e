/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A compiled policy, private to compile.c and decide.c.
 */

#ifndef _SECURITY_LUO_LSM_COMPILED_H
#define _SECURITY_LUO_LSM_COMPILED_H

#include "language.h"

struct luo_policy {
	struct luo_program program;
};

#endif /* _SECURITY_LUO_LSM_COMPILED_H */
