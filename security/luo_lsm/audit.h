/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: audit records.
 */

#ifndef _SECURITY_LUO_LSM_AUDIT_H
#define _SECURITY_LUO_LSM_AUDIT_H

#include <linux/types.h>

struct audit_context;
struct luo_lsm_access;
struct luo_lsm_missed;
struct luo_lsm_policy;
struct luo_policy_error;

bool luo_lsm_audit_access(const struct luo_lsm_access *access,
			  const struct luo_lsm_policy *policy,
			  struct audit_context *context, gfp_t gfp);
bool luo_lsm_audit_missed(const struct luo_lsm_missed *missed);
void luo_lsm_audit_load(const struct luo_lsm_policy *policy,
			const struct luo_policy_error *error);
void luo_lsm_audit_switch(const char *op, const char *name, const char *new,
			  const char *old);

#endif /* _SECURITY_LUO_LSM_AUDIT_H */
