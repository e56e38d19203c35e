/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the subject of an access.
 */

#ifndef _SECURITY_LUO_LSM_SUBJECT_H
#define _SECURITY_LUO_LSM_SUBJECT_H

#include <linux/cleanup.h>
#include <linux/refcount.h>
#include <linux/types.h>

/**
 * struct luo_lsm_subject - A caller, as it was at the time of the call.
 * @users:       References. The call has one. So has the record of each session
 *               that the caller created and of each file that it preserved, which
 *               are checked again at the freeze. Files that the same caller
 *               preserves one after the other share one subject.
 * @uid:         Effective uid in the initial user namespace.
 * @gid:         Effective gid in the initial user namespace.
 * @init_userns: It was in the initial user namespace.
 * @pid1:        It was process 1 of the initial pid namespace.
 * @exe_size:    Bytes of @exe with its NUL; 0 if @exe is NULL.
 * @verity_size: Likewise for @verity.
 * @cgroup_size: Likewise for @cgroup.
 * @subj_size:   Likewise for @subj.
 * @exe:         Path of its executable, or NULL.
 * @verity:      fs-verity digest of its executable, or NULL.
 * @cgroup:      Path of its cgroup in the default hierarchy, or NULL.
 * @subj:        Its security context in another security module, or NULL. Kept
 *               as a string, because a secid may be gone at the freeze.
 * @storage:     The bytes of @exe, @verity, @cgroup and @subj.
 *
 * Immutable but for @users. One allocation: 56 bytes and the strings.
 */
struct luo_lsm_subject {
	refcount_t users;
	u32 uid;
	u32 gid;
	bool init_userns;
	bool pid1;
	u16 exe_size;
	u16 verity_size;
	u16 cgroup_size;
	u16 subj_size;
	const char *exe;
	const char *verity;
	const char *cgroup;
	const char *subj;
	char storage[];
};

struct luo_lsm_subject *luo_lsm_subject_new(struct luo_lsm_subject *like);
struct luo_lsm_subject *luo_lsm_subject_get(struct luo_lsm_subject *subject);
void luo_lsm_subject_put(struct luo_lsm_subject *subject);
DEFINE_FREE(luo_lsm_subject, struct luo_lsm_subject *,
	    luo_lsm_subject_put(_T))

#endif /* _SECURITY_LUO_LSM_SUBJECT_H */
