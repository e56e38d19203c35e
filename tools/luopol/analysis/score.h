/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How open a policy is, as a number.
 */

#ifndef _LUOPOL_SCORE_H
#define _LUOPOL_SCORE_H

#include "analysis/findings.h"

#define SCORE_PARTS	8

/**
 * struct score_part - One question that is asked of each allow.
 * @what:   What is open.
 * @weight: What it counts if all of them are, in hundredths.
 * @of:     How many were asked.
 * @open:   How many of these are open.
 * @line:   The line of the first of them; 0 if there is none.
 */
struct score_part {
	const char *what;
	u32 weight;
	u32 of;
	u32 open;
	u32 line;
};

/**
 * struct score - All of them.
 * @parts:  The questions.
 * @tenths: The sum: 0 is the tightest policy, 100 one that allows all to everybody.
 */
struct score {
	struct score_part parts[SCORE_PARTS];
	u32 tenths;
};

/* @findings are those of check_source(). */
void score_find(struct score *score, const struct source *source,
		const struct findings *findings);
/* What a part adds to @tenths. */
u32 score_tenths(const struct score_part *part);
/* "tight", "fair", "exposed" or "open". */
const char *score_word(const struct score *score);

#endif /* _LUOPOL_SCORE_H */
