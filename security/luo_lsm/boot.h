/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the policy that is compiled into the kernel.
 */

#ifndef _SECURITY_LUO_LSM_BOOT_H
#define _SECURITY_LUO_LSM_BOOT_H

#ifdef CONFIG_SECURITY_LUO_LSM_HAS_BOOT_POLICY
int luo_lsm_load_boot_policy(void);
#else
static inline int luo_lsm_load_boot_policy(void)
{
	return 0;
}
#endif

#endif /* _SECURITY_LUO_LSM_BOOT_H */
