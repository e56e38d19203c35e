// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: limits on sessions, files and bytes.
 *
 * Limits on files and bytes concern one session, whose hooks LUO serializes.
 * Limits on the number of sessions concern many: the active policy has a counter
 * for each such limit. The counters are exact, because sessions are created and
 * released, and policies become active, under luo_lsm_active_lock.
 *
 * Each check costs a look-up of the limits that match, whatever the number of
 * sessions. A load visits every session once.
 */

#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/overflow.h>

#include "active.h"
#include "limits.h"
#include "policy/policy.h"
#include "session.h"

/*
 * The sessions that count: those that were created in this kernel, or retrieved. Under
 * luo_lsm_active_lock.
 */
static LIST_HEAD(luo_lsm_session_list);

static void luo_lsm_exceed(struct luo_verdict *verdict, u32 line)
{
	*verdict = (struct luo_verdict) {
		.reason = LUO_REASON_LIMIT,
		.line = line,
	};
}

/* What a visit of the limits on sessions works on. */
struct luo_lsm_visit {
	const struct luo_lsm_policy *policy;
	int change;			/* added to each counter */
	struct luo_verdict *verdict;	/* denies if a limit is reached */
};

static int luo_lsm_visit_check(void *data, u32 number)
{
	struct luo_lsm_visit *visit = data;
	struct luo_limit limit;

	luo_policy_session_limit(visit->policy->compiled, number, &limit);
	if (visit->policy->counts[number] < limit.most)
		return 0;

	luo_lsm_exceed(visit->verdict, limit.line);
	return 1;
}

static int luo_lsm_visit_change(void *data, u32 number)
{
	struct luo_lsm_visit *visit = data;

	visit->policy->counts[number] += visit->change;
	return 0;
}

static void luo_lsm_visit(struct luo_lsm_visit *visit,
			  const struct luo_lsm_session *session,
			  int (*what)(void *data, u32 number))
{
	lockdep_assert_held(&luo_lsm_active_lock);
	luo_policy_visit_session_limits(visit->policy->compiled, session->name,
					session->uid, session->uid_known, what,
					visit);
}

/* Deny if the session would exceed a limit of the active policy. */
static void luo_lsm_limit_sessions(const struct luo_lsm_policy *policy,
				   const struct luo_lsm_session *session,
				   struct luo_verdict *verdict)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.verdict = verdict,
	};

	luo_lsm_visit(&visit, session, luo_lsm_visit_check);
}

/* Count a session from now on; @policy is the active one, or NULL. */
static void luo_lsm_count_session(const struct luo_lsm_policy *policy,
				  struct luo_lsm_session *session)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.change = 1,
	};

	list_add_tail(&session->list, &luo_lsm_session_list);
	if (policy)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

/**
 * luo_lsm_limit_create() - Limit the number of sessions, and count a new one.
 * @session:   The session; it has a creator, and does not count yet.
 * @enforcing: The verdict is binding.
 * @verdict:   The verdict so far. Denies afterwards if a limit is exceeded.
 *
 * The session counts from now on if it is allowed, or if denials are not binding.
 * A limit of the policy that is active now decides and counts: that policy may be
 * newer than the one that decided so far.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_limit_create(struct luo_lsm_session *session, bool enforcing,
			  struct luo_verdict *verdict)
{
	struct luo_lsm_policy *active;

	guard(mutex)(&luo_lsm_active_lock);

	active = luo_lsm_policy_active();
	if (active && verdict->allow)
		luo_lsm_limit_sessions(active, session, verdict);
	if (verdict->allow || !enforcing)
		luo_lsm_count_session(active, session);
}

/**
 * luo_lsm_count_retrieved() - Count a session that came over a live update.
 * @session: The session; it may be retrieved, and does not count yet.
 *
 * A session that exists is not limited any more. It counts towards the limits on those
 * that are to be created.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_count_retrieved(struct luo_lsm_session *session)
{
	guard(mutex)(&luo_lsm_active_lock);
	luo_lsm_count_session(luo_lsm_policy_active(), session);
}

/**
 * luo_lsm_uncount_session() - Stop counting a session.
 * @session: The session; nothing happens if it does not count.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_uncount_session(struct luo_lsm_session *session)
{
	struct luo_lsm_visit visit = {
		.change = -1,
	};

	guard(mutex)(&luo_lsm_active_lock);
	if (list_empty(&session->list))
		return;

	list_del_init(&session->list);
	visit.policy = luo_lsm_policy_active();
	if (visit.policy)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

/**
 * luo_lsm_count_sessions() - Count all sessions for a policy.
 * @policy: A policy that is about to become active; its counters are zero.
 *
 * Context: Under luo_lsm_active_lock, which is held until the policy is active.
 */
void luo_lsm_count_sessions(struct luo_lsm_policy *policy)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.change = 1,
	};
	struct luo_lsm_session *session;

	lockdep_assert_held(&luo_lsm_active_lock);
	if (!luo_policy_session_limits(policy->compiled))
		return;

	list_for_each_entry(session, &luo_lsm_session_list, list)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

/* What may be in a session, which is looked up once for each policy. */
static const struct luo_limits *
luo_lsm_limits(const struct luo_lsm_policy *policy,
	       struct luo_lsm_session *session)
{
	luo_lsm_session_judge_by(session, policy->serial);
	if (!session->limited)
		luo_policy_limits(policy->compiled, session->name, session->uid,
				  session->uid_known, &session->limits);
	session->limited = true;
	return &session->limits;
}

/**
 * luo_lsm_limit_preserve() - Limit the files of a session and their bytes.
 * @policy:  The policy.
 * @session: The session.
 * @size:    Size in bytes of the file that is to be preserved.
 * @verdict: Denies afterwards if a limit is exceeded.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_limit_preserve(const struct luo_lsm_policy *policy,
			    struct luo_lsm_session *session, u64 size,
			    struct luo_verdict *verdict)
{
	const struct luo_limits *limits = luo_lsm_limits(policy, session);
	u64 bytes;

	if (session->count >= limits->files.most)
		luo_lsm_exceed(verdict, limits->files.line);
	else if (limits->bytes.line &&
		 (check_add_overflow(session->bytes, size, &bytes) ||
		  bytes > limits->bytes.most))
		luo_lsm_exceed(verdict, limits->bytes.line);
}

/**
 * luo_lsm_limit_frozen_size() - Limit the bytes in a session at the freeze.
 * @policy:  The policy.
 * @session: The session.
 * @bytes:   Bytes in its files at the freeze.
 * @verdict: Denies afterwards if the limit is exceeded.
 *
 * Files that have not grown since they were preserved are not denied, also if the
 * policy's limit is lower than that of the policy by which they were preserved.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_limit_frozen_size(const struct luo_policy *policy,
			       const struct luo_lsm_session *session,
			       u64 bytes, struct luo_verdict *verdict)
{
	struct luo_limits limits;

	if (bytes <= session->bytes)
		return;

	luo_policy_limits(policy, session->name, session->uid,
			  session->uid_known, &limits);
	if (bytes > limits.bytes.most)
		luo_lsm_exceed(verdict, limits.bytes.line);
}
