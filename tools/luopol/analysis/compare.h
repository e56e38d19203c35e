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

#include "view.h"

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

void compare_requests(struct arena *arena, const struct view *allowing,
		      const struct view *denying,
		      void (*each)(void *data, const struct difference *d),
		      void *data);
void compare_limits(struct arena *arena, const struct view *tight,
		    const struct view *loose,
		    void (*each)(void *data, const struct limit_difference *d),
		    void *data);

#endif /* _LUOPOL_COMPARE_H */
