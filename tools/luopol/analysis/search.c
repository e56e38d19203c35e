// SPDX-License-Identifier: GPL-2.0
/*
 * Boxes less boxes.
 */

#include <string.h>

#include <linux/limits.h>

#include "analysis/search.h"

struct search {
	struct arena *arena;
	const struct request_space *space;
	u32 op;
	u32 steps;
	struct request_box *found;
};

/* What is taken from a box, and the keys in which the box is not within it. */
struct taken {
	const struct request_box *box;
	u32 outside;
};

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

/*
 * What of @box's @key is left without those of @taken that differ from it in
 * @key; if @alone, in nothing else.
 */
static const struct class_set *without(struct arena *arena, const struct request_box *box,
				       const struct taken *taken, u32 count,
				       enum luo_key key, bool alone)
{
	u32 i, j, room = 0, mask = alone ? U32_MAX : BIT(key);
	const struct class_set *from;
	struct class_set *set;

	for (i = 0; i < count; i++) {
		if ((taken[i].outside & mask) == BIT(key))
			room += taken[i].box->keys[key]->count;
	}
	set = class_set_new(arena, room);
	for (i = 0; i < count; i++) {
		if ((taken[i].outside & mask) != BIT(key))
			continue;
		from = taken[i].box->keys[key];
		for (j = 0; j < from->count; j++)
			class_set_add(set, from->at[j].low, from->at[j].high);
	}
	class_set_normalize(set);
	return class_set_subtract(arena, box->keys[key], set);
}

/* Take from @box what differs from it in one key. Returns if anything did. */
static bool take_simple(struct search *search, struct request_box *box,
			const struct taken *taken, u32 count)
{
	u32 i, keys = 0, key;

	for (i = 0; i < count; i++) {
		if (is_power_of_two(taken[i].outside))
			keys |= taken[i].outside;
	}
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(keys & BIT(key)))
			continue;
		box->keys[key] = without(search->arena, box, taken, count, key,
					 true);
	}
	return keys;
}

/* @taken are those of @covers that overlap @box. Returns false if one has all of it. */
static bool look_at(struct arena *arena, const struct request_box *box,
		    const struct request_box *const *covers, u32 count,
		    struct taken **taken, u32 *taken_count)
{
	u32 i, outside;

	*taken = arena_alloc(arena, count * sizeof(**taken));
	*taken_count = 0;
	for (i = 0; i < count; i++) {
		outside = request_box_outside(box, covers[i]);
		if (!outside)
			return false;
		if (outside != U32_MAX)
			(*taken)[(*taken_count)++] =
				(struct taken){ covers[i], outside };
	}
	return true;
}

/* The key in which most of @taken, those with a key of @keys, differ. */
static enum luo_key most_common_key(const struct taken *taken, u32 count,
				    u32 keys)
{
	u32 counts[LUO_KEY_COUNT] = {}, i, left, key, best = __builtin_ctz(keys);

	for (i = 0; i < count; i++) {
		for (left = taken[i].outside & keys; left; left &= left - 1)
			counts[__builtin_ctz(left)]++;
	}
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (counts[key] > counts[best])
			best = key;
	}
	return best;
}

static u32 drop_key(struct taken *taken, u32 count, enum luo_key key)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (!(taken[i].outside & BIT(key)))
			taken[kept++] = taken[i];
	}
	return kept;
}

/*
 * Where statements name some values of a key, there often is one that none of
 * them names: looks for a request of such values, key by key. Changes @taken.
 */
static bool find_unnamed(struct search *search, struct request_box box,
			 struct taken *taken, u32 count)
{
	u32 keys = BIT(LUO_KEY_COUNT) - 1, i, open;
	struct request_box less;
	enum luo_key key;

	while (count) {
		for (i = 0, open = 0; i < count; i++)
			open |= taken[i].outside;
		open &= keys;
		if (!open)
			return false;
		key = most_common_key(taken, count, open);
		keys &= ~BIT(key);
		less = box;
		less.keys[key] = without(search->arena, &box, taken, count, key,
					 false);
		if (!request_space_feasible(search->space, search->op, &less))
			continue;
		box = less;
		count = drop_key(taken, count, key);
	}
	*search->found = box;
	return true;
}

static const struct taken *fewest_keys(const struct taken *taken, u32 count)
{
	const struct taken *best = taken;
	u32 i;

	for (i = 1; i < count; i++) {
		if (__builtin_popcount(taken[i].outside) <
		    __builtin_popcount(best->outside))
			best = taken + i;
	}
	return best;
}

static enum found search_box(struct search *search, struct request_box box,
			     const struct request_box *const *covers, u32 count);

/* All of @box but what is in @cover, part by part. */
static enum found search_parts(struct search *search, struct request_box box,
			       const struct taken *cover,
			       const struct request_box *const *covers, u32 count)
{
	const struct class_set *in, *own;
	enum found found;
	u32 key;

	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(cover->outside & BIT(key)))
			continue;
		own = cover->box->keys[key];
		in = box.keys[key];
		box.keys[key] = class_set_subtract(search->arena, in, own);
		found = search_box(search, box, covers, count);
		if (found != FOUND_NONE)
			return found;
		box.keys[key] = class_set_intersect(search->arena, in, own);
	}
	return FOUND_NONE;
}

static enum found search_box(struct search *search, struct request_box box,
			     const struct request_box *const *covers, u32 count)
{
	struct arena_mark mark = arena_mark(search->arena);
	enum found found = FOUND_NONE;
	const struct request_box **rest;
	struct taken *taken, cover;
	u32 left, i;

	if (++search->steps > SEARCH_STEPS)
		return FOUND_GAVE_UP;
	for (;;) {
		if (!request_space_feasible(search->space, search->op, &box) ||
		    !look_at(search->arena, &box, covers, count, &taken, &left))
			goto out;
		if (!take_simple(search, &box, taken, left))
			break;
	}
	if (!left) {
		*search->found = box;
		return FOUND_ONE;	/* its sets have to stay */
	}
	rest = arena_alloc(search->arena, left * sizeof(*rest));
	for (i = 0; i < left; i++)
		rest[i] = taken[i].box;
	cover = *fewest_keys(taken, left);
	if (find_unnamed(search, box, taken, left))
		return FOUND_ONE;
	found = search_parts(search, box, &cover, rest, left);
	if (found == FOUND_ONE)
		return found;
out:
	arena_release(search->arena, mark);
	return found;
}

enum found search_outside(struct arena *arena, const struct request_space *space,
			  u32 op, const struct request_box *in,
			  const struct request_box *const *covers, u32 count,
			  struct request_box *found)
{
	struct search search = {
		.arena = arena,
		.space = space,
		.op = op,
		.found = found,
	};

	return search_box(&search, *in, covers, count);
}
