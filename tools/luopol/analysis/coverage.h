/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which statements of a policy its tests are about.
 *
 * A test covers a statement if some of its requests match that, and the statement has a
 * part in the verdict: an allow in what is allowed, a deny in what is denied.
 */

#ifndef _LUOPOL_COVERAGE_H
#define _LUOPOL_COVERAGE_H

#include "analysis/answer.h"
#include "base/source.h"

/**
 * struct coverage - What was covered.
 * @policy: The policy.
 * @ops:    For each statement, the operations, or of a limit the kinds, that were.
 */
struct coverage {
	const struct source *policy;
	u8 *ops;
};

/* @policy outlives the coverage; coverage_destroy() frees it. */
void coverage_init(struct coverage *coverage, const struct source *policy);
void coverage_destroy(struct coverage *coverage);

/* Count a request that all or some of is allowed, or denied. */
void coverage_add(struct coverage *coverage, const struct view *view,
		  struct request_space *space, const struct answer *answer, u32 op);
/* Count the limit of a line. */
void coverage_add_limit(struct coverage *coverage, u32 line, u32 kind);

/* What of a statement was not covered, a bit mask; 0 if nothing is. */
u32 coverage_lacks(const struct coverage *coverage, u32 statement);
/* How many statements were covered, each with all of its operations. */
u32 coverage_count(const struct coverage *coverage);

#endif /* _LUOPOL_COVERAGE_H */
