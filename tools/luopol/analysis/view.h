/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy in a request space: which requests of a box it allows.
 *
 * Each result is confirmed by the kernel's own luo_policy_decide() before it is
 * returned.
 */

#ifndef _LUOPOL_VIEW_H
#define _LUOPOL_VIEW_H

#include "analysis/search.h"
#include "base/source.h"
#include "model/interval_index.h"
#include "model/request_space.h"
#include "policy.h"

/**
 * struct view - A policy in a request space.
 * @space:  The request space; it outlives the view.
 * @policy: The policy, compiled by the kernel's code.
 * @source: The text of the policy.
 * @first:  Index of its first statement in @space.
 * @end:    Index after its last statement.
 * @allows: For each operation, its allows.
 * @denies: For each operation, its denies.
 * @limits: For each kind, its limits.
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
 * struct witness - A request and its verdict.
 * @request: The request.
 * @verdict: The verdict.
 */
struct witness {
	struct luo_request request;
	struct luo_verdict verdict;
};

/**
 * view_build() - View a policy in a request space.
 * @view:    The result; view_destroy() frees it.
 * @space:   The request space; it outlives the view.
 * @program: Number of the policy in @space.
 * @source:  Text of the policy; it outlives the view.
 */
void view_build(struct view *view, const struct request_space *space,
		u32 program, const struct source *source);
void view_destroy(struct view *view);

/* The line of a statement, by its index in request_space.all. */
u32 view_line(const struct view *view, u32 statement);

/**
 * view_witness() - A request of a box, as the kernel decides it.
 * @view:    The policy.
 * @arena:   Where its names are allocated.
 * @op:      The operation.
 * @box:     The box, of which request_space_feasible() is true.
 * @witness: The request and the verdict.
 */
void view_witness(const struct view *view, struct arena *arena, u32 op,
		  const struct request_box *box, struct witness *witness);

/**
 * view_allowed() - Find a request of a box that is allowed.
 * @view:  The policy.
 * @arena: Where sets are allocated.
 * @op:    The operation.
 * @in:    The box, which has all keys.
 * @found: If there is one, a box of requests all of which are allowed.
 *
 * Return: Whether there is one.
 */
enum found view_allowed(const struct view *view, struct arena *arena, u32 op,
			const struct request_box *in,
			struct request_box *found);

/* The same for a request that is denied. */
enum found view_denied(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in,
		       struct request_box *found);

/**
 * view_not_by() - Find a request of a box that another line decides.
 * @view:  The policy.
 * @arena: Where sets are allocated.
 * @op:    The operation.
 * @in:    The box, which has all keys. The policy allows all of it, or denies all.
 * @line:  The line that is expected to decide; 0 if no line is.
 * @allow: The policy allows all of the box.
 * @found: If there is one, a box of requests that another line decides.
 *
 * Return: Whether there is one.
 */
enum found view_not_by(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in, u32 line, bool allow,
		       struct request_box *found);

/**
 * view_session_limit() - The tightest limit on sessions that counts a session.
 * @view:     The policy.
 * @session:  Name of the session; NULL if it is unknown.
 * @uid:      uid of its creator.
 * @known:    @uid is known.
 * @tightest: The limit. Its line is 0 if there is none.
 */
void view_session_limit(const struct view *view, const char *session, u32 uid,
			bool known, struct luo_limit *tightest);

#endif /* _LUOPOL_VIEW_H */
