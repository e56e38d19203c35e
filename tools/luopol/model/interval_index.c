// SPDX-License-Identifier: GPL-2.0
/*
 * Piles of boxes.
 */

#include <stdlib.h>

#include <linux/limits.h>

#include "luopol.h"
#include "search.h"

#define FEW		16	/* boxes that are looked at one by one */
#define NARROW		16	/* 1 / so much of all classes of a key */

struct entry {
	u32 low;
	u32 high;
	u32 highest;		/* of this one and all before it */
	const struct box *box;
};

struct level {
	enum luo_key key;
	u32 count;
	struct entry *entries;
};

struct pile {
	const struct space *space;
	u32 op;
	u32 count;
	u32 room;
	const struct box **boxes;
	u32 rest_count;
	const struct box **rest;
	u32 met_count;
	const struct box **met;		/* room for all, while they are found */
	u32 level_count;
	struct level levels[LUO_KEY_COUNT];
};

struct pile *pile_new(const struct space *space, u32 op)
{
	struct pile *pile = xcalloc(1, sizeof(*pile));

	pile->space = space;
	pile->op = op;
	return pile;
}

/* In the order of the text, before pile_settle(). */
void pile_add(struct pile *pile, u32 statement)
{
	u32 i;

	for (i = 0; i < pile->space->box_count[statement]; i++) {
		if (pile->count == pile->room) {
			pile->room = 2 * pile->room + 16;
			pile->boxes = xrealloc(pile->boxes, pile->room,
					       sizeof(*pile->boxes));
		}
		pile->boxes[pile->count++] = &pile->space->boxes[statement][i];
	}
}

/* The class of what is not known, which all denies have; U32_MAX: none. */
static u32 unknown_class(const struct pile *pile, enum luo_key key)
{
	return luo_has_unknown_class(key) ? space_unknown(pile->space, key) :
					    U32_MAX;
}

/*
 * From the first to the last class of @set, but for the one of what is not
 * known: it is behind all others. Returns if there are any.
 */
static bool hull(const struct pile *pile, enum luo_key key,
		 const struct set *set, struct range *range)
{
	u32 unknown = unknown_class(pile, key);
	const struct range *last;

	if (!set->count || set->at[0].low == unknown)
		return false;
	last = &set->at[set->count - 1];
	*range = (struct range){ set->at[0].low, last->high };
	if (last->low == unknown)
		range->high = last[-1].high;
	else if (last->high == unknown)
		range->high--;
	return true;
}

static bool is_narrow(const struct pile *pile, const struct box *box,
		      enum luo_key key)
{
	struct range range;

	return box->keys[key] && hull(pile, key, box->keys[key], &range) &&
	       range.high - range.low <= pile->space->domain[key] / NARROW;
}

static enum luo_key best_key(const struct pile *pile, u32 *narrow)
{
	enum luo_key key, best = 0;
	u32 i, count;

	*narrow = 0;
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		for (i = 0, count = 0; i < pile->rest_count; i++)
			count += is_narrow(pile, pile->rest[i], key);
		if (count > *narrow) {
			*narrow = count;
			best = key;
		}
	}
	return best;
}

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static void add_level(struct pile *pile, enum luo_key key, u32 narrow)
{
	struct level *level = &pile->levels[pile->level_count++];
	u32 i, kept = 0, highest = 0;
	struct range range;

	level->key = key;
	level->entries = xcalloc(narrow, sizeof(*level->entries));
	for (i = 0; i < pile->rest_count; i++) {
		if (!is_narrow(pile, pile->rest[i], key)) {
			pile->rest[kept++] = pile->rest[i];
			continue;
		}
		hull(pile, key, pile->rest[i]->keys[key], &range);
		level->entries[level->count++] = (struct entry){
			.low = range.low,
			.high = range.high,
			.box = pile->rest[i],
		};
	}
	pile->rest_count = kept;
	qsort(level->entries, level->count, sizeof(*level->entries),
	      entry_compare);
	for (i = 0; i < level->count; i++) {
		if (level->entries[i].high > highest)
			highest = level->entries[i].high;
		level->entries[i].highest = highest;
	}
}

/* All are added: make them be found. */
void pile_settle(struct pile *pile)
{
	enum luo_key key;
	u32 i, narrow;

	pile->rest = xcalloc(pile->count, sizeof(*pile->rest));
	pile->met = xcalloc(pile->count, sizeof(*pile->met));
	pile->rest_count = pile->count;
	for (i = 0; i < pile->count; i++)
		pile->rest[i] = pile->boxes[i];
	while (pile->rest_count > FEW && pile->level_count < LUO_KEY_COUNT) {
		key = best_key(pile, &narrow);
		if (!narrow)
			break;
		add_level(pile, key, narrow);
	}
}

/* How many entries begin at or before @class. */
static u32 entries_before(const struct level *level, u32 class)
{
	u32 low = 0, high = level->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (level->entries[middle].low <= class)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void meet(struct pile *pile, const struct box *in,
		 const struct box *box)
{
	if (box_meets(in, box))
		pile->met[pile->met_count++] = box;
}

static void find_in_level(struct pile *pile, const struct level *level,
			  const struct box *in)
{
	const struct set *set = in->keys[level->key];
	struct range range = { 0, U32_MAX };
	u32 i;

	if (!set_has(set, unknown_class(pile, level->key)) &&
	    !hull(pile, level->key, set, &range))
		return;
	i = entries_before(level, range.high);
	while (i-- && level->entries[i].highest >= range.low) {
		if (level->entries[i].high >= range.low)
			meet(pile, in, level->entries[i].box);
	}
}

/* Those that meet @in, which has all keys, in no particular order. */
const struct box **pile_meeting(struct pile *pile, struct arena *arena,
				const struct box *in, u32 *count)
{
	const struct box **met;
	u32 i;

	pile->met_count = 0;
	for (i = 0; i < pile->level_count; i++)
		find_in_level(pile, &pile->levels[i], in);
	for (i = 0; i < pile->rest_count; i++)
		meet(pile, in, pile->rest[i]);
	met = arena_alloc(arena, pile->met_count * sizeof(*met));
	for (i = 0; i < pile->met_count; i++)
		met[i] = pile->met[i];
	*count = pile->met_count;
	return met;
}

const struct box *const *pile_all(const struct pile *pile, u32 *count)
{
	*count = pile->count;
	return pile->boxes;
}

void pile_free(struct pile *pile)
{
	u32 i;

	if (!pile)
		return;
	for (i = 0; i < pile->level_count; i++)
		free(pile->levels[i].entries);
	free(pile->boxes);
	free(pile->rest);
	free(pile->met);
	free(pile);
}
