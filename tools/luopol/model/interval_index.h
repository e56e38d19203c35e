/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interval index: finds the request boxes that overlap a given one.
 *
 * Each level sorts boxes by where they begin in one key. A box is in the first level in
 * whose key it is narrow, or in none if it is narrow in no key. A search bisects each
 * level and compares the boxes that may overlap; it compares all boxes that are in no
 * level.
 */

#ifndef _LUOPOL_INTERVAL_INDEX_H
#define _LUOPOL_INTERVAL_INDEX_H

#include <linux/types.h>

#include "base/arena.h"
#include "model/request_box.h"

struct interval_index;
struct request_space;

/**
 * interval_index_new() - Begin an index.
 * @space: The request space, which outlives the index.
 *
 * Return: An index without boxes; interval_index_free() frees it.
 */
struct interval_index *interval_index_new(const struct request_space *space);
void interval_index_free(struct interval_index *index);

/**
 * interval_index_add() - Add the boxes of a statement.
 * @index:     The index, before interval_index_build().
 * @statement: Index of the statement in request_space.all. Statements are added in
 *             the order of the text.
 */
void interval_index_add(struct interval_index *index, u32 statement);

/* Build the levels, after all boxes were added and before the first search. */
void interval_index_build(struct interval_index *index);

/**
 * interval_index_find() - The boxes that overlap a box.
 * @index: The index.
 * @arena: Where the result is allocated.
 * @in:    The box, which has all keys.
 * @count: How many there are.
 *
 * Return: The boxes, in no particular order.
 */
const struct request_box **interval_index_find(struct interval_index *index,
					       struct arena *arena,
					       const struct request_box *in,
					       u32 *count);

/* All boxes, in the order in which they were added. */
const struct request_box *const *
interval_index_all(const struct interval_index *index, u32 *count);

#endif /* _LUOPOL_INTERVAL_INDEX_H */
