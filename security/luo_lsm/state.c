// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the active policy and whether it is enforced.
 *
 * Readers find the active policy under RCU and take a reference; they then use
 * it for as long as they like and may sleep. A load prepares everything first
 * and publishes with one pointer, so that there is the old policy or the new one
 * and never anything between, and a load that fails has changed nothing.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "luo_lsm.h"

const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT] = {
	[LUO_LSM_SOURCE_LOADED] = "loaded",
};

/* Serializes changes; also protects luo_lsm_error. */
static DEFINE_MUTEX(luo_lsm_lock);

/* NULL until the first policy is loaded, and never again. */
static struct luo_lsm_policy __rcu *luo_lsm_active;

/* Why the last load was refused; all zero if it was not. */
static struct luo_policy_error luo_lsm_error;

/* Written under luo_lsm_lock, read without. */
static bool luo_lsm_enforce = true;
/* Permission 0, not in sysfs, where it could be written past all checks. */
module_param_named(enforcing, luo_lsm_enforce, bool, 0);
MODULE_PARM_DESC(enforcing, "Whether denials are binding at boot (default: 1)");

/**
 * luo_lsm_policy_get() - Get the active policy.
 *
 * Context: Any.
 * Return: The policy, to be dropped with luo_lsm_policy_put(), or NULL if none
 *         was ever loaded.
 */
struct luo_lsm_policy *luo_lsm_policy_get(void)
{
	struct luo_lsm_policy *policy;

	guard(rcu)();
	/*
	 * The pointer's own reference is dropped a grace period after the
	 * pointer moved on: what is found here still has it.
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

	luo_policy_free(policy->compiled);
	kvfree(policy->text);
	kfree(policy);
}

static struct luo_lsm_policy *luo_lsm_policy_new(const char *text, size_t size,
						 enum luo_lsm_source source,
						 struct luo_policy_error *error)
{
	struct luo_lsm_policy *policy;
	struct luo_policy *compiled;

	compiled = luo_policy_compile(text, size, error);
	if (!compiled)
		return ERR_PTR(error->err);

	policy = kzalloc_obj(*policy);
	if (!policy)
		goto free_compiled;

	policy->text = kvmemdup(text, size, GFP_KERNEL);
	if (!policy->text)
		goto free_policy;

	policy->compiled = compiled;
	policy->size = size;
	policy->source = source;
	sha256((const u8 *)text, size, policy->sha256);
	refcount_set(&policy->users, 1);
	return policy;

free_policy:
	kfree(policy);
free_compiled:
	luo_policy_free(compiled);
	*error = (struct luo_policy_error) {
		.err = -ENOMEM,
		.line = 1,
		.column = 1,
		.message = "out of memory",
	};
	return ERR_PTR(-ENOMEM);
}

/**
 * luo_lsm_policy_load() - Replace the active policy as a whole.
 * @text:   The policy's text.
 * @size:   Bytes of @text.
 * @source: Where it came from.
 *
 * The load or its refusal is audited.
 *
 * Context: Process context; may sleep.
 * Return: 0, or a negative errno of struct luo_policy_error; the active policy
 *         is then what it was, and luo_lsm_last_error() tells why.
 */
int luo_lsm_policy_load(const char *text, size_t size,
			enum luo_lsm_source source)
{
	struct luo_policy_error error = {};
	struct luo_lsm_policy *new, *old;

	guard(mutex)(&luo_lsm_lock);

	new = luo_lsm_policy_new(text, size, source, &error);
	luo_lsm_error = error;
	if (IS_ERR(new)) {
		luo_lsm_audit_load(NULL, &error);
		return PTR_ERR(new);
	}

	old = rcu_replace_pointer(luo_lsm_active, new,
				  lockdep_is_held(&luo_lsm_lock));
	/* Under the lock, which keeps @new from being replaced and freed */
	luo_lsm_audit_load(new, NULL);

	synchronize_rcu();
	luo_lsm_policy_put(old);
	return 0;
}

/**
 * luo_lsm_last_error() - Tell why the last load was refused.
 * @error: Filled in; @error->err is 0 if it was not refused.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_last_error(struct luo_policy_error *error)
{
	guard(mutex)(&luo_lsm_lock);
	*error = luo_lsm_error;
}

/**
 * luo_lsm_enforcing() - Are verdicts binding?
 *
 * Context: Any.
 * Return: true if they are, false if denials are only logged.
 */
bool luo_lsm_enforcing(void)
{
	return READ_ONCE(luo_lsm_enforce);
}

/**
 * luo_lsm_set_enforcing() - Make verdicts binding or not.
 * @enforcing: Binding.
 *
 * A change is audited.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_set_enforcing(bool enforcing)
{
	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_enforce == enforcing)
		return;

	WRITE_ONCE(luo_lsm_enforce, enforcing);
	luo_lsm_audit_enforcing(enforcing, !enforcing);
}
