/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings about values that do not exist on this machine.
 */

#ifndef _LUOPOL_CHECK_VALUES_H
#define _LUOPOL_CHECK_VALUES_H

#include "analysis/findings.h"

/**
 * check_values() - Warn of suspicious values of a statement.
 * @findings:  Where the warnings are added.
 * @source:    The policy.
 * @statement: A statement of it.
 * @root:      See check_source().
 */
void check_values(struct findings *findings, const struct source *source,
		  const struct luo_statement *statement, const char *root);

#endif /* _LUOPOL_CHECK_VALUES_H */
