// SPDX-License-Identifier: GPL-2.0
/*
 * Comparison of what two policies log of what both deny, by request boxes.
 *
 * A policy denies a request quietly if a quiet deny matches and no other deny does. The
 * other policy denies it with a record if a deny that is not quiet matches, or nothing.
 */

#include <string.h>

#include <linux/limits.h>

#include "analysis/compare_quiet.h"
#include "base/message.h"
#include "model/sample.h"

struct comparison {
	struct arena *arena;
	const struct view *quiet;
	const struct view *logging;
	u32 op;
};

/* Boxes to subtract from a box. */
struct cover {
	const struct request_box **boxes;
	u32 count;
};

static bool is_quiet(const struct comparison *c, const struct request_box *box)
{
	return c->quiet->space->all.statements[box->statement].quiet;
}

/* The denies of a policy that match some of @in and are logged. */
static struct cover logged_denies(const struct comparison *c, const struct view *view,
				  const struct request_box *in)
{
	struct cover cover;
	u32 i, count;

	cover.boxes = interval_index_find(view->denies[c->op], c->arena, in, &count);
	cover.count = 0;
	for (i = 0; i < count; i++) {
		if (!is_quiet(c, cover.boxes[i]))
			cover.boxes[cover.count++] = cover.boxes[i];
	}
	return cover;
}

/* A request of @in that deny @loud of the logging policy matches. */
static enum found find_under(const struct comparison *c, const struct request_box *in,
			     const struct request_box *loud, const struct cover *own,
			     struct request_box *found)
{
	struct request_box part = *in;

	request_box_narrow(c->arena, &part, loud);
	if (!request_space_feasible(c->quiet->space, c->op, &part))
		return FOUND_NONE;
	return search_outside(c->arena, c->quiet->space, c->op, &part, own->boxes,
			      own->count, found);
}

/* A request of @in that nothing in the logging policy matches. */
static enum found find_unmatched(const struct comparison *c, const struct request_box *in,
				 const struct cover *own, struct request_box *found)
{
	const struct request_box **allows, **denies, **all;
	u32 allow_count, deny_count;

	allows = interval_index_find(c->logging->allows[c->op], c->arena, in, &allow_count);
	denies = interval_index_find(c->logging->denies[c->op], c->arena, in, &deny_count);
	all = arena_alloc(c->arena,
			  (own->count + allow_count + deny_count + 1) * sizeof(*all));
	if (own->count)
		memcpy(all, own->boxes, own->count * sizeof(*all));
	if (allow_count)
		memcpy(all + own->count, allows, allow_count * sizeof(*all));
	if (deny_count)
		memcpy(all + own->count + allow_count, denies, deny_count * sizeof(*all));
	return search_outside(c->arena, c->quiet->space, c->op, in, all,
			      own->count + allow_count + deny_count, found);
}

/* A request of @in, a quiet deny, that is logged by the other policy and not by its own. */
static enum found find_request(const struct comparison *c, const struct request_box *in,
			       struct request_box *found)
{
	struct cover own = logged_denies(c, c->quiet, in);
	struct cover loud = logged_denies(c, c->logging, in);
	enum found answer;
	u32 i;

	for (i = 0; i < loud.count; i++) {
		answer = find_under(c, in, loud.boxes[i], &own, found);
		if (answer != FOUND_NONE)
			return answer;
	}
	return find_unmatched(c, in, &own, found);
}

/* Exit if the kernel's code decides otherwise than the search: no result would be sound. */
static void confirm(const struct comparison *c, struct quiet_difference *d)
{
	struct luo_verdict quiet, logged;

	luo_policy_decide(c->quiet->policy, &d->request, &quiet);
	luo_policy_decide(c->logging->policy, &d->request, &logged);
	if (!quiet.quiet || logged.allow || logged.quiet)
		die("internal error: a %s is quiet for the search, and not for the kernel's code",
		    luo_op_names[d->op]);
	d->logged = logged.line;
}

static bool compare_deny(const struct comparison *c, const struct request_box *deny,
			 struct quiet_difference *d)
{
	struct request_box in, found;
	enum found answer;

	request_box_at(c->arena, c->quiet->space, c->op, deny, &in);
	if (!request_space_feasible(c->quiet->space, c->op, &in))
		return false;
	answer = find_request(c, &in, &found);
	if (answer == FOUND_NONE)
		return false;
	*d = (struct quiet_difference){
		.op = c->op,
		.quiet = view_line(c->quiet, deny->statement),
		.gave_up = answer == FOUND_GAVE_UP,
	};
	if (!d->gave_up) {
		sample_request(c->arena, c->quiet->space, c->op, &found, &d->request);
		confirm(c, d);
	}
	return true;
}

void compare_quiet(struct arena *arena, const struct view *quiet,
		   const struct view *logging,
		   void (*each)(void *data, const struct quiet_difference *d),
		   void *data)
{
	struct comparison c = { .arena = arena, .quiet = quiet, .logging = logging };
	const struct request_box *const *denies;
	struct quiet_difference d;
	struct arena_mark mark;
	u32 i, count, last;

	for (c.op = 0; c.op < LUO_OP_COUNT; c.op++) {
		denies = interval_index_all(quiet->denies[c.op], &count);
		last = U32_MAX;
		for (i = 0; i < count; i++) {
			/* A statement with owner= has two boxes */
			if (!is_quiet(&c, denies[i]) || denies[i]->statement == last)
				continue;
			mark = arena_mark(arena);
			if (compare_deny(&c, denies[i], &d)) {
				each(data, &d);
				last = denies[i]->statement;
			}
			arena_release(arena, mark);
		}
	}
}
