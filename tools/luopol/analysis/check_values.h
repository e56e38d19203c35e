/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings about values that do not exist on this machine.
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
 * Return: The number of warnings.
 */
u32 check_values(const struct source *source,
		 const struct luo_statement *statement, const char *root);

#endif /* _LUOPOL_CHECK_VALUES_H */
