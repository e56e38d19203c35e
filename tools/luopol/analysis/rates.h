/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often statements decide, from one look at them to the next.
 */

#ifndef _LUOPOL_RATES_H
#define _LUOPOL_RATES_H

#include <stdbool.h>

#include "host/hits.h"

/**
 * struct rate - A statement now.
 * @hit:        What it decided.
 * @per_second: How often a second since the last look; of all 0 if @known is not set.
 */
struct rate {
	const struct hit *hit;
	double per_second;
};

/**
 * struct rates - All of a policy, those that decide most first.
 * @list:   The statements.
 * @count:  How many there are.
 * @known:  This policy was looked at before.
 * @policy: Its text at the last look.
 * @size:   The length of that.
 * @counts: What each statement had decided then, in the order of the text.
 * @when:   When that was, in milliseconds since boot.
 */
struct rates {
	struct rate *list;
	u32 count;
	bool known;
	char *policy;
	size_t size;
	u64 *counts;
	u64 when;
};

/* Look again. @hits stays as long as the list is used. */
void rates_update(struct rates *rates, const struct hits *hits);
void rates_destroy(struct rates *rates);

#endif /* _LUOPOL_RATES_H */
