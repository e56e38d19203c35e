/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: how often each statement of a policy decided.
 */

#ifndef _SECURITY_LUO_LSM_HITS_H
#define _SECURITY_LUO_LSM_HITS_H

#include <linux/types.h>

struct luo_lsm_hits;
struct luo_policy;

/**
 * struct luo_lsm_hit - What a statement decided.
 * @count: How often.
 * @last:  When last, in nanoseconds since boot; 0 if never.
 */
struct luo_lsm_hit {
	u64 count;
	u64 last;
};

struct luo_lsm_hits *luo_lsm_hits_new(const struct luo_policy *compiled);
void luo_lsm_hits_free(struct luo_lsm_hits *hits);
void luo_lsm_hits_add(struct luo_lsm_hits *hits, u32 line);
void luo_lsm_hits_sum(const struct luo_lsm_hits *hits, u32 statement,
		      struct luo_lsm_hit *sum);

#endif /* _SECURITY_LUO_LSM_HITS_H */
