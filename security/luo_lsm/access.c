// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: an access is described, decided and logged.
 *
 * Data flows one way: the hook hands over the subject and what it knows of session
 * and file; the engine decides by the active policy; limits can only turn an allow
 * into a denial; audit writes down the verdict.
 */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/luo_identity.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "access.h"
#include "active.h"
#include "audit.h"
#include "context.h"
#include "hits.h"
#include "ids.h"
#include "limits.h"
#include "session.h"
#include "subject.h"
#include "switches.h"

atomic64_t luo_lsm_denials = ATOMIC64_INIT(0);

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
	request->verity = subject->verity;
	request->cgroup = subject->cgroup;
	request->subj = subject->subj;
	request->session = session->name;
	request->owner_known = uid_valid(inode->i_uid);
	request->owner = luo_lsm_uid(inode->i_uid);
	access->subject = subject;
	access->session_id = inode->i_ino;
	/* Read once: the audit record must agree with what the hook returns */
	access->enforcing = luo_lsm_enforcing();
}

/*
 * Security contexts are looked up only if the policy has a key for them. If there
 * is no memory, the context is unknown, and no allow that asks for it matches.
 *
 * A session whose creator is not known was labelled by its retrieval: the label
 * says nothing about its creator, and is unknown too.
 */
static void luo_lsm_describe_contexts(struct luo_lsm_access *access,
				      struct inode *inode,
				      struct luo_lsm_session *session, u32 keys)
{
	struct luo_request *request = &access->request;

	if (keys & BIT(LUO_KEY_LABEL) && request->owner_known)
		request->label = luo_lsm_inode_context(&session->label, inode);
	if (keys & BIT(LUO_KEY_OBJ) && access->prop)
		request->obj = luo_lsm_context(access->prop);
	else if (keys & BIT(LUO_KEY_OBJ) && access->obj &&
		 strlen(access->obj) <= LUO_POLICY_CONTEXT_MAX)
		request->obj = access->obj;
}

static void luo_lsm_free_contexts(struct luo_lsm_access *access)
{
	if (access->prop)
		kfree(access->request.obj);
}

static void luo_lsm_classify_caller(const struct luo_policy *policy,
				    const struct luo_lsm_access *access,
				    struct luo_classes *classes)
{
	struct luo_lsm_classes *kept = luo_lsm_subject_classes(access->subject);

	/* Decided for who asked earlier, at the freeze */
	if (!kept)
		return;

	if (kept->policy != access->serial) {
		*kept = (struct luo_lsm_classes){ .policy = access->serial };
		luo_policy_classify(policy, &access->request, LUO_CALLER_KEYS,
				    &kept->classes);
	}
	*classes = kept->classes;
}

static void luo_lsm_classify_name(const struct luo_policy *policy,
				  const struct luo_lsm_access *access,
				  struct luo_lsm_session *session,
				  struct luo_classes *classes)
{
	u32 *class = &classes->of[LUO_KEY_SESSION];

	luo_lsm_session_judge_by(session, access->serial);
	if (session->named) {
		*class = session->class;
		classes->keys |= BIT(LUO_KEY_SESSION);
		return;
	}

	luo_policy_classify(policy, &access->request, BIT(LUO_KEY_SESSION),
			    classes);
	session->named = classes->keys & BIT(LUO_KEY_SESSION);
	session->class = *class;
}

static void luo_lsm_decide(const struct luo_policy *policy,
			   struct luo_lsm_access *access,
			   struct luo_lsm_session *session)
{
	struct luo_classes classes = {};

	if (policy) {
		if (access->serial) {
			luo_lsm_classify_caller(policy, access, &classes);
			luo_lsm_classify_name(policy, access, session,
					      &classes);
		}
		access->request.classes = &classes;
		luo_policy_decide(policy, &access->request, &access->verdict);
		access->request.classes = NULL;
		return;
	}

	access->verdict = (struct luo_verdict) {
		.allow = luo_lsm_unconfigured_allow && !luo_lsm_failed_closed(),
		.reason = LUO_REASON_NO_POLICY,
	};
}

/* Nobody asked for it: it is denied by a limit, or not at all. */
static void luo_lsm_decide_frozen_size(const struct luo_policy *policy,
				       struct luo_lsm_access *access,
				       const struct luo_lsm_session *session)
{
	access->verdict = (struct luo_verdict) {
		.allow = true,
	};
	if (policy)
		luo_lsm_limit_frozen_size(policy, session, access->request.size,
					  &access->verdict);
}

static void luo_lsm_decide_limits(const struct luo_lsm_policy *policy,
				  struct luo_lsm_access *access,
				  struct luo_lsm_session *session)
{
	const struct luo_request *request = &access->request;

	if (access->freeze)
		return;

	if (request->op == LUO_OP_CREATE)
		luo_lsm_limit_create(session, access->enforcing,
				     &access->verdict);
	else if (request->op == LUO_OP_PRESERVE && policy &&
		 access->verdict.allow)
		luo_lsm_limit_preserve(policy, session, request->size,
				       &access->verdict);
}

/* What calls a live update off is always logged. */
static bool luo_lsm_is_logged(const struct luo_lsm_access *access)
{
	const struct luo_verdict *verdict = &access->verdict;

	return verdict->allow ? verdict->audit :
				access->freeze || !verdict->quiet;
}

/* Count and log the verdict, and return what the hook returns. */
static int luo_lsm_conclude(struct luo_lsm_access *access,
			    const struct luo_lsm_policy *policy)
{
	const struct luo_verdict *verdict = &access->verdict;

	if (policy)
		luo_lsm_hits_add(policy->hits, verdict->line);
	if (!verdict->allow)
		atomic64_inc(&luo_lsm_denials);
	if (luo_lsm_is_logged(access))
		luo_lsm_audit_access(access, policy);

	return verdict->allow || !access->enforcing ? 0 : -EACCES;
}

/**
 * luo_lsm_describe_identity() - Describe a file by its identity.
 * @access:   The access.
 * @identity: The identity, of now, or as it is or was handed over; NULL if it is not
 *            known.
 *
 * Context: Any.
 */
void luo_lsm_describe_identity(struct luo_lsm_access *access,
			       const struct luo_file_identity *identity)
{
	if (!identity)
		return;

	if (identity->size != LUO_FILE_SIZE_UNKNOWN) {
		access->request.size = identity->size;
		access->request.size_known = true;
	}
	access->request.fowner = luo_lsm_uid(identity->uid);
	access->request.fowner_known = uid_valid(identity->uid);
	access->obj = identity->context;
}

/**
 * luo_lsm_judge() - Decide an access by a policy, and leave no trace of it.
 * @access:  As for luo_lsm_check(). The verdict is filled in. If @prop is not NULL, the
 *           caller frees the context that is read by it.
 * @policy:  The policy; NULL if none is active.
 * @subject: As for luo_lsm_check().
 * @inode:   Inode of the session.
 * @session: Record of the session.
 *
 * Limits on what is created or preserved are not asked: they depend on what there is
 * besides. A file that was preserved once does not count again at the freeze.
 *
 * Context: Process context; may sleep. In a hook of the session, or where LUO lets
 *          nobody else be.
 * Return: 0 if it was decided; %-EACCES and %-ENOMEM as luo_lsm_check().
 */
int luo_lsm_judge(struct luo_lsm_access *access,
		  const struct luo_policy *policy,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session)
{
	if (!session)
		return -EACCES;
	if (!subject)
		return -ENOMEM;

	luo_lsm_describe(access, subject, inode, session);
	if (access->frozen_size) {
		luo_lsm_decide_frozen_size(policy, access, session);
		return 0;
	}

	if (policy)
		luo_lsm_describe_contexts(access, inode, session,
					  luo_policy_keys(policy,
							  access->request.op));
	luo_lsm_decide(policy, access, session);
	return 0;
}

/**
 * luo_lsm_check() - Decide an access, and log it as the policy says.
 * @access:  The access: operation, file, and whether it is the freeze that asks;
 *           the rest is filled in.
 * @subject: Who asks, or at the freeze who asked earlier; NULL if there was no
 *           memory for it.
 * @inode:   Inode of the session.
 * @session: Record of the session; NULL if there is none, which is a bug and
 *           denied. If the session is being created, it counts towards limits
 *           afterwards.
 *
 * Context: Process context; may sleep.
 * Return: 0 if the operation may proceed, %-EACCES if it is denied, %-ENOMEM if
 *         there is no memory to decide it.
 */
int luo_lsm_check(struct luo_lsm_access *access,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session)
{
	struct luo_lsm_policy *policy = luo_lsm_policy_get();
	int err;

	access->serial = policy ? policy->serial : 0;
	err = luo_lsm_judge(access, policy ? policy->compiled : NULL, subject,
			    inode, session);
	if (!err) {
		luo_lsm_decide_limits(policy, access, session);
		err = luo_lsm_conclude(access, policy);
		luo_lsm_free_contexts(access);
	}

	luo_lsm_policy_put(policy);
	return err;
}
