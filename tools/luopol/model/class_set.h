/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Class sets: sets of classes of one key, as sorted ranges with gaps between them.
 *
 * Operations take time linear in the ranges of both sets, except class_set_within()
 * and class_set_overlaps(), which bisect the larger set.
 */

#ifndef _LUOPOL_CLASS_SET_H
#define _LUOPOL_CLASS_SET_H

#include <linux/types.h>

#include "base/arena.h"

struct class_range {
	u32 low;
	u32 high;
};

struct class_set {
	u32 count;
	struct class_range at[];
};

/**
 * class_set_new() - Begin a set.
 * @arena: Where it is allocated.
 * @room:  The most ranges that will be added.
 *
 * Return: An empty set. After class_set_add() has added all ranges,
 * class_set_normalize() sorts and merges them; the other functions need that.
 */
struct class_set *class_set_new(struct arena *arena, u32 room);
void class_set_add(struct class_set *set, u32 low, u32 high);
void class_set_normalize(struct class_set *set);

/* A set of one range. */
const struct class_set *class_set_of(struct arena *arena, u32 low, u32 high);

/* The intersection. */
const struct class_set *class_set_intersect(struct arena *arena,
					    const struct class_set *a,
					    const struct class_set *b);

/* The difference: what is in @a and not in @b. */
const struct class_set *class_set_subtract(struct arena *arena,
					   const struct class_set *a,
					   const struct class_set *b);

/* Whether @a is a subset of @b. */
bool class_set_within(const struct class_set *a, const struct class_set *b);

/* Whether the intersection is not empty. */
bool class_set_overlaps(const struct class_set *a, const struct class_set *b);

bool class_set_has(const struct class_set *set, u32 class);

#endif /* _LUOPOL_CLASS_SET_H */
