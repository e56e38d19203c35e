/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of classes of one key: sorted ranges that do not touch each other.
 *
 * Operations take time in proportion to the ranges of both, but for
 * class_set_within() and class_set_overlaps(), which bisect the one with more of them.
 */

#ifndef _LUOPOL_SET_H
#define _LUOPOL_SET_H

#include <linux/types.h>

#include "arena.h"

struct class_range {
	u32 low;
	u32 high;
};

struct class_set {
	u32 count;
	struct class_range at[];
};

struct class_set *class_set_new(struct arena *arena, u32 room);
void class_set_add(struct class_set *set, u32 low, u32 high);
void class_set_normalize(struct class_set *set);
const struct class_set *class_set_of(struct arena *arena, u32 low, u32 high);
const struct class_set *class_set_intersect(struct arena *arena, const struct class_set *a,
			  const struct class_set *b);
const struct class_set *class_set_subtract(struct arena *arena, const struct class_set *a,
			    const struct class_set *b);
bool class_set_within(const struct class_set *a, const struct class_set *b);
bool class_set_overlaps(const struct class_set *a, const struct class_set *b);
bool class_set_has(const struct class_set *set, u32 class);

#endif /* _LUOPOL_SET_H */
