// SPDX-License-Identifier: GPL-2.0
/*
 * Comparison of the limits of two policies.
 */

#include <linux/limits.h>

#include "analysis/compare_limits.h"
#include "base/message.h"
#include "model/sample.h"

struct comparison {
	struct arena *arena;
	const struct view *tight;
	const struct view *loose;
	enum luo_limit_kind kind;
	void (*each)(void *data, const struct limit_difference *d);
	void *data;
};

static u64 most(const struct comparison *c, const struct request_box *box)
{
	return c->tight->space->all.statements[box->statement].most[c->kind];
}

/* Keep those of the same policy's limits that decide where they overlap @limit. */
static u32 keep_tighter(const struct comparison *c, const struct request_box **boxes,
			u32 count, const struct request_box *limit)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (most(c, boxes[i]) < most(c, limit) ||
		    (most(c, boxes[i]) == most(c, limit) && boxes[i] < limit))
			boxes[kept++] = boxes[i];
	}
	return kept;
}

/* Keep those of the other policy's limits that are as tight as @limit. */
static u32 keep_as_tight(const struct comparison *c, const struct request_box **boxes,
			 u32 count, const struct request_box *limit)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (most(c, boxes[i]) <= most(c, limit))
			boxes[kept++] = boxes[i];
	}
	return kept;
}

static void find_other(struct comparison *c, struct limit_difference *d)
{
	struct luo_limits limits;

	d->other = (struct luo_limit){ .most = U64_MAX };
	if (d->kind == LUO_LIMIT_SESSIONS)
		return;
	luo_policy_limits(c->loose->policy, d->session, d->uid, d->uid_known,
			  &limits);
	d->other = d->kind == LUO_LIMIT_FILES ? limits.files : limits.bytes;
	if (d->other.most <= d->most)
		die("internal error: the search says that line %u is not "
			"kept, the kernel's code that line %u does",
			d->line, d->other.line);
}

static void report(struct comparison *c, const struct request_box *limit,
		   enum found answer, const struct request_box *found)
{
	struct limit_difference d = {
		.kind = c->kind,
		.line = view_line(c->tight, limit->statement),
		.most = most(c, limit),
		.gave_up = answer == FOUND_GAVE_UP,
	};
	struct luo_request request;

	if (!d.gave_up) {
		sample_request(c->arena, c->tight->space, SPACE_LIMITS, found,
			       &request);
		d.session = request.session;
		d.uid = request.owner;
		d.uid_known = request.owner_known;
		find_other(c, &d);
	}
	c->each(c->data, &d);
}

static bool any_covers(const struct request_box *in, const struct request_box *const *boxes,
		       u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (!request_box_outside(in, boxes[i]))
			return true;
	}
	return false;
}

static void compare_sessions(struct comparison *c, const struct request_box *limit)
{
	const struct request_box **as_tight;
	struct request_box in;
	u32 count;

	request_box_at(c->arena, c->tight->space, SPACE_LIMITS, limit, &in);
	as_tight = interval_index_find(c->loose->limits[c->kind], c->arena, &in,
				       &count);
	count = keep_as_tight(c, as_tight, count, limit);
	if (!any_covers(&in, as_tight, count))
		report(c, limit, FOUND_ONE, &in);
}

static void compare_amount(struct comparison *c, const struct request_box *limit)
{
	const struct request_box **tighter, **as_tight, **cover;
	u32 tighter_count, count, i;
	enum found answer;
	struct request_box in, found;

	request_box_at(c->arena, c->tight->space, SPACE_LIMITS, limit, &in);
	tighter = interval_index_find(c->tight->limits[c->kind], c->arena, &in,
				      &tighter_count);
	tighter_count = keep_tighter(c, tighter, tighter_count, limit);
	as_tight = interval_index_find(c->loose->limits[c->kind], c->arena, &in,
				       &count);
	count = keep_as_tight(c, as_tight, count, limit);
	cover = arena_alloc(c->arena, (tighter_count + count) * sizeof(*cover));
	for (i = 0; i < count; i++)
		cover[i] = as_tight[i];
	for (i = 0; i < tighter_count; i++)
		cover[count + i] = tighter[i];
	answer = search_outside(c->arena, c->tight->space, SPACE_LIMITS, &in,
				cover, count + tighter_count, &found);
	if (answer != FOUND_NONE)
		report(c, limit, answer, &found);
}

void compare_limits(struct arena *arena, const struct view *tight,
		    const struct view *loose,
		    void (*each)(void *data, const struct limit_difference *d),
		    void *data)
{
	struct comparison c = {
		.arena = arena,
		.tight = tight,
		.loose = loose,
		.each = each,
		.data = data,
	};
	const struct request_box *const *limits;
	struct arena_mark mark;
	u32 i, count;

	for (c.kind = 0; c.kind < LUO_LIMIT_COUNT; c.kind++) {
		limits = interval_index_all(tight->limits[c.kind], &count);
		for (i = 0; i < count; i++) {
			mark = arena_mark(arena);
			if (c.kind == LUO_LIMIT_SESSIONS)
				compare_sessions(&c, limits[i]);
			else
				compare_amount(&c, limits[i]);
			arena_release(arena, mark);
		}
	}
}
