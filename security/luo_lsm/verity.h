/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the fs-verity digest of the current task's executable.
 */

#ifndef _SECURITY_LUO_LSM_VERITY_H
#define _SECURITY_LUO_LSM_VERITY_H

#include "policy/policy.h"

#define LUO_LSM_VERITY_SIZE	(LUO_POLICY_VERITY_MAX + 1)

const char *luo_lsm_verity(char buf[LUO_LSM_VERITY_SIZE]);

#endif /* _SECURITY_LUO_LSM_VERITY_H */
