/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between policies as text.
 */

#ifndef _LUOPOL_DIFF_TEXT_H
#define _LUOPOL_DIFF_TEXT_H

#include <stdio.h>

#include "analysis/diff.h"

/* What was found, @sign before each. */
void diff_text(const struct diff_way *way, const char *sign);
/* Messages about what was not found out. */
void diff_complain(const struct diff_way *way);
/* The session of a limit, as conditions. */
void write_session(FILE *out, const struct limit_difference *d);

#endif /* _LUOPOL_DIFF_TEXT_H */
