// SPDX-License-Identifier: GPL-2.0
/*
 * Class sets.
 */

#include <stdlib.h>

#include "model/class_set.h"

struct class_set *class_set_new(struct arena *arena, u32 room)
{
	struct class_set *set;

	set = arena_alloc(arena, sizeof(*set) + room * sizeof(*set->at));
	set->count = 0;
	return set;
}

void class_set_add(struct class_set *set, u32 low, u32 high)
{
	set->at[set->count++] = (struct class_range){ low, high };
}

static int range_compare(const void *a, const void *b)
{
	const struct class_range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

void class_set_normalize(struct class_set *set)
{
	u32 i, last = 0;

	if (set->count < 2)
		return;
	qsort(set->at, set->count, sizeof(*set->at), range_compare);
	for (i = 1; i < set->count; i++) {
		if (set->at[i].low > set->at[last].high + 1)
			set->at[++last] = set->at[i];
		else if (set->at[i].high > set->at[last].high)
			set->at[last].high = set->at[i].high;
	}
	set->count = last + 1;
}

const struct class_set *class_set_of(struct arena *arena, u32 low, u32 high)
{
	struct class_set *set = class_set_new(arena, 1);

	class_set_add(set, low, high);
	return set;
}

const struct class_set *class_set_intersect(struct arena *arena, const struct class_set *a,
					    const struct class_set *b)
{
	struct class_set *set = class_set_new(arena, a->count + b->count);
	u32 i = 0, j = 0, low, high;

	while (i < a->count && j < b->count) {
		low = a->at[i].low > b->at[j].low ? a->at[i].low : b->at[j].low;
		high = a->at[i].high < b->at[j].high ? a->at[i].high :
						       b->at[j].high;
		if (low <= high)
			class_set_add(set, low, high);
		if (a->at[i].high < b->at[j].high)
			i++;
		else
			j++;
	}
	return set;
}

const struct class_set *class_set_subtract(struct arena *arena, const struct class_set *a,
					   const struct class_set *b)
{
	struct class_set *set = class_set_new(arena, a->count + b->count);
	u32 i, j = 0, low;
	bool rest;

	for (i = 0; i < a->count; i++) {
		low = a->at[i].low;
		rest = true;
		while (j < b->count && b->at[j].high < low)
			j++;
		while (rest && j < b->count && b->at[j].low <= a->at[i].high) {
			if (b->at[j].low > low)
				class_set_add(set, low, b->at[j].low - 1);
			low = b->at[j].high + 1;
			rest = b->at[j].high < a->at[i].high;
			/* A range of @b that reaches further may overlap the next range of @a */
			if (rest)
				j++;
		}
		if (rest)
			class_set_add(set, low, a->at[i].high);
	}
	return set;
}

/* The index of the first range that ends at @class or later, or @set->count. */
static u32 find(const struct class_set *set, u32 class)
{
	u32 low = 0, high = set->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->at[middle].high < class)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool class_set_has(const struct class_set *set, u32 class)
{
	u32 i = find(set, class);

	return i < set->count && set->at[i].low <= class;
}

bool class_set_within(const struct class_set *a, const struct class_set *b)
{
	u32 i, j;

	for (i = 0; i < a->count; i++) {
		j = find(b, a->at[i].low);
		if (j == b->count || b->at[j].low > a->at[i].low ||
		    b->at[j].high < a->at[i].high)
			return false;
	}
	return true;
}

bool class_set_overlaps(const struct class_set *a, const struct class_set *b)
{
	const struct class_set *few = a->count < b->count ? a : b;
	const struct class_set *many = few == a ? b : a;
	u32 i, j;

	for (i = 0; i < few->count; i++) {
		j = find(many, few->at[i].low);
		if (j < many->count && many->at[j].low <= few->at[i].high)
			return true;
	}
	return false;
}
