/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one policy allows and another denies. A difference is an operation, the line
 * that allows, and the line that denies, or 0 if no rule matches. The comparison is
 * exact: every request that is decided differently belongs to exactly one difference.
 *
 * Rules that both policies have are skipped. For the others, each pair of an allow of
 * one policy and an overlapping deny of the other takes a search (search.h).
 */

#ifndef _LUOPOL_COMPARE_H
#define _LUOPOL_COMPARE_H

#include "analysis/view.h"

/**
 * struct difference - Requests that are decided differently.
 * @op:      Their operation.
 * @allow:   Line of the allowing policy that allows them.
 * @deny:    Line of the denying policy that denies them; 0 if no line matches.
 * @gave_up: The search gave up: there may be none.
 * @request: One of them, unless @gave_up.
 */
struct difference {
	u32 op;
	u32 allow;
	u32 deny;
	bool gave_up;
	struct luo_request request;
};

/**
 * compare_requests() - Find what one policy allows and another denies.
 * @arena:    Memory of a difference, which is valid until @each returns.
 * @allowing: The allowing policy.
 * @denying:  The denying policy, in the same request space.
 * @each:     Called for each difference: operation by operation, in the order of the
 *            text of @allowing. A statement may have two boxes, so the same lines may
 *            be reported twice.
 * @data:     Argument of @each.
 */
void compare_requests(struct arena *arena, const struct view *allowing,
		      const struct view *denying,
		      void (*each)(void *data, const struct difference *d),
		      void *data);

#endif /* _LUOPOL_COMPARE_H */
