/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the file preflight in securityfs.
 */

#ifndef _SECURITY_LUO_LSM_PREFLIGHT_H
#define _SECURITY_LUO_LSM_PREFLIGHT_H

#include <linux/fs.h>

extern const struct file_operations luo_lsm_preflight_fops;

#endif /* _SECURITY_LUO_LSM_PREFLIGHT_H */
