/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One policy as seen in a space: what of a set of requests it allows.
 *
 * Whatever is found is decided once more by the kernel's own
 * luo_policy_decide() before anybody hears of it.
 */

#ifndef _LUOPOL_VIEW_H
#define _LUOPOL_VIEW_H

#include "luopol.h"
#include "search.h"

/**
 * struct view - A policy in a space.
 * @space:  The space; it outlives the view.
 * @policy: The policy as the kernel has it.
 * @source: Its text.
 * @first:  Its first statement in @space.
 * @end:    Behind its last one.
 * @allows: For each operation its allows.
 * @denies: For each operation its denies.
 * @limits: For each kind its limits.
 */
struct view {
	const struct request_space *space;
	struct luo_policy *policy;
	const struct source *source;
	u32 first;
	u32 end;
	struct interval_index *allows[LUO_OP_COUNT];
	struct interval_index *denies[LUO_OP_COUNT];
	struct interval_index *limits[LUO_LIMIT_COUNT];
};

/**
 * struct witness - A request, and what is decided.
 * @request: The request.
 * @verdict: The verdict.
 */
struct witness {
	struct luo_request request;
	struct luo_verdict verdict;
};

void view_build(struct view *view, const struct request_space *space, u32 program,
		const struct source *source);
void view_destroy(struct view *view);

u32 view_line(const struct view *view, u32 statement);
void view_witness(const struct view *view, struct arena *arena, u32 op,
		  const struct request_box *box, struct witness *witness);
enum found view_allowed(const struct view *view, struct arena *arena, u32 op,
			const struct request_box *in, struct request_box *found);
enum found view_denied(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in, struct request_box *found);
enum found view_not_by(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in, u32 line, bool allow,
		       struct request_box *found);

void view_session_limit(const struct view *view, const char *session, u32 uid,
			bool known, struct luo_limit *tightest);

#endif /* _LUOPOL_VIEW_H */
