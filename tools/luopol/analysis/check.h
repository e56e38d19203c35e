/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings about statements without effect, or with one that was probably not meant.
 */

#ifndef _LUOPOL_CHECK_H
#define _LUOPOL_CHECK_H

#include "analysis/findings.h"

/**
 * check_source() - Warn of suspicious statements.
 * @findings: Where the warnings are added, in the order of the text.
 * @source: The policy, parsed.
 * @root:   Root directory in which executables are looked up; NULL for no look-ups.
 *          Contexts are looked up only if it is "/".
 */
void check_source(struct findings *findings, const struct source *source,
		  const char *root);

#endif /* _LUOPOL_CHECK_H */
