/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All errors of a policy, where the kernel tells the first one.
 */

#ifndef _LUOPOL_CHECK_ERRORS_H
#define _LUOPOL_CHECK_ERRORS_H

#include "analysis/findings.h"

#define ERRORS_MAX	20

/**
 * check_errors() - Find errors, one a line, in the order of the text.
 * @findings: Where they are added, at most ERRORS_MAX.
 * @source:   The policy, read.
 *
 * What is wrong is repaired in a copy of the text, which is then parsed again, so that
 * each error is one that the kernel would find.
 *
 * Return: Whether there is none; then @source has its program.
 */
bool check_errors(struct findings *findings, struct source *source);

#endif /* _LUOPOL_CHECK_ERRORS_H */
