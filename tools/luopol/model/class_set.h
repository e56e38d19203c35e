/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of classes of one key: sorted ranges that do not touch each other.
 *
 * Operations take time in proportion to the ranges of both, but for
 * set_within() and set_meets(), which bisect the one with more of them.
 */

#ifndef _LUOPOL_SET_H
#define _LUOPOL_SET_H

#include <linux/types.h>

#include "arena.h"

struct range {
	u32 low;
	u32 high;
};

struct set {
	u32 count;
	struct range at[];
};

struct set *set_new(struct arena *arena, u32 room);
void set_add(struct set *set, u32 low, u32 high);
void set_settle(struct set *set);
const struct set *set_of(struct arena *arena, u32 low, u32 high);
const struct set *set_and(struct arena *arena, const struct set *a,
			  const struct set *b);
const struct set *set_minus(struct arena *arena, const struct set *a,
			    const struct set *b);
bool set_within(const struct set *a, const struct set *b);
bool set_meets(const struct set *a, const struct set *b);
bool set_has(const struct set *set, u32 class);

#endif /* _LUOPOL_SET_H */
