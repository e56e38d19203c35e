/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Request boxes: sets of requests, for each key a set of classes, and tenants.
 *
 * A request is in a box if for each key the set contains the class of its value, and if
 * it has the tenants that the box is with, and not those that it is without. A
 * statement is one box or two: see request_space.h.
 */

#ifndef _LUOPOL_REQUEST_BOX_H
#define _LUOPOL_REQUEST_BOX_H

#include <stdbool.h>

#include <linux/types.h>

#include "model/class_set.h"
#include "model/tenants.h"
#include "policy.h"

struct request_space;

#define WITH_MAX	4	/* tenants of statements that a box is the intersection of */

/* Beside the bits of keys: requests that do not have the tenants of a box. */
#define OUTSIDE_TENANTS	BIT(LUO_KEY_COUNT)

/**
 * struct request_box - Requests, by the classes of their keys.
 * @keys:      For each key the classes; NULL for all of them.
 * @given:     Bit mask of the keys that are not NULL.
 * @statement: Index in request_space.all of the statement that the box was made from.
 * @with:      Tenants that its requests have.
 * @with_count: How many of @with are used; of a statement's box one at most.
 * @without:   Tenants that its requests do not have.
 * @unsure:    There are more tenants than @with has room for.
 * @named:     Keys of which tenants_find() has found values; NULL if they are unknown.
 * @names:     These values.
 */
struct request_box {
	const struct class_set *keys[LUO_KEY_COUNT];
	u32 given;
	u32 statement;
	const struct tenants *with[WITH_MAX];
	u32 with_count;
	const struct tenants_list *without;
	bool unsure;
	u32 named;
	char *names[LUO_NAME_KEYS];
};

/**
 * request_box_build() - Make the boxes of a statement.
 * @space: The request space, whose classes were built.
 * @index: Index of the statement in @space->all.
 *
 * Fills @space->boxes and @space->box_count.
 */
void request_box_build(struct request_space *space, u32 index);

/**
 * request_box_at() - Restrict a box to the requests that an operation can make.
 * @arena: Where the new sets are allocated.
 * @space: The request space.
 * @op:    The operation, or SPACE_LIMITS.
 * @from:  The box.
 * @box:   The result; it has all keys.
 */
void request_box_at(struct arena *arena, const struct request_space *space,
		    u32 op, const struct request_box *from,
		    struct request_box *box);

/**
 * request_box_narrow() - Intersect a box with another.
 * @arena: Where the new sets are allocated.
 * @box:   The box, which has all keys; it becomes the intersection.
 * @with:  The other box.
 */
void request_box_narrow(struct arena *arena, struct request_box *box,
			const struct request_box *with);

/* Leave in the box those of its requests that do not have the tenants of @cover. */
void request_box_exclude(struct arena *arena, struct request_box *box,
			 const struct request_box *cover);

/**
 * request_box_overlaps() - Whether two boxes may have requests in common.
 * @in:    One box, which has all keys.
 * @cover: The other one, of a statement.
 *
 * Return: Whether their sets overlap in every key, and their tenants do not contradict
 * each other at first sight. Without tenants, they then have requests in common.
 */
bool request_box_overlaps(const struct request_box *in,
			  const struct request_box *cover);

/**
 * request_box_outside() - In which keys one box is not within another.
 * @in:    The box, which has all keys.
 * @cover: The other one, of a statement.
 *
 * Return: Bit mask of keys, and OUTSIDE_TENANTS: 0 if all of @in is in @cover, %U32_MAX
 * if they do not overlap.
 */
u32 request_box_outside(const struct request_box *in,
			const struct request_box *cover);

#endif /* _LUOPOL_REQUEST_BOX_H */
