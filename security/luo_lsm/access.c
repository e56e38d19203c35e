// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: an access is described, decided and logged.
 */

#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "ids.h"
#include "luo_lsm.h"

/* For status: denials since boot, enforced or not. */
atomic64_t luo_lsm_denials = ATOMIC64_INIT(0);

/* What happens while no policy was ever loaded. */
bool luo_lsm_unconfigured_allow __ro_after_init;

static void luo_lsm_describe(struct luo_lsm_access *access,
			     const struct luo_lsm_subject *subject,
			     const struct inode *inode,
			     const struct luo_lsm_session *session)
{
	struct luo_request *request = &access->request;

	request->uid = subject->uid;
	request->gid = subject->gid;
	request->init_userns = subject->init_userns;
	request->pid1 = subject->pid1;
	request->exe = subject->exe;
	request->cgroup = subject->cgroup;
	request->subj = subject->subj;
	request->session = session->name;
	request->owner_known = uid_valid(inode->i_uid);
	request->owner = luo_lsm_uid(inode->i_uid);
	access->subject = subject;
	access->session_id = inode->i_ino;
	/* Read once: the record shall say what was done */
	access->enforcing = luo_lsm_enforcing();
}

/*
 * These contexts are put into words only for policies that ask for them. Without
 * memory there is none: then no allow that asks for it matches. The label of a
 * session whose creator is not known is none of its creation but of its retrieval.
 */
static void luo_lsm_describe_contexts(struct luo_lsm_access *access,
				      struct inode *inode, u32 keys)
{
	struct luo_request *request = &access->request;
	struct lsm_prop prop;

	if (keys & BIT(LUO_KEY_LABEL) && request->owner_known) {
		security_inode_getlsmprop(inode, &prop);
		request->label = luo_lsm_context(&prop);
	}
	if (keys & BIT(LUO_KEY_OBJ) && access->prop)
		request->obj = luo_lsm_context(access->prop);
	else if (keys & BIT(LUO_KEY_OBJ) && access->obj &&
		 strlen(access->obj) <= LUO_POLICY_CONTEXT_MAX)
		request->obj = kstrdup(access->obj, GFP_KERNEL);
}

static void luo_lsm_free_contexts(struct luo_request *request)
{
	kfree(request->label);
	kfree(request->obj);
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
		.allow = luo_lsm_unconfigured_allow && !luo_lsm_is_lost(),
		.reason = LUO_REASON_NO_POLICY,
	};
}

/* Is @session one too many? If not, it counts from now on. */
static void luo_lsm_decide_count(struct luo_lsm_access *access,
				 struct luo_lsm_session *session)
{
	struct luo_lsm_policy *active;

	guard(mutex)(&luo_lsm_sessions_lock);

	/* May be newer than the policy that decided: it is the one that counts */
	active = luo_lsm_policy_active();
	if (active && access->verdict.allow)
		luo_lsm_limit_session(active, session, &access->verdict);
	if (access->verdict.allow || !access->enforcing)
		luo_lsm_count_session(active, session);
}

static void luo_lsm_decide_limits(const struct luo_lsm_policy *policy,
				  struct luo_lsm_access *access,
				  struct luo_lsm_session *session)
{
	const struct luo_request *request = &access->request;

	if (access->freeze)
		return;

	if (request->op == LUO_OP_CREATE)
		luo_lsm_decide_count(access, session);
	else if (request->op == LUO_OP_PRESERVE && policy &&
		 access->verdict.allow)
		luo_lsm_limit_file(policy, session, request->size,
				   &access->verdict);
}

/* Count and log what was decided, and say what the hook shall return. */
static int luo_lsm_conclude(struct luo_lsm_access *access,
			    const struct luo_lsm_policy *policy)
{
	const struct luo_verdict *verdict = &access->verdict;

	if (!verdict->allow)
		atomic64_inc(&luo_lsm_denials);
	if (!verdict->allow || verdict->audit)
		luo_lsm_audit_access(access, policy);

	return verdict->allow || !access->enforcing ? 0 : -EACCES;
}

/**
 * luo_lsm_check() - Decide an access and log what is to be logged.
 * @access:  The access: operation, file and whether it is asked at the freeze;
 *           the rest is filled in.
 * @subject: Who asks, or asked when the file was preserved; NULL if there was no
 *           memory to describe it.
 * @inode:   Inode of the session.
 * @session: The session; NULL if it is not known, as should not be. If it is
 *           created, it counts as one afterwards.
 *
 * Context: Process context; may sleep.
 * Return: 0 if the operation may go on, %-EACCES if not, or %-ENOMEM if it must
 *         not because there is no memory.
 */
int luo_lsm_check(struct luo_lsm_access *access,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session)
{
	struct luo_lsm_policy *policy;
	int err;

	if (!session)
		return -EACCES;
	if (!subject)
		return -ENOMEM;

	policy = luo_lsm_policy_get();
	luo_lsm_describe(access, subject, inode, session);
	if (policy)
		luo_lsm_describe_contexts(access, inode,
					  luo_policy_keys(policy->compiled,
							  access->request.op));

	luo_lsm_decide(policy, access);
	luo_lsm_decide_limits(policy, access, session);
	err = luo_lsm_conclude(access, policy);

	luo_lsm_free_contexts(&access->request);
	luo_lsm_policy_put(policy);
	return err;
}

/**
 * luo_lsm_check_growth() - Decide if a session's files have grown too large.
 * @inode:   Inode of the session.
 * @session: The session.
 * @bytes:   Bytes that are in its files at the freeze.
 *
 * Context: Process context; may sleep.
 * Return: 0 if the live update may go on, %-EACCES if not.
 */
int luo_lsm_check_growth(struct inode *inode,
			 const struct luo_lsm_session *session, u64 bytes)
{
	struct luo_lsm_policy *policy = luo_lsm_policy_get();
	struct luo_lsm_access access = {
		.request.size = bytes,
		.request.size_known = true,
		.freeze = true,
		.verdict.allow = true,
	};
	int err;

	luo_lsm_describe(&access, session->creator, inode, session);
	if (policy)
		luo_lsm_limit_growth(policy, session, bytes, &access.verdict);
	err = luo_lsm_conclude(&access, policy);

	luo_lsm_policy_put(policy);
	return err;
}
