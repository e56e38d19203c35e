/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: who may administer it.
 */

#ifndef _SECURITY_LUO_LSM_ADMIN_H
#define _SECURITY_LUO_LSM_ADMIN_H

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/user_namespace.h>

/*
 * CAP_MAC_ADMIN in the initial user namespace, of the task that asks and of the task
 * that opened the file.
 */
static inline bool luo_lsm_may_admin(const struct file *file)
{
	return capable(CAP_MAC_ADMIN) &&
	       file_ns_capable(file, &init_user_ns, CAP_MAC_ADMIN);
}

#endif /* _SECURITY_LUO_LSM_ADMIN_H */
