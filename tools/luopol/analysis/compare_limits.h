/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparison of the limits of two policies.
 *
 * Limits on files and bytes apply to each session: the tightest limits are compared
 * exactly. Each limit on sessions has a counter of its own. It is implied only if a
 * single limit of the other policy covers all of its sessions and is as tight. Several
 * limits together may imply it, too; that is not considered, so a difference may be
 * reported where there is none, but none is missed.
 */

#ifndef _LUOPOL_COMPARE_LIMITS_H
#define _LUOPOL_COMPARE_LIMITS_H

#include "analysis/view.h"

/**
 * struct limit_difference - Sessions for which the limits differ.
 * @kind:    What is limited.
 * @line:    Line of the limit in the tighter policy.
 * @most:    The amount of that limit.
 * @other:   The limit in the looser policy. Of limits on sessions, its line is always 0.
 * @gave_up: The search gave up: there may be no such session.
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
 * compare_limits() - Find the limits of one policy that another does not imply.
 * @arena: Memory of a difference, which is valid until @each returns.
 * @tight: The policy with the limits.
 * @loose: The other policy, in the same request space.
 * @each:  Called for each such limit, kind by kind, in the order of the text.
 * @data:  Argument of @each.
 */
void compare_limits(struct arena *arena, const struct view *tight,
		    const struct view *loose,
		    void (*each)(void *data, const struct limit_difference *d),
		    void *data);

#endif /* _LUOPOL_COMPARE_LIMITS_H */
