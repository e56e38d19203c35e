/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What values of a policy name that is not on this machine.
 */

#ifndef _LUOPOL_CHECK_VALUES_H
#define _LUOPOL_CHECK_VALUES_H

#include "base/source.h"

/**
 * check_values() - Warn of suspicious values of a statement.
 * @source:    The policy.
 * @statement: A statement of it.
 * @root:      See check_source().
 *
 * Return: How many warnings were written.
 */
u32 check_values(const struct source *source,
		 const struct luo_statement *statement, const char *root);

#endif /* _LUOPOL_CHECK_VALUES_H */
