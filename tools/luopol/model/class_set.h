/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of classes of one key: sorted ranges that do not touch each other.
 *
 * Operations take time in proportion to the ranges of both, but for
 * class_set_within() and class_set_overlaps(), which bisect the one with more of them.
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
 * @room:  How many ranges are going to be added, at most.
 *
 * Return: A set without ranges: class_set_add() adds them, and when all are there
 * class_set_normalize() makes it one that the other functions take.
 */
struct class_set *class_set_new(struct arena *arena, u32 room);
void class_set_add(struct class_set *set, u32 low, u32 high);
void class_set_normalize(struct class_set *set);

/* The set of a single range. */
const struct class_set *class_set_of(struct arena *arena, u32 low, u32 high);

/* What is in both. */
const struct class_set *class_set_intersect(struct arena *arena,
					    const struct class_set *a,
					    const struct class_set *b);

/* What is in @a and not in @b. */
const struct class_set *class_set_subtract(struct arena *arena,
					   const struct class_set *a,
					   const struct class_set *b);

/* Whether all of @a is in @b. */
bool class_set_within(const struct class_set *a, const struct class_set *b);

/* Whether anything is in both. */
bool class_set_overlaps(const struct class_set *a, const struct class_set *b);

bool class_set_has(const struct class_set *set, u32 class);

#endif /* _LUOPOL_CLASS_SET_H */
