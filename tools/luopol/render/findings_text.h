/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors and warnings as text, on standard error, and the score on standard output.
 */

#ifndef _LUOPOL_FINDINGS_TEXT_H
#define _LUOPOL_FINDINGS_TEXT_H

#include "analysis/findings.h"
#include "analysis/score.h"

void findings_text(const struct source *source, const struct findings *findings);
void score_text(const struct source *source, const struct score *score);

#endif /* _LUOPOL_FINDINGS_TEXT_H */
