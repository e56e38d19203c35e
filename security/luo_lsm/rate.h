/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: how many audit records are written.
 */

#ifndef _SECURITY_LUO_LSM_RATE_H
#define _SECURITY_LUO_LSM_RATE_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "policy/policy.h"

struct luo_lsm_access;
struct luo_lsm_subject;

/* Records in a time of LUO_LSM_RATE_SECONDS */
#define LUO_LSM_RATE_SECONDS	10
#define LUO_LSM_RATE_SAME	10	/* of a caller, session, operation and verdict */
#define LUO_LSM_RATE_CALLER	1000	/* of a caller */

/**
 * struct luo_lsm_missed - Records that were not written.
 * @count:   How many.
 * @of_same: They were of one session and operation.
 * @op:      The operation.
 * @session: The session's name.
 * @subject: Whose they were, to be dropped with luo_lsm_subject_put(); NULL if they
 *           were of more than one caller.
 * @key:     Where they were counted.
 */
struct luo_lsm_missed {
	u64 count;
	bool of_same;
	enum luo_op op;
	char session[LUO_POLICY_SESSION_MAX + 1];
	struct luo_lsm_subject *subject;
	u64 key;
};

bool luo_lsm_rate_take(const struct luo_lsm_access *access);
void luo_lsm_rate_lost(void);
bool luo_lsm_rate_missed(u32 *position, struct luo_lsm_missed *missed);
void luo_lsm_rate_missed_still(u32 position,
			       const struct luo_lsm_missed *missed);
void luo_lsm_rate_begin_anew(void);

/* Records that were not written since boot, for status */
extern atomic64_t luo_lsm_records_missed;

#endif /* _SECURITY_LUO_LSM_RATE_H */
