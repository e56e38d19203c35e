// SPDX-License-Identifier: GPL-2.0
/*
 * Interval index over request boxes.
 */

#include <stdlib.h>

#include <linux/limits.h>

#include "common/memory.h"
#include "model/interval_index.h"
#include "model/request_space.h"

#define FEW		16	/* up to so many boxes need no level */
#define NARROW		16	/* a box is narrow in a key if it spans 1/16 of the classes */

struct entry {
	u32 low;
	u32 high;
	u32 highest;		/* largest @high of this entry and all before it */
	const struct request_box *box;
};

struct level {
	enum luo_key key;
	u32 count;
	struct entry *entries;
};

struct interval_index {
	const struct request_space *space;
	u32 count;
	u32 room;
	const struct request_box **boxes;
	u32 rest_count;
	const struct request_box **rest;
	u32 found_count;
	const struct request_box **found;		/* results of a search */
	u32 level_count;
	struct level levels[LUO_KEY_COUNT];
};

struct interval_index *interval_index_new(const struct request_space *space)
{
	struct interval_index *index = xcalloc(1, sizeof(*index));

	index->space = space;
	return index;
}

void interval_index_add(struct interval_index *index, u32 statement)
{
	u32 i;

	for (i = 0; i < index->space->box_count[statement]; i++) {
		if (index->count == index->room) {
			index->room = 2 * index->room + 16;
			index->boxes = xrealloc(index->boxes, index->room,
						sizeof(*index->boxes));
		}
		index->boxes[index->count++] = &index->space->boxes[statement][i];
	}
}

/* The class of unknown values; U32_MAX if values of @key are always known. */
static u32 unknown_class(const struct interval_index *index, enum luo_key key)
{
	return luo_has_unknown_class(key) ? request_space_unknown(index->space, key) :
					    U32_MAX;
}

/*
 * Set @range to the range from the first to the last class of @set, without the class
 * of unknown values. Every deny has that class, and it is the last one, so no deny
 * would be narrow with it. Returns false if @set has no other class.
 */
static bool hull(const struct interval_index *index, enum luo_key key,
		 const struct class_set *set, struct class_range *range)
{
	u32 unknown = unknown_class(index, key);
	const struct class_range *last;

	if (!set->count || set->at[0].low == unknown)
		return false;
	last = &set->at[set->count - 1];
	*range = (struct class_range){ set->at[0].low, last->high };
	if (last->low == unknown)
		range->high = last[-1].high;
	else if (last->high == unknown)
		range->high--;
	return true;
}

static bool is_narrow(const struct interval_index *index, const struct request_box *box,
		      enum luo_key key)
{
	struct class_range range;

	return box->keys[key] && hull(index, key, box->keys[key], &range) &&
	       range.high - range.low <= index->space->domain[key] / NARROW;
}

static enum luo_key best_key(const struct interval_index *index, u32 *narrow)
{
	enum luo_key key, best = 0;
	u32 i, count;

	*narrow = 0;
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		for (i = 0, count = 0; i < index->rest_count; i++)
			count += is_narrow(index, index->rest[i], key);
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

static void add_level(struct interval_index *index, enum luo_key key, u32 narrow)
{
	struct level *level = &index->levels[index->level_count++];
	u32 i, kept = 0, highest = 0;
	struct class_range range;

	level->key = key;
	level->entries = xcalloc(narrow, sizeof(*level->entries));
	for (i = 0; i < index->rest_count; i++) {
		if (!is_narrow(index, index->rest[i], key)) {
			index->rest[kept++] = index->rest[i];
			continue;
		}
		hull(index, key, index->rest[i]->keys[key], &range);
		level->entries[level->count++] = (struct entry){
			.low = range.low,
			.high = range.high,
			.box = index->rest[i],
		};
	}
	index->rest_count = kept;
	qsort(level->entries, level->count, sizeof(*level->entries),
	      entry_compare);
	for (i = 0; i < level->count; i++) {
		if (level->entries[i].high > highest)
			highest = level->entries[i].high;
		level->entries[i].highest = highest;
	}
}

void interval_index_build(struct interval_index *index)
{
	enum luo_key key;
	u32 i, narrow;

	index->rest = xcalloc(index->count, sizeof(*index->rest));
	index->found = xcalloc(index->count, sizeof(*index->found));
	index->rest_count = index->count;
	for (i = 0; i < index->count; i++)
		index->rest[i] = index->boxes[i];
	while (index->rest_count > FEW && index->level_count < LUO_KEY_COUNT) {
		key = best_key(index, &narrow);
		if (!narrow)
			break;
		add_level(index, key, narrow);
	}
}

/* The number of entries that begin at @class or before it. */
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

static void keep_if_overlaps(struct interval_index *index, const struct request_box *in,
			     const struct request_box *box)
{
	if (request_box_overlaps(in, box))
		index->found[index->found_count++] = box;
}

static void find_in_level(struct interval_index *index, const struct level *level,
			  const struct request_box *in)
{
	const struct class_set *set = in->keys[level->key];
	struct class_range range = { 0, U32_MAX };
	u32 i;

	if (!class_set_has(set, unknown_class(index, level->key)) &&
	    !hull(index, level->key, set, &range))
		return;
	i = entries_before(level, range.high);
	while (i-- && level->entries[i].highest >= range.low) {
		if (level->entries[i].high >= range.low)
			keep_if_overlaps(index, in, level->entries[i].box);
	}
}

const struct request_box **interval_index_find(struct interval_index *index, struct arena *arena,
					       const struct request_box *in, u32 *count)
{
	const struct request_box **found;
	u32 i;

	index->found_count = 0;
	for (i = 0; i < index->level_count; i++)
		find_in_level(index, &index->levels[i], in);
	for (i = 0; i < index->rest_count; i++)
		keep_if_overlaps(index, in, index->rest[i]);
	found = arena_alloc(arena, index->found_count * sizeof(*found));
	for (i = 0; i < index->found_count; i++)
		found[i] = index->found[i];
	*count = index->found_count;
	return found;
}

const struct request_box *const *interval_index_all(const struct interval_index *index, u32 *count)
{
	*count = index->count;
	return index->boxes;
}

void interval_index_free(struct interval_index *index)
{
	u32 i;

	if (!index)
		return;
	for (i = 0; i < index->level_count; i++)
		free(index->levels[i].entries);
	free(index->boxes);
	free(index->rest);
	free(index->found);
	free(index);
}
