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
#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "luo_lsm.h"

const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT] = {
	[LUO_LSM_SOURCE_BOOT] = "boot",
	[LUO_LSM_SOURCE_LOADED] = "loaded",
};

/* Serializes changes; also protects luo_lsm_error. */
static DEFINE_MUTEX(luo_lsm_lock);

/*
 * NULL until the first policy is loaded, and never again. Changes under
 * luo_lsm_lock and, within, luo_lsm_sessions_lock.
 */
static struct luo_lsm_policy __rcu *luo_lsm_active;

/* Why the last load was refused; all zero if it was not. */
static struct luo_policy_error luo_lsm_error;

/*
 * No more changes in this kernel. Written under luo_lsm_lock, under which those
 * who are about to change something read it; never goes back.
 */
static bool luo_lsm_locked;

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
 * luo_lsm_policy_active() - The active policy, for as long as it is.
 *
 * Context: Under luo_lsm_sessions_lock.
 * Return: The policy, or NULL if none was ever loaded.
 */
struct luo_lsm_policy *luo_lsm_policy_active(void)
{
	return rcu_dereference_protected(luo_lsm_active,
					 lockdep_is_held(&luo_lsm_sessions_lock));
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
	kvfree(policy->counts);
	kvfree(policy->raw);
	kfree(policy);
}

static struct luo_lsm_policy *luo_lsm_policy_new(const char *raw, size_t size,
						 enum luo_lsm_source source,
						 struct luo_policy_error *error)
{
	struct luo_lsm_policy *policy;
	struct luo_policy_parts parts;
	struct luo_policy *compiled;

	/* In this order: of a text nobody vouches for not a byte is parsed */
	if (luo_policy_split(raw, size, &parts, error) ||
	    luo_lsm_check_signature(&parts, source, error))
		return NULL;

	compiled = luo_policy_compile(parts.text, parts.text_size, error);
	if (!compiled)
		return NULL;

	policy = kzalloc_obj(*policy);
	if (!policy)
		goto free_compiled;

	policy->counts = kvcalloc(luo_policy_session_limits(compiled),
				  sizeof(*policy->counts), GFP_KERNEL);
	if (!policy->counts)
		goto free_policy;

	policy->raw = kvmemdup(raw, size, GFP_KERNEL);
	if (!policy->raw)
		goto free_counts;

	policy->compiled = compiled;
	policy->raw_size = size;
	policy->size = parts.text_size;
	policy->verified = parts.signature;
	policy->source = source;
	sha256((const u8 *)parts.text, parts.text_size, policy->sha256);
	refcount_set(&policy->users, 1);
	return policy;

free_counts:
	kvfree(policy->counts);
free_policy:
	kfree(policy);
free_compiled:
	luo_policy_free(compiled);
	luo_policy_refuse(error, -ENOMEM, "out of memory");
	return NULL;
}

/*
 * A policy must not be replaced by one that was replaced before: what an old
 * version allowed may since have turned out to be a mistake. The same policy may
 * be loaded again, as a service does that is restarted.
 */
static int luo_lsm_check_version(const struct luo_lsm_policy *new,
				 const struct luo_lsm_policy *old,
				 struct luo_policy_error *error)
{
	u64 version = luo_policy_version(new->compiled);
	u64 active;

	if (!old)
		return 0;

	active = luo_policy_version(old->compiled);
	if (version > active)
		return 0;
	if (version == active &&
	    !memcmp(new->sha256, old->sha256, sizeof(new->sha256)))
		return 0;

	error->err = -ESTALE;
	error->line = luo_policy_line(new->compiled);
	error->column = 1;
	if (version < active)
		scnprintf(error->message, sizeof(error->message),
			  "version %llu is older than the active policy's %llu",
			  version, active);
	else
		scnprintf(error->message, sizeof(error->message),
			  "version %llu is active with another text: expected a higher version",
			  version);
	return -ESTALE;
}

static struct luo_lsm_policy *
luo_lsm_policy_accept(const char *raw, size_t size, enum luo_lsm_source source,
		      const struct luo_lsm_policy *old,
		      struct luo_policy_error *error)
{
	struct luo_lsm_policy *new;

	if (luo_lsm_locked) {
		luo_policy_refuse(error, -EPERM,
				  "the policy is locked in this kernel");
		return NULL;
	}

	new = luo_lsm_policy_new(raw, size, source, error);
	if (new && luo_lsm_check_version(new, old, error)) {
		luo_lsm_policy_put(new);
		return NULL;
	}

	return new;
}

/**
 * luo_lsm_policy_load() - Replace the active policy as a whole.
 * @raw:    The policy: its text, and its signature if there is one.
 * @size:   Bytes of @raw.
 * @source: Where it came from.
 *
 * The load or its refusal is audited.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EPERM if the policy is locked; %-ESTALE if the version is not
 *         above the active policy's; or a negative errno of struct
 *         luo_policy_error or of luo_lsm_check_signature(). After an error the
 *         active policy is what it was, and luo_lsm_last_error() tells why.
 */
int luo_lsm_policy_load(const char *raw, size_t size,
			enum luo_lsm_source source)
{
	struct luo_policy_error error = {};
	struct luo_lsm_policy *new, *old;

	guard(mutex)(&luo_lsm_lock);

	old = rcu_dereference_protected(luo_lsm_active,
					lockdep_is_held(&luo_lsm_lock));
	new = luo_lsm_policy_accept(raw, size, source, old, &error);
	luo_lsm_error = error;
	if (!new) {
		luo_lsm_audit_load(NULL, &error);
		return error.err;
	}

	/* No session comes or goes between being counted and @new being active */
	scoped_guard(mutex, &luo_lsm_sessions_lock) {
		luo_lsm_count_sessions(new);
		rcu_assign_pointer(luo_lsm_active, new);
	}
	/* Under the lock, which keeps @new from being replaced and freed */
	luo_lsm_audit_load(new, NULL);

	synchronize_rcu();
	luo_lsm_policy_put(old);
	return 0;
}

/**
 * luo_lsm_policy_refuse_piece() - Refuse what is not the beginning of a policy.
 *
 * The refusal is audited. What the beginning brought about stays.
 *
 * Context: Process context; may sleep.
 * Return: %-EINVAL.
 */
int luo_lsm_policy_refuse_piece(void)
{
	guard(mutex)(&luo_lsm_lock);
	luo_policy_refuse(&luo_lsm_error, -EINVAL,
			  "a piece of a policy, at an offset: expected all of it in one write; look at what is active");
	luo_lsm_audit_load(NULL, &luo_lsm_error);
	return -EINVAL;
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
 * Return: 0, or %-EPERM if it is locked.
 */
int luo_lsm_set_enforcing(bool enforcing)
{
	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_enforce == enforcing)
		return 0;
	if (luo_lsm_locked)
		return -EPERM;

	WRITE_ONCE(luo_lsm_enforce, enforcing);
	luo_lsm_audit_switch("enforce", "enforcing", enforcing, !enforcing);
	return 0;
}

/**
 * luo_lsm_is_locked() - May nothing be changed any more?
 *
 * Context: Any.
 * Return: true if so.
 */
bool luo_lsm_is_locked(void)
{
	return READ_ONCE(luo_lsm_locked);
}

/**
 * luo_lsm_set_locked() - Let nothing be changed any more.
 *
 * The change is audited.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_set_locked(void)
{
	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_locked)
		return;

	WRITE_ONCE(luo_lsm_locked, true);
	luo_lsm_audit_switch("lock", "locked", true, false);
}
