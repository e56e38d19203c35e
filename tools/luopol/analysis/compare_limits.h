/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of two policies, compared.
 *
 * Files and bytes are limited session by session: what the tightest limits are is
 * compared exactly. Limits of sessions count sessions, each on its own: one is kept
 * if a single statement of the other policy is as tight for as many sessions. That
 * several might do so together is not considered, so that a difference is told too
 * often rather than too seldom.
 */

#ifndef _LUOPOL_COMPARE_LIMITS_H
#define _LUOPOL_COMPARE_LIMITS_H

#include "analysis/view.h"

/**
 * struct limit_difference - Sessions for which the limits differ.
 * @kind:    What is limited.
 * @line:    Line of the limit that is kept in the one policy.
 * @most:    What it says.
 * @other:   The limit in the other, looser. Of sessions: no single statement
 *           keeps the limit; line 0.
 * @gave_up: It was not found out whether there are any.
 * @session: Name of one of these sessions, unless @gave_up.
 * @uid:     uid of its creator.
 * @uid_known: @uid is known.
 */
struct limit_difference {
	enum luo_limit_kind kind;
	u32 line;
	u64 most;
	struct luo_limit other;
	bool gave_up;
	const char *session;
	u32 uid;
	bool uid_known;
};

/**
 * compare_limits() - Find the limits of one policy that another does not keep.
 * @arena: Where what is found is allocated, until @each returns.
 * @tight: The one policy.
 * @loose: The other, in the same request space.
 * @each:  Is called for each such limit, kind by kind, in the order of the text.
 * @data:  What @each gets.
 */
void compare_limits(struct arena *arena, const struct view *tight,
		    const struct view *loose,
		    void (*each)(void *data, const struct limit_difference *d),
		    void *data);

#endif /* _LUOPOL_COMPARE_LIMITS_H */
