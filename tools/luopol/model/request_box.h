/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Request boxes: sets of requests, for each key a set of classes.
 *
 * A request is in a box if for each key the set contains the class of its value. A
 * statement is one box or two: see request_space.h.
 */

#ifndef _LUOPOL_REQUEST_BOX_H
#define _LUOPOL_REQUEST_BOX_H

#include <stdbool.h>

#include <linux/types.h>

#include "model/class_set.h"
#include "policy.h"

struct request_space;

/**
 * struct request_box - Requests, by the classes of their keys.
 * @keys:      For each key the classes; NULL for all of them.
 * @given:     Bit mask of the keys that are not NULL.
 * @statement: Index in request_space.all of the statement that the box was made from.
 */
struct request_box {
	const struct class_set *keys[LUO_KEY_COUNT];
	u32 given;
	u32 statement;
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

/**
 * request_box_overlaps() - Whether two boxes have requests in common.
 * @in:    One box, which has all keys.
 * @cover: The other one.
 *
 * Return: Whether their sets overlap in every key.
 */
bool request_box_overlaps(const struct request_box *in,
			  const struct request_box *cover);

/**
 * request_box_outside() - In which keys one box is not within another.
 * @in:    The box, which has all keys.
 * @cover: The other one.
 *
 * Return: Bit mask of keys: 0 if all of @in is in @cover, %U32_MAX if they do not
 * overlap.
 */
u32 request_box_outside(const struct request_box *in,
			const struct request_box *cover);

#endif /* _LUOPOL_REQUEST_BOX_H */
