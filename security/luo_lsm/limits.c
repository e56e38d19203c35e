// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: limits on sessions, files and bytes.
 *
 * Files and bytes are limits of one session, whose hooks LUO serializes. Limits
 * on the number of sessions span sessions: each policy has a counter for each of
 * them, which is exact for the active policy, as sessions come and go and
 * policies become active under one lock. Both cost what the look-up of the
 * matching limits costs, however many sessions there are; a load visits each.
 */

#include <linux/limits.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/overflow.h>

#include "luo_lsm.h"

/*
 * Protects the list, the counters of the active policy, and which policy is the
 * active one. Taken within LUO's locks and within luo_lsm_lock; nothing but RCU
 * is taken within.
 */
DEFINE_MUTEX(luo_lsm_sessions_lock);

/* The sessions that count: those that were created in this kernel. */
static LIST_HEAD(luo_lsm_session_list);

static void luo_lsm_exceed(struct luo_verdict *verdict, u32 line)
{
	*verdict = (struct luo_verdict) {
		.reason = LUO_REASON_LIMIT,
		.line = line,
	};
}

struct luo_lsm_visit {
	const struct luo_lsm_policy *policy;
	int change;
	struct luo_verdict *verdict;
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
	lockdep_assert_held(&luo_lsm_sessions_lock);
	luo_policy_visit_session_limits(visit->policy->compiled, session->name,
					session->creator->uid, true, what,
					visit);
}

/**
 * luo_lsm_limit_session() - May there be one more session?
 * @policy:  The active policy.
 * @session: The session, not counted yet.
 * @verdict: Denies afterwards if there may not.
 *
 * Context: Under luo_lsm_sessions_lock.
 */
void luo_lsm_limit_session(const struct luo_lsm_policy *policy,
			   const struct luo_lsm_session *session,
			   struct luo_verdict *verdict)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.verdict = verdict,
	};

	luo_lsm_visit(&visit, session, luo_lsm_visit_check);
}

/**
 * luo_lsm_count_session() - Count a session from now on.
 * @policy:  The active policy, or NULL if there is none.
 * @session: The session, created in this kernel.
 *
 * Context: Under luo_lsm_sessions_lock.
 */
void luo_lsm_count_session(struct luo_lsm_policy *policy,
			   struct luo_lsm_session *session)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.change = 1,
	};

	lockdep_assert_held(&luo_lsm_sessions_lock);
	list_add_tail(&session->list, &luo_lsm_session_list);
	if (policy)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

/**
 * luo_lsm_uncount_session() - Do not count a session any more.
 * @session: The session; nothing happens if it did not count.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_uncount_session(struct luo_lsm_session *session)
{
	struct luo_lsm_visit visit = {
		.change = -1,
	};

	guard(mutex)(&luo_lsm_sessions_lock);
	if (list_empty(&session->list))
		return;

	list_del_init(&session->list);
	visit.policy = luo_lsm_policy_active();
	if (visit.policy)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

/**
 * luo_lsm_count_sessions() - Count what there is for a policy that is to be.
 * @policy: The policy, its counters zero.
 *
 * Context: Under luo_lsm_sessions_lock, until the policy is the active one.
 */
void luo_lsm_count_sessions(struct luo_lsm_policy *policy)
{
	struct luo_lsm_visit visit = {
		.policy = policy,
		.change = 1,
	};
	struct luo_lsm_session *session;

	lockdep_assert_held(&luo_lsm_sessions_lock);
	if (!luo_policy_session_limits(policy->compiled))
		return;

	list_for_each_entry(session, &luo_lsm_session_list, list)
		luo_lsm_visit(&visit, session, luo_lsm_visit_change);
}

static void luo_lsm_limits(const struct luo_lsm_policy *policy,
			   const struct luo_lsm_session *session,
			   struct luo_limits *limits)
{
	const struct luo_lsm_subject *creator = session->creator;

	luo_policy_limits(policy->compiled, session->name,
			  creator ? creator->uid : 0, creator, limits);
}

/**
 * luo_lsm_limit_file() - May there be one more file in a session?
 * @policy:  The policy.
 * @session: The session.
 * @size:    Bytes in the file.
 * @verdict: Denies afterwards if there may not.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_limit_file(const struct luo_lsm_policy *policy,
			const struct luo_lsm_session *session, u64 size,
			struct luo_verdict *verdict)
{
	struct luo_limits limits;
	u64 bytes;

	luo_lsm_limits(policy, session, &limits);
	if (session->count >= limits.files.most)
		luo_lsm_exceed(verdict, limits.files.line);
	else if (limits.bytes.line &&
		 (check_add_overflow(session->bytes, size, &bytes) ||
		  bytes > limits.bytes.most))
		luo_lsm_exceed(verdict, limits.bytes.line);
}

/**
 * luo_lsm_limit_growth() - May a session's files have grown to what they are?
 * @policy:  The policy.
 * @session: The session.
 * @bytes:   Bytes that are in its files now.
 * @verdict: Denies afterwards if they may not.
 *
 * What a policy with lower limits finds it lets be, but not grow.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_limit_growth(const struct luo_lsm_policy *policy,
			  const struct luo_lsm_session *session, u64 bytes,
			  struct luo_verdict *verdict)
{
	struct luo_limits limits;

	if (bytes <= session->bytes)
		return;

	luo_lsm_limits(policy, session, &limits);
	if (bytes > limits.bytes.most)
		luo_lsm_exceed(verdict, limits.bytes.line);
}
