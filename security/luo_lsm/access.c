// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: an access is described, decided and logged.
 */

#include <linux/fs.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "luo_lsm.h"

/* For status: denials since boot, enforced or not. */
atomic64_t luo_lsm_denials = ATOMIC64_INIT(0);

/* What happens while no policy was ever loaded. */
bool luo_lsm_unconfigured_allow __ro_after_init;

static void luo_lsm_describe(struct luo_request *request,
			     const struct luo_lsm_subject *subject,
			     const struct inode *inode,
			     const struct luo_lsm_session *session)
{
	request->uid = subject->uid;
	request->gid = subject->gid;
	request->init_userns = subject->init_userns;
	request->exe = subject->exe;
	request->session = session->name;
	request->owner_known = uid_valid(inode->i_uid);
	request->owner = from_kuid(&init_user_ns, inode->i_uid);
}

static void luo_lsm_decide(const struct luo_lsm_policy *policy,
			   struct luo_lsm_access *access)
{
	if (policy) {
		luo_policy_decide(policy->compiled, &access->request,
				  &access->verdict);
		return;
	}

	access->verdict = (struct luo_verdict) {
		.allow = luo_lsm_unconfigured_allow,
		.reason = LUO_REASON_NO_POLICY,
	};
}

/**
 * luo_lsm_check() - Decide an access and log what is to be logged.
 * @access:  The access: operation, file and whether it is asked at the freeze;
 *           the rest is filled in.
 * @subject: Who asks, or asked when the file was preserved.
 * @inode:   Inode of the session.
 * @session: The session.
 *
 * Context: Process context; may sleep.
 * Return: 0 if the operation may go on, %-EACCES if not.
 */
int luo_lsm_check(struct luo_lsm_access *access,
		  const struct luo_lsm_subject *subject,
		  const struct inode *inode,
		  const struct luo_lsm_session *session)
{
	struct luo_lsm_policy *policy;
	int err = 0;

	luo_lsm_describe(&access->request, subject, inode, session);
	access->session_id = inode->i_ino;
	/* Read once: the record shall say what was done */
	access->enforcing = luo_lsm_enforcing();

	policy = luo_lsm_policy_get();
	luo_lsm_decide(policy, access);
	if (!access->verdict.allow) {
		atomic64_inc(&luo_lsm_denials);
		if (access->enforcing)
			err = -EACCES;
	}
	if (!access->verdict.allow || access->verdict.audit)
		luo_lsm_audit_access(access, policy);
	luo_lsm_policy_put(policy);

	return err;
}
