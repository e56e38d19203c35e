/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is there a request in this set of requests that is in none of those?
 *
 * Exact: no sampling. A box from which other boxes are taken falls into parts,
 * at most one for each key in which it is not within the one that is taken, and
 * each part goes on with the boxes that still meet it. In the worst case that is
 * exponential in the number of keys, so that a search gives up, and says so,
 * after SEARCH_STEPS parts; boxes that differ in a single key from where the
 * search is are taken all at once, which leaves of practical policies only a few
 * parts for each statement.
 */

#ifndef _LUOPOL_SEARCH_H
#define _LUOPOL_SEARCH_H

#include "model/request_space.h"

#define SEARCH_STEPS	1000000

enum found {
	FOUND_NONE,	/* there is none, surely */
	FOUND_ONE,
	FOUND_GAVE_UP,
};

/**
 * search_outside() - Find a request of a box that is in none of some others.
 * @arena:  Where sets are allocated.
 * @space:  The request space.
 * @op:     The operation, or SPACE_LIMITS.
 * @in:     The box, which has all keys.
 * @covers: The others.
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

#endif /* _LUOPOL_SEARCH_H */
