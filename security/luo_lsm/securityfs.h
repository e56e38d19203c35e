/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the administrator's files in securityfs.
 */

#ifndef _SECURITY_LUO_LSM_SECURITYFS_H
#define _SECURITY_LUO_LSM_SECURITYFS_H

int luo_lsm_init_securityfs(void);

#endif /* _SECURITY_LUO_LSM_SECURITYFS_H */
