/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one policy allows and another does not. Exact: every request that is
 * decided differently is of exactly one difference that is told, that of its
 * operation, of the line that allows it and of what denies it, a line or that
 * none allows it.
 *
 * What stands in both policies is skipped; the rest takes a search (search.h)
 * for each pair of an allow of the one and a deny of the other that meet.
 */

#ifndef _LUOPOL_COMPARE_H
#define _LUOPOL_COMPARE_H

#include "analysis/view.h"

/**
 * struct difference - Requests that are decided differently.
 * @op:      Their operation.
 * @allow:   Line that allows them, in the one policy.
 * @deny:    Line that denies them in the other; 0 if none allows them.
 * @gave_up: It was not found out whether there are any.
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
 * @arena:    Where what is found is allocated, until @each returns.
 * @allowing: The one policy.
 * @denying:  The other, in the same request space.
 * @each:     Is called for each difference: operation by operation, in the order of
 *            the text of @allowing. A statement may have two boxes, so that the same
 *            lines may come twice.
 * @data:     What @each gets.
 */
void compare_requests(struct arena *arena, const struct view *allowing,
		      const struct view *denying,
		      void (*each)(void *data, const struct difference *d),
		      void *data);

#endif /* _LUOPOL_COMPARE_H */
