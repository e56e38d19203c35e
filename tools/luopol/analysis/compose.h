/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One policy from fragments.
 *
 * A fragment is a text in the policy language, which ends in "end", with additions:
 *
 *   define NAME = VALUE[,VALUE]...   $NAME stands for these values, from there on
 *   each TABLE ... done              the lines between for each row of a table, ${COLUMN}
 *                                    for its cells
 *   uid=@USER, gid=@GROUP            the number on this machine; of owner and fowner, too
 *   unit=NAME                        the cgroup of a unit
 *
 * What is in quotes stands for itself.
 */

#ifndef _LUOPOL_COMPOSE_H
#define _LUOPOL_COMPOSE_H

#include <stdbool.h>

#include "base/source.h"

#define FRAGMENTS_MAX	1000

/**
 * struct origin - Where a line of the result is from.
 * @fragment: Index of the fragment.
 * @line:     Its line there.
 * @changed:  Something in it was replaced.
 */
struct origin {
	u32 fragment;
	u32 line;
	bool changed;
};

/**
 * struct composition - Fragments and what they give.
 * @fragments: The fragments, read.
 * @count:     How many there are.
 * @text:      The policy: its header, then the statements, each with a comment that
 *             says where it is from, and end.
 * @size:      Its length in bytes.
 * @origins:   For each line of it.
 * @lines:     How many lines it has.
 */
struct composition {
	struct source *fragments;
	u32 count;
	char *text;
	size_t size;
	struct origin *origins;
	u32 lines;
};

/**
 * compose() - Put fragments together.
 * @result:  The result; composition_destroy() frees it in any case.
 * @paths:   The fragments, in their order.
 * @count:   How many there are.
 * @name:    The name of the policy, in the place of that in the fragments; or NULL.
 * @version: Likewise its version; or 0.
 *
 * Return: 0, or after a message EXIT_BAD, or EXIT_TROUBLE if a file cannot be read.
 */
int compose(struct composition *result, char **paths, u32 count, const char *name,
	    u64 version);
void composition_destroy(struct composition *result);

/*
 * Parse the result as @policy. An error is told of the fragment that it is from. Returns
 * 0, or EXIT_BAD after a message.
 */
int composition_parse(const struct composition *result, struct source *policy);

#endif /* _LUOPOL_COMPOSE_H */
