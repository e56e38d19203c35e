/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one policy denies without a record, and another denies with one. The
 * comparison is exact: if there is such a request, one is found.
 */

#ifndef _LUOPOL_COMPARE_QUIET_H
#define _LUOPOL_COMPARE_QUIET_H

#include "analysis/view.h"

/**
 * struct quiet_difference - Requests that are both denied, and logged differently.
 * @op:      Their operation.
 * @quiet:   Line of a quiet deny that matches them; the quiet policy has it.
 * @logged:  Line that the record of the logging policy names; 0 if no line matches.
 * @gave_up: The search gave up: there may be none, and @logged is 0.
 * @request: One of them, unless @gave_up.
 */
struct quiet_difference {
	u32 op;
	u32 quiet;
	u32 logged;
	bool gave_up;
	struct luo_request request;
};

/**
 * compare_quiet() - Find what one policy denies quietly, and another does not.
 * @arena:   Memory of a difference, which is valid until @each returns.
 * @quiet:   The quiet policy.
 * @logging: The logging policy, in the same request space.
 * @each:    Called once at most for each operation of a quiet deny.
 * @data:    Argument of @each.
 */
void compare_quiet(struct arena *arena, const struct view *quiet,
		   const struct view *logging,
		   void (*each)(void *data, const struct quiet_difference *d),
		   void *data);

#endif /* _LUOPOL_COMPARE_QUIET_H */
