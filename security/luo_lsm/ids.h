/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: user and group ids as numbers of the initial user namespace, by
 * which policies name them.
 */

#ifndef _SECURITY_LUO_LSM_IDS_H
#define _SECURITY_LUO_LSM_IDS_H

#include <linux/types.h>
#include <linux/uidgid.h>

/*
 * A kuid_t holds the number that the id has in the initial user namespace. So
 * from_kuid(&init_user_ns, uid) would return this number too, and (uid_t)-1 for
 * INVALID_UID. Likewise for groups.
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
