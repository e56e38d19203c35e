/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between policies as text.
 */

#ifndef _LUOPOL_DIFF_TEXT_H
#define _LUOPOL_DIFF_TEXT_H

#include <stdio.h>

#include "analysis/diff.h"

/* Print the differences, each with @sign before it. */
void diff_text(const struct diff_way *way, const char *sign);
/* Print what both deny and log differently: @what becomes of the record. */
void diff_text_quiet(const struct diff_way *way, const char *what);
/* Print a message for each search that gave up. */
void diff_complain(const struct diff_way *way);

#endif /* _LUOPOL_DIFF_TEXT_H */
