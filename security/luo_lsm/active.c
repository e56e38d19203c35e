// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the active policy.
 *
 * Readers find it under RCU and take a reference. They may then use it for as
 * long as they like, and sleep. A load prepares a policy completely, and one
 * store of the pointer makes it active: each reader gets the old policy or the
 * new one.
 */

#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "active.h"
#include "hits.h"
#include "policy/policy.h"

const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT] = {
	[LUO_LSM_SOURCE_BOOT] = "boot",
	[LUO_LSM_SOURCE_LOADED] = "loaded",
	[LUO_LSM_SOURCE_HANDED_OVER] = "handed-over",
};

/* One load, restore or switch at a time; outermost, held over allocations */
DEFINE_MUTEX(luo_lsm_lock);
/* Changes of the active policy and the counts that belong to it; see active.h */
DEFINE_MUTEX(luo_lsm_active_lock);

/*
 * NULL until the first policy is active, and never again. Changes under
 * luo_lsm_lock and luo_lsm_active_lock: either keeps it.
 */
static struct luo_lsm_policy __rcu *luo_lsm_active;

struct luo_lsm_newest luo_lsm_newest;

/**
 * luo_lsm_policy_get() - Get a reference to the active policy.
 *
 * Context: Any.
 * Return: The policy, to be dropped with luo_lsm_policy_put(), or NULL if none
 *         was active yet.
 */
struct luo_lsm_policy *luo_lsm_policy_get(void)
{
	struct luo_lsm_policy *policy;

	guard(rcu)();
	/*
	 * The pointer's reference is dropped a grace period after the pointer
	 * changed, so a policy that is found here has a reference left.
	 */
	policy = rcu_dereference(luo_lsm_active);
	if (policy)
		refcount_inc(&policy->users);
	return policy;
}

/**
 * luo_lsm_policy_put() - Drop a reference to a policy.
 * @policy: The policy, or NULL.
 *
 * Context: Process context; may sleep if it is the last reference.
 */
void luo_lsm_policy_put(struct luo_lsm_policy *policy)
{
	if (!policy || !refcount_dec_and_test(&policy->users))
		return;

	luo_lsm_handover_unpreserve(&policy->preserved);
	luo_policy_free(policy->compiled);
	luo_lsm_hits_free(policy->hits);
	kvfree(policy->counts);
	kvfree(policy->raw);
	kfree(policy);
}

/**
 * luo_lsm_policy_active() - Find the active policy without a reference.
 *
 * Context: Under luo_lsm_lock or luo_lsm_active_lock, which keeps it active.
 * Return: The policy, or NULL if none was active yet.
 */
struct luo_lsm_policy *luo_lsm_policy_active(void)
{
	return rcu_dereference_protected(luo_lsm_active,
					 lockdep_is_held(&luo_lsm_lock) ||
					 lockdep_is_held(&luo_lsm_active_lock));
}

/**
 * luo_lsm_policy_publish() - Make a policy the active one.
 * @policy: The policy. The active pointer takes over the caller's reference.
 *
 * The caller drops the reference to the policy that was active before, after a
 * grace period.
 *
 * Context: Under luo_lsm_lock and luo_lsm_active_lock.
 */
void luo_lsm_policy_publish(struct luo_lsm_policy *policy)
{
	lockdep_assert_held(&luo_lsm_lock);
	lockdep_assert_held(&luo_lsm_active_lock);
	rcu_assign_pointer(luo_lsm_active, policy);
}
