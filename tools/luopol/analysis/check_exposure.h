/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings about an allow that is open to more than was probably meant.
 */

#ifndef _LUOPOL_CHECK_EXPOSURE_H
#define _LUOPOL_CHECK_EXPOSURE_H

#include "analysis/findings.h"

/* Add the warnings about a statement of @source. */
void check_exposure(struct findings *findings, const struct source *source,
		    const struct luo_statement *statement);

/* Whether the key restricts the statement: it is given, and its value is not "*". */
bool key_restricts(const struct luo_program *program,
		   const struct luo_statement *statement, enum luo_key key);

/* Whether an allow says which program may: by path, digest, cgroup, context or pid. */
bool names_program(const struct luo_program *program,
		   const struct luo_statement *statement);

#endif /* _LUOPOL_CHECK_EXPOSURE_H */
