// SPDX-License-Identifier: GPL-2.0
/*
 * Search for a request that is in one box and in none of others.
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

/* A cover that overlaps a box, and the keys in which the box is not within it. */
struct overlap {
	const struct request_box *box;
	u32 outside;
};

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

/*
 * The classes of @box in @key, without those of the covers that @box is not within in
 * @key; if @alone, only of the covers that it is within in all other keys.
 */
static const struct class_set *without(struct arena *arena, const struct request_box *box,
				       const struct overlap *overlaps, u32 count,
				       enum luo_key key, bool alone)
{
	u32 i, j, room = 0, mask = alone ? U32_MAX : BIT(key);
	const struct class_set *from;
	struct class_set *set;

	for (i = 0; i < count; i++) {
		if ((overlaps[i].outside & mask) == BIT(key))
			room += overlaps[i].box->keys[key]->count;
	}
	set = class_set_new(arena, room);
	for (i = 0; i < count; i++) {
		if ((overlaps[i].outside & mask) != BIT(key))
			continue;
		from = overlaps[i].box->keys[key];
		for (j = 0; j < from->count; j++)
			class_set_add(set, from->at[j].low, from->at[j].high);
	}
	class_set_normalize(set);
	return class_set_subtract(arena, box->keys[key], set);
}

/* Subtract from @box the covers that it is outside of in one key. Returns if there are any. */
static bool subtract_single_key(struct search *search, struct request_box *box,
				const struct overlap *overlaps, u32 count)
{
	u32 i, keys = 0, key;

	for (i = 0; i < count; i++) {
		if (is_power_of_two(overlaps[i].outside))
			keys |= overlaps[i].outside;
	}
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(keys & BIT(key)))
			continue;
		box->keys[key] = without(search->arena, box, overlaps, count, key,
					 true);
	}
	for (i = 0; i < count && keys & OUTSIDE_TENANTS; i++) {
		if (overlaps[i].outside == OUTSIDE_TENANTS)
			request_box_exclude(search->arena, box, overlaps[i].box);
	}
	return keys;
}

/* Find those of @covers that overlap @box. Returns false if one covers all of it. */
static bool find_overlaps(struct arena *arena, const struct request_box *box,
			  const struct request_box *const *covers, u32 count,
		    struct overlap **overlaps, u32 *overlap_count)
{
	u32 i, outside;

	*overlaps = arena_alloc(arena, count * sizeof(**overlaps));
	*overlap_count = 0;
	for (i = 0; i < count; i++) {
		outside = request_box_outside(box, covers[i]);
		if (!outside)
			return false;
		if (outside != U32_MAX)
			(*overlaps)[(*overlap_count)++] =
				(struct overlap){ covers[i], outside };
	}
	return true;
}

/* The one of @keys in which @box is outside of most covers. */
static enum luo_key most_common_key(const struct overlap *overlaps, u32 count,
				    u32 keys)
{
	u32 counts[LUO_KEY_COUNT + 1] = {}, i, left, key, best = __builtin_ctz(keys);

	for (i = 0; i < count; i++) {
		for (left = overlaps[i].outside & keys; left; left &= left - 1)
			counts[__builtin_ctz(left)]++;
	}
	for (key = 0; key <= LUO_KEY_COUNT; key++) {
		if (counts[key] > counts[best])
			best = key;
	}
	return best;
}

static u32 drop_key(struct overlap *overlaps, u32 count, enum luo_key key)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (!(overlaps[i].outside & BIT(key)))
			overlaps[kept++] = overlaps[i];
	}
	return kept;
}

static void exclude_all(struct arena *arena, struct request_box *box,
			const struct overlap *overlaps, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (overlaps[i].outside & OUTSIDE_TENANTS)
			request_box_exclude(arena, box, overlaps[i].box);
	}
}

/* Whether tenants alone leave no request in @box: there is nothing to search in it then. */
static bool tenants_exclude_all(struct search *search, struct request_box *box)
{
	struct arena_mark mark = arena_mark(search->arena);
	bool none;

	if (!box->with_count && !box->without)
		return false;
	none = tenants_find(search->arena, search->space, box) == TENANTS_NONE;
	box->named = 0;
	arena_release(search->arena, mark);
	return none;
}

/* No cover is left: whether there is a request in @box depends on tenants alone. */
static enum found finish(struct search *search, struct request_box *box)
{
	if (box->with_count || box->without) {
		switch (tenants_find(search->arena, search->space, box)) {
		case TENANTS_NONE:
			return FOUND_NONE;
		case TENANTS_UNSURE:
			return FOUND_GAVE_UP;
		case TENANTS_SOME:
			break;
		}
	}
	*search->found = *box;
	return FOUND_ONE;
}

/*
 * A heuristic: a key often has values that no statement names. Look for a request of
 * such values, key by key. Modifies @overlaps.
 */
static bool find_in_rest(struct search *search, struct request_box box,
			 struct overlap *overlaps, u32 count)
{
	u32 keys = (BIT(LUO_KEY_COUNT) - 1) | OUTSIDE_TENANTS, i, open;
	struct request_box less;
	enum luo_key key;

	while (count) {
		for (i = 0, open = 0; i < count; i++)
			open |= overlaps[i].outside;
		open &= keys;
		if (!open)
			return false;
		key = most_common_key(overlaps, count, open);
		keys &= ~BIT(key);
		less = box;
		if (BIT(key) == OUTSIDE_TENANTS)
			exclude_all(search->arena, &less, overlaps, count);
		else
			less.keys[key] = without(search->arena, &box, overlaps, count,
						 key, false);
		if (!request_space_feasible(search->space, search->op, &less))
			continue;
		box = less;
		count = drop_key(overlaps, count, key);
	}
	return finish(search, &box) == FOUND_ONE;
}

static const struct overlap *fewest_keys(const struct overlap *overlaps, u32 count)
{
	const struct overlap *best = overlaps;
	u32 i;

	for (i = 1; i < count; i++) {
		if (__builtin_popcount(overlaps[i].outside) <
		    __builtin_popcount(best->outside))
			best = overlaps + i;
	}
	return best;
}

/* ---- Parts ---- */

/*
 * A box that is searched in parts: without one of the covers, which leaves one part for
 * each key, and one for its tenants. Levels lie in the arena and not on the stack: there may
 * be as many as there are covers. A level costs about 300 bytes, and 8 for each cover.
 */
struct level {
	struct level *up;
	struct arena_mark mark;
	struct request_box box;
	struct overlap cover;
	const struct request_box **rest;
	u32 count;
	u32 key;			/* whose part was searched last */
	const struct class_set *in;	/* of that key before */
	enum found worst;
};

static struct level *new_level(struct search *search, struct level *up, struct arena_mark mark,
			       const struct request_box *box, const struct overlap *overlaps,
			       u32 count)
{
	struct level *level = arena_alloc(search->arena, sizeof(*level));
	u32 i;

	*level = (struct level){
		.up = up,
		.mark = mark,
		.box = *box,
		.cover = *fewest_keys(overlaps, count),
		.rest = arena_alloc(search->arena, count * sizeof(*level->rest)),
		.count = count,
		.key = U32_MAX,
		.worst = FOUND_NONE,
	};
	for (i = 0; i < count; i++)
		level->rest[i] = overlaps[i].box;
	return level;
}

/*
 * Search @box, unless that takes parts: then @down is set to a level below @up, and what is
 * returned has no meaning.
 */
static enum found enter(struct search *search, struct level *up, struct request_box box,
			const struct request_box *const *covers, u32 count,
			struct level **down)
{
	struct arena_mark mark = arena_mark(search->arena);
	enum found found = FOUND_NONE;
	struct overlap *overlaps;
	u32 left;

	*down = NULL;
	if (++search->steps > SEARCH_STEPS)
		return FOUND_GAVE_UP;
	for (;;) {
		if (!request_space_feasible(search->space, search->op, &box) ||
		    tenants_exclude_all(search, &box) ||
		    !find_overlaps(search->arena, &box, covers, count, &overlaps, &left))
			goto out;
		if (!subtract_single_key(search, &box, overlaps, left))
			break;
	}
	if (left) {
		*down = new_level(search, up, mark, &box, overlaps, left);
		if (!find_in_rest(search, box, overlaps, left))
			return FOUND_NONE;
		*down = NULL;
		return FOUND_ONE;
	}
	found = finish(search, &box);
	if (found == FOUND_ONE)
		return found;	/* the caller needs the sets: keep the arena */
out:
	arena_release(search->arena, mark);
	return found;
}

/* Make the box of @level its next part, if there is one. */
static bool next_part(struct search *search, struct level *level)
{
	u32 left = level->cover.outside, key = level->key;
	const struct class_set *own;

	/* What is left for the parts behind it is within the cover in this key */
	if (key < LUO_KEY_COUNT) {
		own = level->cover.box->keys[key];
		level->box.keys[key] = class_set_intersect(search->arena, level->in, own);
	}
	if (key != U32_MAX)
		left &= key < LUO_KEY_COUNT ? -2U << key : 0;
	if (left & (BIT(LUO_KEY_COUNT) - 1)) {
		level->key = __builtin_ctz(left);
		level->in = level->box.keys[level->key];
		own = level->cover.box->keys[level->key];
		level->box.keys[level->key] = class_set_subtract(search->arena, level->in, own);
		return true;
	}
	if (!(left & OUTSIDE_TENANTS))
		return false;
	level->key = LUO_KEY_COUNT;
	request_box_exclude(search->arena, &level->box, level->cover.box);
	return true;
}

/*
 * If the search gives up in one part there may still be a request in another. The arena
 * keeps the sets of what is found.
 */
static enum found search_box(struct search *search, const struct request_box *box,
			     const struct request_box *const *covers, u32 count)
{
	struct arena_mark mark = arena_mark(search->arena);
	struct level *level, *down;
	enum found found;

	found = enter(search, NULL, *box, covers, count, &level);
	while (level) {
		if (next_part(search, level)) {
			found = enter(search, level, level->box, level->rest, level->count,
				      &down);
			if (down) {
				level = down;
				continue;
			}
		} else {
			found = level->worst;
			down = level->up;
			arena_release(search->arena, level->mark);
			level = down;
		}
		if (found == FOUND_ONE)
			return found;
		if (search->steps > SEARCH_STEPS) {
			arena_release(search->arena, mark);
			return found;
		}
		if (level && found != FOUND_NONE)
			level->worst = found;
	}
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

	return search_box(&search, in, covers, count);
}

enum found search_any(struct arena *arena, const struct request_space *space, u32 op,
		      const struct request_box *in, struct request_box *found)
{
	return search_outside(arena, space, op, in, NULL, 0, found);
}

bool search_meets(struct arena *arena, const struct request_space *space, u32 op,
		  const struct request_box *in, const struct request_box *with)
{
	struct arena_mark mark = arena_mark(arena);
	struct request_box both = *in, found;
	bool meets;

	request_box_narrow(arena, &both, with);
	meets = search_any(arena, space, op, &both, &found) != FOUND_NONE;
	arena_release(arena, mark);
	return meets;
}
