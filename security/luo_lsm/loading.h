/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: loading policies.
 */

#ifndef _SECURITY_LUO_LSM_LOADING_H
#define _SECURITY_LUO_LSM_LOADING_H

#include <linux/types.h>

#include "active.h"

struct luo_policy;
struct luo_policy_error;

int luo_lsm_policy_load(const char *raw, size_t size,
			enum luo_lsm_source source);
int luo_lsm_policy_refuse_offset(void);
int luo_lsm_policy_restore(const char *raw, size_t size,
			   struct luo_policy_error *error);
struct luo_policy *luo_lsm_policy_try(const char *raw, size_t size,
				      struct luo_policy_error *error,
				      struct luo_policy_error *load);
void luo_lsm_policy_refused(const struct luo_policy_error *error);
void luo_lsm_last_error(struct luo_policy_error *error);

#endif /* _SECURITY_LUO_LSM_LOADING_H */
