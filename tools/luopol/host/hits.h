/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the statements of the policy in force decided, as the kernel counts it.
 */

#ifndef _LUOPOL_HITS_H
#define _LUOPOL_HITS_H

#include "base/source.h"

/**
 * struct hit - What a statement decided.
 * @statement: The statement.
 * @count:     How often it decided.
 * @last:      When it did so last, in milliseconds since boot; 0 if never.
 */
struct hit {
	const struct luo_statement *statement;
	u64 count;
	u64 last;
};

/**
 * struct hits - What the statements of a policy decided.
 * @policy:  The policy in force; it has no text if there is none.
 * @hits:    One for each statement, those that decided least first.
 * @count:   Number of @hits.
 * @now:     When they were read, in milliseconds since boot.
 */
struct hits {
	struct source policy;
	struct hit *hits;
	u32 count;
	u64 now;
};

/* Returns 0, or EXIT_TROUBLE after a message. */
int hits_read(struct hits *hits);
void hits_destroy(struct hits *hits);

#endif /* _LUOPOL_HITS_H */
