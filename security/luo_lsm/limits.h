/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: limits on sessions, files and bytes.
 */

#ifndef _SECURITY_LUO_LSM_LIMITS_H
#define _SECURITY_LUO_LSM_LIMITS_H

#include <linux/types.h>

struct luo_lsm_policy;
struct luo_lsm_session;
struct luo_policy;
struct luo_verdict;

void luo_lsm_limit_create(struct luo_lsm_session *session, bool enforcing,
			  struct luo_verdict *verdict);
void luo_lsm_limit_preserve(const struct luo_lsm_policy *policy,
			    struct luo_lsm_session *session, u64 size,
			    struct luo_verdict *verdict);
void luo_lsm_limit_frozen_size(const struct luo_policy *policy,
			       const struct luo_lsm_session *session,
			       u64 bytes, struct luo_verdict *verdict);
void luo_lsm_count_retrieved(struct luo_lsm_session *session);
void luo_lsm_uncount_session(struct luo_lsm_session *session);
void luo_lsm_count_sessions(struct luo_lsm_policy *policy);

#endif /* _SECURITY_LUO_LSM_LIMITS_H */
