/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefixes of sessions and cgroups that keep tenants apart.
 *
 * A tenant has a uid, an executable and a cgroup. None gets what was another's.
 */

#ifndef _LUOPOL_GENERALIZE_H
#define _LUOPOL_GENERALIZE_H

#include <stdbool.h>

#include "host/records.h"

struct generalizer;

/**
 * generalizer_new() - Prepare look-ups.
 * @list:  The records that are learned from, by session.
 * @count: How many there are.
 *
 * Return: What the functions below ask; generalizer_free() frees it, and @list outlives
 *         it. Each look-up takes logarithmic time for all but few logs.
 */
struct generalizer *generalizer_new(const struct record **list, u32 count);
void generalizer_free(struct generalizer *g);

/*
 * The session of a record, or a prefix. @by_owner is set if owner=self has to make the
 * prefix the tenant's. The caller frees the word.
 */
char *generalize_session(struct generalizer *g, const struct record *r, bool *by_owner);

/* The cgroup of a record, or the shortest prefix that it shares. The caller frees it. */
char *generalize_cgroup(const struct generalizer *g, const struct record *r);

/*
 * If two records of one program, as one user, differ in what follows a prefix of the
 * session, and their cgroups in the same: words for all such tenants, which the caller
 * frees.
 */
bool generalize_tenant(const struct generalizer *g, const struct record *r,
		       char **session, char **cgroup);

#endif /* _LUOPOL_GENERALIZE_H */
