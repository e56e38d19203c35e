/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: user and group ids.
 */

#ifndef _SECURITY_LUO_LSM_IDS_H
#define _SECURITY_LUO_LSM_IDS_H

#include <linux/types.h>
#include <linux/uidgid.h>

/*
 * As the initial user namespace sees them, all ids are what the kernel has them as;
 * those that are not valid are the same as (uid_t)-1 there, too.
 */
static inline u32 luo_lsm_uid(kuid_t uid)
{
	return __kuid_val(uid);
}

static inline u32 luo_lsm_gid(kgid_t gid)
{
	return __kgid_val(gid);
}

#endif /* _SECURITY_LUO_LSM_IDS_H */
