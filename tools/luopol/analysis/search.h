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

enum found search_outside(struct arena *arena, const struct request_space *space,
			  u32 op, const struct request_box *in,
			  const struct request_box *const *covers, u32 count,
			  struct request_box *found);

/*
 * Boxes to be found by what they meet. Key by key those that are narrow in it
 * are sorted by where they begin, the others are left to the next key: finding
 * the ones that meet a box takes, for each key, a bisection and a look at those
 * that may.
 */
struct interval_index;

struct interval_index *interval_index_new(const struct request_space *space, u32 op);
void interval_index_add(struct interval_index *index, u32 statement);
void interval_index_build(struct interval_index *index);
const struct request_box **interval_index_find(struct interval_index *index, struct arena *arena,
				const struct request_box *in, u32 *count);
const struct request_box *const *interval_index_all(const struct interval_index *index, u32 *count);
void interval_index_free(struct interval_index *index);

#endif /* _LUOPOL_SEARCH_H */
