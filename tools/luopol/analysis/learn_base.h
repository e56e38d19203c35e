/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy lacks of what was recorded, in its own style.
 */

#ifndef _LUOPOL_LEARN_BASE_H
#define _LUOPOL_LEARN_BASE_H

#include "analysis/learn.h"
#include "base/source.h"

/* Whether no statement of the policy decides the request. Counts those that one does. */
bool base_lacks(const struct luo_policy *policy, const struct record *r,
		struct learned *learned);

/*
 * If a statement has a tenant in session and cgroup, and both of the record are of one
 * tenant in the same places: these words, which the caller frees.
 */
bool base_tenant(const struct luo_program *base, const struct record *r, char **session,
		 char **cgroup);

#endif /* _LUOPOL_LEARN_BASE_H */
