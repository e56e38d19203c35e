// SPDX-License-Identifier: GPL-2.0
/*
 * Comparison of two policies: of all requests, by request boxes.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "base/message.h"
#include "common/memory.h"
#include "model/sample.h"

/* ---- Rules that both policies have ---- */

static int class_set_compare(const struct class_set *a, const struct class_set *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return memcmp(a->at, b->at, a->count * sizeof(*a->at));
}

static int request_box_compare(const struct request_box *a, const struct request_box *b)
{
	u32 left, key;
	int order;

	if (a->given != b->given)
		return a->given < b->given ? -1 : 1;
	for (left = a->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		order = class_set_compare(a->keys[key], b->keys[key]);
		if (order)
			return order;
	}
	return tenants_compare(a->with[0], b->with[0]);
}

static int entry_compare(const void *a, const void *b)
{
	return request_box_compare(*(const struct request_box *const *)a,
			   *(const struct request_box *const *)b);
}

/* The boxes of an index, sorted to find equal ones. */
struct sorted {
	const struct request_box **boxes;
	u32 count;
};

static void sort_rules(struct sorted *sorted, const struct interval_index *rules)
{
	const struct request_box *const *all = interval_index_all(rules, &sorted->count);

	sorted->boxes = xcalloc(sorted->count, sizeof(*sorted->boxes));
	if (!sorted->count)
		return;
	memcpy(sorted->boxes, all, sorted->count * sizeof(*all));
	qsort(sorted->boxes, sorted->count, sizeof(*all), entry_compare);
}

static bool has_equal(const struct sorted *sorted, const struct request_box *box)
{
	return sorted->count &&
	       bsearch(&box, sorted->boxes, sorted->count,
		       sizeof(*sorted->boxes), entry_compare);
}

/* ---- Requests ---- */

struct comparison {
	struct arena *arena;
	const struct view *allowing;
	const struct view *denying;
	u32 op;
	struct sorted allows;		/* of @denying */
	struct sorted denies;		/* of @allowing */
	void (*each)(void *data, const struct difference *d);
	void *data;
};

/* Boxes to subtract from a box. */
struct cover {
	const struct request_box **boxes;
	u32 count;
};

static struct cover cover_new(struct comparison *c, u32 room)
{
	return (struct cover){
		arena_alloc(c->arena, room * sizeof(struct request_box *)), 0
	};
}

static void cover_add(struct cover *cover, const struct request_box *const *boxes,
		      u32 count)
{
	if (count)
		memcpy(cover->boxes + cover->count, boxes,
		       count * sizeof(*boxes));
	cover->count += count;
}

/* Keep those of @boxes that precede @box in the text: they decide where both match. */
static u32 keep_before(const struct request_box **boxes, u32 count,
		       const struct request_box *box)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (boxes[i]->statement < box->statement ||
		    (boxes[i]->statement == box->statement && boxes[i] < box))
			boxes[kept++] = boxes[i];
	}
	return kept;
}

/* Exit if the kernel's code decides otherwise than the search: no result would be sound. */
static void confirm(const struct comparison *c, const struct difference *d)
{
	struct luo_verdict allowed, denied;

	luo_policy_decide(c->allowing->policy, &d->request, &allowed);
	luo_policy_decide(c->denying->policy, &d->request, &denied);
	if (!allowed.allow || allowed.line != d->allow || denied.allow ||
	    denied.line != d->deny)
		die("internal error: lines %u and %u of the search are "
			"lines %u and %u of the kernel's code",
			d->allow, d->deny, allowed.line, denied.line);
}

/* Report requests in @in and not in @cover: @deny denies them, or if NULL no rule allows them. */
static void find_difference(struct comparison *c, const struct request_box *in,
			    const struct cover *cover, const struct request_box *deny)
{
	struct difference d = {
		.op = c->op,
		.allow = view_line(c->allowing, in->statement),
		.deny = deny ? view_line(c->denying, deny->statement) : 0,
	};
	enum found answer;
	struct request_box found;

	answer = search_outside(c->arena, c->allowing->space, c->op, in,
				cover->boxes, cover->count, &found);
	if (answer == FOUND_NONE)
		return;
	d.gave_up = answer == FOUND_GAVE_UP;
	if (!d.gave_up) {
		sample_request(c->arena, c->allowing->space, c->op, &found,
			       &d.request);
		confirm(c, &d);
	}
	c->each(c->data, &d);
}

/* Find requests of @in that no rule of the denying policy matches. */
static void compare_unmatched(struct comparison *c, const struct request_box *in,
			      const struct cover *own,
			      const struct cover *denies)
{
	const struct request_box **allows;
	struct cover cover;
	u32 count;

	allows = interval_index_find(c->denying->allows[c->op], c->arena, in, &count);
	cover = cover_new(c, own->count + denies->count + count);
	cover_add(&cover, allows, count);
	cover_add(&cover, own->boxes, own->count);
	cover_add(&cover, denies->boxes, denies->count);
	find_difference(c, in, &cover, NULL);
}

static int text_compare(const void *a, const void *b)
{
	const struct request_box *x = *(const struct request_box *const *)a;
	const struct request_box *y = *(const struct request_box *const *)b;

	return (x > y) - (x < y);
}

/*
 * Find requests of @in that denies of the denying policy match, line by line. A deny
 * that the allowing policy has too makes no difference.
 */
static void compare_denied(struct comparison *c, const struct request_box *in,
			   const struct cover *own, struct cover *denies)
{
	struct cover cover = cover_new(c, own->count + denies->count);
	struct arena_mark mark;
	struct request_box part;
	u32 i;

	if (!denies->count)
		return;
	/* Boxes of a request space are in memory in the order of the text */
	qsort(denies->boxes, denies->count, sizeof(*denies->boxes),
	      text_compare);
	cover_add(&cover, own->boxes, own->count);
	for (i = 0; i < denies->count; i++) {
		if (!has_equal(&c->denies, denies->boxes[i])) {
			mark = arena_mark(c->arena);
			part = *in;
			request_box_narrow(c->arena, &part, denies->boxes[i]);
			find_difference(c, &part, &cover, denies->boxes[i]);
			arena_release(c->arena, mark);
		}
		cover_add(&cover, &denies->boxes[i], 1);
	}
}

static void compare_box(struct comparison *c, const struct request_box *allow)
{
	const struct request_box **before, **denies;
	struct cover own, others;
	u32 before_count, count;
	struct request_box in;

	request_box_at(c->arena, c->allowing->space, c->op, allow, &in);
	if (!request_space_feasible(c->allowing->space, c->op, &in))
		return;
	denies = interval_index_find(c->denying->denies[c->op], c->arena, &in, &count);
	others = (struct cover){ denies, count };
	if (!count && has_equal(&c->allows, allow))
		return;

	before = interval_index_find(c->allowing->allows[c->op], c->arena, &in,
				     &before_count);
	before_count = keep_before(before, before_count, allow);
	denies = interval_index_find(c->allowing->denies[c->op], c->arena, &in,
				     &count);
	own = cover_new(c, before_count + count);
	cover_add(&own, before, before_count);
	cover_add(&own, denies, count);
	if (!has_equal(&c->allows, allow))
		compare_unmatched(c, &in, &own, &others);
	compare_denied(c, &in, &own, &others);
}

static void compare_op(struct comparison *c)
{
	const struct request_box *const *allows;
	struct arena_mark mark;
	u32 i, count;

	sort_rules(&c->allows, c->denying->allows[c->op]);
	sort_rules(&c->denies, c->allowing->denies[c->op]);
	allows = interval_index_all(c->allowing->allows[c->op], &count);
	for (i = 0; i < count; i++) {
		mark = arena_mark(c->arena);
		compare_box(c, allows[i]);
		arena_release(c->arena, mark);
	}
	free(c->allows.boxes);
	free(c->denies.boxes);
}

void compare_requests(struct arena *arena, const struct view *allowing,
		      const struct view *denying,
		      void (*each)(void *data, const struct difference *d),
		      void *data)
{
	struct comparison c = {
		.arena = arena,
		.allowing = allowing,
		.denying = denying,
		.each = each,
		.data = data,
	};

	for (c.op = 0; c.op < LUO_OP_COUNT; c.op++)
		compare_op(&c);
}
