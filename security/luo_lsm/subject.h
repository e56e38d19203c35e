/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the subject of an access.
 */

#ifndef _SECURITY_LUO_LSM_SUBJECT_H
#define _SECURITY_LUO_LSM_SUBJECT_H

#include <linux/refcount.h>
#include <linux/types.h>

#include "policy/policy.h"

struct luo_lsm_exe;
struct luo_lsm_task;

/**
 * struct luo_lsm_subject - A caller, as it was at the time of the call.
 * @users:       References. The task has one, as long as the description fits. So has
 *               the record of each session that the caller created and of each file that
 *               it preserved, which are checked again at the freeze.
 * @uid:         Effective uid in the initial user namespace.
 * @gid:         Effective gid in the initial user namespace.
 * @init_userns: It was in the initial user namespace.
 * @pid1:        It was process 1 of the initial pid namespace.
 * @executed:    What @exe belongs to.
 * @exe:         Path of its executable, or NULL.
 * @verity:      fs-verity digest of its executable, or NULL.
 * @cgroup:      Path of its cgroup in the default hierarchy, or NULL.
 * @subj:        Its security context in another security module, or NULL. Kept
 *               as a string, because a secid may be gone at the freeze.
 * @storage:     The bytes of @verity, @cgroup and @subj.
 *
 * Immutable but for @users. One allocation: 56 bytes and the strings.
 */
struct luo_lsm_subject {
	refcount_t users;
	u32 uid;
	u32 gid;
	bool init_userns;
	bool pid1;
	struct luo_lsm_exe *executed;
	const char *exe;
	const char *verity;
	const char *cgroup;
	const char *subj;
	char storage[];
};

/**
 * struct luo_lsm_classes - Classes of an active policy that were looked up.
 * @policy:  luo_lsm_policy.serial of the policy; 0: nothing was looked up yet.
 * @classes: The classes.
 */
struct luo_lsm_classes {
	u64 policy;
	struct luo_classes classes;
};

struct luo_lsm_subject *luo_lsm_subject_current(void);
struct luo_lsm_classes *
luo_lsm_subject_classes(const struct luo_lsm_subject *subject);
struct luo_lsm_subject *luo_lsm_subject_get(struct luo_lsm_subject *subject);
void luo_lsm_subject_put(struct luo_lsm_subject *subject);
void luo_lsm_subject_forget(struct luo_lsm_task *task);

#endif /* _SECURITY_LUO_LSM_SUBJECT_H */
