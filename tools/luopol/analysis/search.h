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

#include "request_space.h"

#define SEARCH_STEPS	1000000

enum found {
	FOUND_NONE,	/* there is none, surely */
	FOUND_ONE,
	FOUND_GAVE_UP,
};

enum found search_outside(struct arena *arena, const struct space *space,
			  u32 op, const struct box *in,
			  const struct box *const *covers, u32 count,
			  struct box *found);

/*
 * Boxes to be found by what they meet. Key by key those that are narrow in it
 * are sorted by where they begin, the others are left to the next key: finding
 * the ones that meet a box takes, for each key, a bisection and a look at those
 * that may.
 */
struct pile;

struct pile *pile_new(const struct space *space, u32 op);
void pile_add(struct pile *pile, u32 statement);
void pile_settle(struct pile *pile);
const struct box **pile_meeting(struct pile *pile, struct arena *arena,
				const struct box *in, u32 *count);
const struct box *const *pile_all(const struct pile *pile, u32 *count);
void pile_free(struct pile *pile);

#endif /* _LUOPOL_SEARCH_H */
