/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: when audit records are written.
 */

#ifndef _SECURITY_LUO_LSM_REPORT_H
#define _SECURITY_LUO_LSM_REPORT_H

struct luo_lsm_access;
struct luo_lsm_policy;

void luo_lsm_report(const struct luo_lsm_access *access,
		    struct luo_lsm_policy *policy);
void luo_lsm_report_missed(void);

#endif /* _SECURITY_LUO_LSM_REPORT_H */
