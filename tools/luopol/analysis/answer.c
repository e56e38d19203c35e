// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy decides of a request that may leave keys open.
 */

#include "analysis/answer.h"

/* Whether @in leaves no choice of the value of @key, a name. */
static bool is_settled(const struct request_space *space, const struct request_box *in,
		       u32 key)
{
	const struct class_set *set = in->keys[key];
	u32 class = set->at[0].low;

	if (set->count > 1 || set->at[0].high != class)
		return false;
	return class == request_space_unknown(space, key) ||
	       (class && !space->names[key].patterns[class - 1].prefix);
}

static u32 open_keys(const struct request_space *space, const struct request_box *in, u32 keys)
{
	u32 left, open = 0;

	for (left = keys; left; left &= left - 1) {
		if (!is_settled(space, in, __builtin_ctz(left)))
			open |= left & -left;
	}
	return open;
}

/* The keys by which @boxes decide differently within @in, which has all keys. */
static u32 deciding_keys(const struct request_space *space,
			 const struct request_box *const *boxes, u32 count,
			 const struct request_box *in)
{
	u32 i, keys = 0, outside;

	for (i = 0; i < count; i++) {
		outside = request_box_outside(in, boxes[i]);
		if (outside & OUTSIDE_TENANTS)
			outside |= open_keys(space, in, boxes[i]->with[0]->keys);
		keys |= outside & ~OUTSIDE_TENANTS;
	}
	return keys;
}

static void find_keys(struct answer *answer, const struct view *view,
		      struct arena *arena, u32 op)
{
	const struct request_box **boxes;
	u32 i, count;

	for (i = 0; i < answer->count; i++) {
		boxes = interval_index_find(view->allows[op], arena,
					    &answer->boxes[i], &count);
		answer->keys |= deciding_keys(view->space, boxes, count,
					      &answer->boxes[i]);
		boxes = interval_index_find(view->denies[op], arena,
					    &answer->boxes[i], &count);
		answer->keys |= deciding_keys(view->space, boxes, count,
					      &answer->boxes[i]);
	}
}

/* Find a request that is allowed, or one that is denied. */
static bool find_either(struct answer *answer, const struct view *view,
			struct arena *arena, u32 op, bool allow)
{
	enum found (*look)(const struct view *view, struct arena *arena, u32 op,
			   const struct request_box *in, struct request_box *found) =
		allow ? view_allowed : view_denied;
	struct request_box box;
	u32 i;

	for (i = 0; i < answer->count; i++) {
		switch (look(view, arena, op, &answer->boxes[i], &box)) {
		case FOUND_ONE:
			view_witness(view, arena, op, &box,
				     allow ? &answer->allowed :
					     &answer->denied);
			return true;
		case FOUND_GAVE_UP:
			answer->kind = ANSWER_GAVE_UP;
			return false;
		case FOUND_NONE:
			break;
		}
	}
	return false;
}

/* Drop boxes of which the kernel can make no request: no line denies any of them. */
static void drop_infeasible(struct answer *answer, const struct request_space *space,
			    u32 op)
{
	u32 i, kept = 0;

	for (i = 0; i < answer->count; i++) {
		if (request_space_feasible(space, op, &answer->boxes[i]))
			answer->boxes[kept++] = answer->boxes[i];
	}
	answer->count = kept;
}

void answer_find(struct answer *answer, const struct view *view,
		 struct request_space *space, const struct requests *requests,
		 u32 number, u32 op)
{
	bool allowed, denied;

	*answer = (struct answer){};
	answer->count = request_boxes(requests, space, 1, number, op,
				      answer->boxes);
	drop_infeasible(answer, space, op);
	allowed = find_either(answer, view, &space->arena, op, true);
	denied = find_either(answer, view, &space->arena, op, false);
	if (answer->kind == ANSWER_GAVE_UP)
		return;
	if (allowed && denied) {
		answer->kind = ANSWER_DEPENDS;
		find_keys(answer, view, &space->arena, op);
	} else if (allowed) {
		answer->kind = ANSWER_ALLOWED;
	} else if (denied) {
		answer->kind = ANSWER_DENIED;
	}
}
