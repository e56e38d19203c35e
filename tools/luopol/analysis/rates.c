// SPDX-License-Identifier: GPL-2.0
/*
 * How often statements decide, from one look at them to the next.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/rates.h"
#include "common/memory.h"

static int most_first(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;

	return (x->per_second < y->per_second) - (x->per_second > y->per_second) ?:
	       (x->hit->count < y->hit->count) - (x->hit->count > y->hit->count) ?:
	       (x->hit->statement > y->hit->statement) -
	       (x->hit->statement < y->hit->statement);
}

static bool is_same(const struct rates *rates, const struct source *policy)
{
	return rates->policy && policy->text && rates->size == policy->raw_size &&
	       !memcmp(rates->policy, policy->raw, rates->size);
}

/* Remember the policy, of which nothing is known yet. */
static void begin(struct rates *rates, const struct hits *hits)
{
	free(rates->policy);
	free(rates->counts);
	rates->size = hits->policy.raw_size;
	rates->policy = hits->policy.raw ? xcalloc(rates->size + 1, 1) : NULL;
	if (rates->policy)
		memcpy(rates->policy, hits->policy.raw, rates->size);
	rates->counts = xcalloc(hits->count, sizeof(*rates->counts));
}

void rates_update(struct rates *rates, const struct hits *hits)
{
	const struct luo_statement *first = hits->policy.program.statements;
	u64 elapsed = hits->now - rates->when, *before;
	struct rate *rate;
	u32 i;

	rates->known = is_same(rates, &hits->policy) && elapsed && rates->when;
	if (!is_same(rates, &hits->policy))
		begin(rates, hits);
	rates->list = xrealloc(rates->list, hits->count, sizeof(*rates->list));
	rates->count = hits->count;
	for (i = 0; i < hits->count; i++) {
		rate = &rates->list[i];
		*rate = (struct rate){ .hit = &hits->hits[i] };
		before = &rates->counts[rate->hit->statement - first];
		if (rates->known && rate->hit->count > *before)
			rate->per_second = (rate->hit->count - *before) * 1000.0 / elapsed;
		*before = rate->hit->count;
	}
	rates->when = hits->now;
	if (rates->count)
		qsort(rates->list, rates->count, sizeof(*rates->list), most_first);
}

void rates_destroy(struct rates *rates)
{
	free(rates->list);
	free(rates->policy);
	free(rates->counts);
	*rates = (struct rates){};
}
