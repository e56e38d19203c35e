/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Search for a request that is in one box and in none of some others, the covers.
 *
 * The search is exact: it does not sample. Subtracting a cover from a box leaves at most
 * one part for each key in which the box is not within the cover. Each part is searched
 * with the covers that still overlap it. In the worst case this is exponential in the
 * number of keys, so the search gives up after SEARCH_STEPS parts. Covers that a box is
 * outside of in a single key are all subtracted at once, so practical policies have few
 * parts for each statement.
 *
 * A cover with tenants leaves one part more: what does not have them. What is left at the
 * end is a box with some tenants and without others, of which tenants_find() tells
 * whether there is any request. Its few "unsure" are as if the search gave up.
 */

#ifndef _LUOPOL_SEARCH_H
#define _LUOPOL_SEARCH_H

#include "model/request_space.h"

#define SEARCH_STEPS	1000000

enum found {
	FOUND_NONE,	/* there is none */
	FOUND_ONE,
	FOUND_GAVE_UP,	/* after SEARCH_STEPS steps, or over tenants: there may be one */
};

/**
 * search_outside() - Find a request of a box that is in none of some others.
 * @arena:  Memory of the sets.
 * @space:  The request space.
 * @op:     The operation, or SPACE_LIMITS.
 * @in:     The box, which has all keys.
 * @covers: The boxes to subtract.
 * @count:  How many @covers there are.
 * @found:  If there is one, a box of such requests; its sets are in @arena.
 *
 * Return: Whether there is one.
 */
enum found search_outside(struct arena *arena,
			  const struct request_space *space, u32 op,
			  const struct request_box *in,
			  const struct request_box *const *covers, u32 count,
			  struct request_box *found);

/* Find any request of a box. */
enum found search_any(struct arena *arena, const struct request_space *space, u32 op,
		      const struct request_box *in, struct request_box *found);

/**
 * search_meets() - Whether two boxes have a request in common.
 * @arena: Memory of the sets.
 * @space: The request space.
 * @op:    The operation, or SPACE_LIMITS.
 * @in:    One box, which has all keys.
 * @with:  The other one, of a statement.
 *
 * Return: Whether they have, or may have if the search gave up.
 */
bool search_meets(struct arena *arena, const struct request_space *space, u32 op,
		  const struct request_box *in, const struct request_box *with);

#endif /* _LUOPOL_SEARCH_H */
