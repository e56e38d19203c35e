// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the active policy and whether it is enforced.
 *
 * Readers find the active policy under RCU and take a reference; they then use
 * it for as long as they like and may sleep. A load prepares everything first
 * and publishes with one pointer, so that there is the old policy or the new one
 * and never anything between, and a load that fails has changed nothing.
 */

#define pr_fmt(fmt) "luo_lsm: " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "luo_lsm.h"

const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT] = {
	[LUO_LSM_SOURCE_BOOT] = "boot",
	[LUO_LSM_SOURCE_LOADED] = "loaded",
	[LUO_LSM_SOURCE_HANDED_OVER] = "handed-over",
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
 * The highest version that was active since the last cold boot, and SHA-256 of
 * its text. Under luo_lsm_lock.
 */
static u64 luo_lsm_version;
static u8 luo_lsm_digest[SHA256_DIGEST_SIZE];

/*
 * What the previous kernel handed over could not be used: everything is denied
 * until a policy is loaded. Written under luo_lsm_lock, read without.
 */
static bool luo_lsm_lost;

/*
 * No more changes until a cold boot. Written under luo_lsm_lock, under which those
 * who are about to change something read it; never goes back.
 */
static bool luo_lsm_locked;

/* Written under luo_lsm_lock, read without. */
static bool luo_lsm_enforce = true;

/* What the command line asks for, whatever was handed over: to enforce. */
static bool luo_lsm_enforce_asked __ro_after_init;

static int luo_lsm_param_enforcing(const char *value,
				   const struct kernel_param *kp)
{
	bool enforcing = true;
	int err = value ? kstrtobool(value, &enforcing) : 0;

	if (err)
		return err;	/* and what it was stays */
	luo_lsm_enforce = enforcing;
	luo_lsm_enforce_asked = enforcing;
	return 0;
}

static const struct kernel_param_ops luo_lsm_param_enforcing_ops = {
	/* Without a value it means yes */
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = luo_lsm_param_enforcing,
};

/* Permission 0, not in sysfs, where it could be written past all checks. */
module_param_cb(enforcing, &luo_lsm_param_enforcing_ops, NULL, 0);
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

	luo_lsm_handover_drop(policy);
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

	policy->raw = luo_lsm_handover_keep(policy, raw, size);
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

/* Is it the one that was active last, here or in the previous kernel? */
static bool luo_lsm_is_same(const struct luo_lsm_policy *policy)
{
	return luo_policy_version(policy->compiled) == luo_lsm_version &&
	       !memcmp(policy->sha256, luo_lsm_digest, sizeof(luo_lsm_digest));
}

/*
 * A policy must not be replaced by one that was replaced before: what an old
 * version allowed may since have turned out to be a mistake. The same policy may
 * be loaded again, as a service does that is restarted; the one that is compiled in
 * has no reason to.
 */
static int luo_lsm_check_version(const struct luo_lsm_policy *new,
				 struct luo_policy_error *error)
{
	u64 version = luo_policy_version(new->compiled);

	/* If nobody knows how new the lost one was, none that is compiled in is newer */
	if (version > luo_lsm_version &&
	    (!luo_lsm_lost || luo_lsm_version ||
	     new->source != LUO_LSM_SOURCE_BOOT))
		return 0;
	if (luo_lsm_is_same(new) &&
	    (luo_lsm_lost || new->source != LUO_LSM_SOURCE_BOOT))
		return 0;

	error->err = -ESTALE;
	error->line = luo_policy_line(new->compiled);
	error->column = 1;
	if (version < luo_lsm_version)
		scnprintf(error->message, sizeof(error->message),
			  "version %llu is older than the %s policy's %llu",
			  version, luo_lsm_lost ? "handed-over" : "active",
			  luo_lsm_version);
	else
		scnprintf(error->message, sizeof(error->message),
			  "version %llu %s with another text: expected a higher version",
			  version, luo_lsm_lost ? "was handed over" : "is active");
	return -ESTALE;
}

static struct luo_lsm_policy *
luo_lsm_policy_accept(const char *raw, size_t size, enum luo_lsm_source source,
		      struct luo_policy_error *error)
{
	struct luo_lsm_policy *new;

	/* One that is lost may come back: that would be no change */
	if (luo_lsm_locked && !luo_lsm_lost) {
		luo_policy_refuse(error, -EPERM,
				  "the policy is locked until a cold boot");
		return NULL;
	}

	new = luo_lsm_policy_new(raw, size, source, error);
	if (!new)
		return NULL;

	if (luo_lsm_locked && !luo_lsm_is_same(new))
		luo_policy_refuse(error, -EPERM,
				  "the policy is locked until a cold boot: expected the one that was handed over");
	else if (!luo_lsm_check_version(new, error))
		return new;

	luo_lsm_policy_put(new);
	return NULL;
}

static struct luo_lsm_policy *luo_lsm_policy_locked(void)
{
	return rcu_dereference_protected(luo_lsm_active,
					 lockdep_is_held(&luo_lsm_lock));
}

/* What is in force, to be handed over with what is about to be changed. */
static struct luo_lsm_state luo_lsm_current_state(void)
{
	struct luo_lsm_state state = {
		.policy = luo_lsm_policy_locked(),
		.version = luo_lsm_version,
		.enforcing = luo_lsm_enforce,
		.locked = luo_lsm_locked,
		.allow = luo_lsm_unconfigured_allow,
		.signatures = luo_lsm_require_signature,
		.lost = luo_lsm_lost,
	};

	memcpy(state.digest, luo_lsm_digest, sizeof(state.digest));
	return state;
}

/*
 * Put @new into force, here and in the next kernel, or neither. Takes over the
 * reference to @new, also if it fails.
 */
static int luo_lsm_policy_activate(struct luo_lsm_policy *new,
				   struct luo_policy_error *error)
{
	struct luo_lsm_policy *old = luo_lsm_policy_locked();
	struct luo_lsm_state state = luo_lsm_current_state();

	state.policy = new;
	state.lost = false;
	state.version = luo_policy_version(new->compiled);
	memcpy(state.digest, new->sha256, sizeof(state.digest));
	if (luo_lsm_handover_publish(&state)) {
		luo_policy_refuse(error, -ENOMEM,
				  "no memory to hand the policy over to the next kernel");
		luo_lsm_policy_put(new);
		return -ENOMEM;
	}

	luo_lsm_version = state.version;
	memcpy(luo_lsm_digest, state.digest, sizeof(luo_lsm_digest));
	/* No session comes or goes between being counted and @new being active */
	scoped_guard(mutex, &luo_lsm_sessions_lock) {
		luo_lsm_count_sessions(new);
		rcu_assign_pointer(luo_lsm_active, new);
	}
	/* Not before @new is there: between the two all would be as configured */
	WRITE_ONCE(luo_lsm_lost, false);
	/* Under the lock, which keeps @new from being replaced and freed */
	luo_lsm_audit_load(new, NULL);

	/* The next kernel gets @new: those who still read @old need no KHO */
	if (old)
		luo_lsm_handover_drop(old);
	synchronize_rcu();
	luo_lsm_policy_put(old);
	return 0;
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
	struct luo_lsm_policy *new;

	guard(mutex)(&luo_lsm_lock);

	new = luo_lsm_policy_accept(raw, size, source, &error);
	if (new && !luo_lsm_policy_activate(new, &error)) {
		luo_lsm_error = (struct luo_policy_error) {};
		return 0;
	}

	/* That the boot policy steps back behind what was handed over is no news */
	if (source == LUO_LSM_SOURCE_BOOT &&
	    (error.err == -ESTALE || error.err == -EPERM))
		return error.err;

	luo_lsm_error = error;
	luo_lsm_audit_load(NULL, &error);
	return error.err;
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
	return READ_ONCE(luo_lsm_enforce) || luo_lsm_is_lost();
}

/**
 * luo_lsm_set_enforcing() - Make verdicts binding or not.
 * @enforcing: Binding.
 *
 * A change is audited, and handed over to the next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EPERM if it is locked; %-ENOMEM or another negative errno if it
 *         could not be handed over.
 */
int luo_lsm_set_enforcing(bool enforcing)
{
	struct luo_lsm_state state;
	int err;

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_enforce == enforcing)
		return 0;
	/* Without a policy that was lost, everything has to be denied */
	if (luo_lsm_locked || luo_lsm_lost)
		return -EPERM;

	state = luo_lsm_current_state();
	state.enforcing = enforcing;
	err = luo_lsm_handover_publish(&state);
	if (err)
		return err;

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
 * The change is audited, and handed over to the next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-ENOMEM or another negative errno if it could not be handed over.
 */
int luo_lsm_set_locked(void)
{
	struct luo_lsm_state state;
	int err;

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_locked)
		return 0;

	state = luo_lsm_current_state();
	state.locked = true;
	err = luo_lsm_handover_publish(&state);
	if (err)
		return err;

	WRITE_ONCE(luo_lsm_locked, true);
	luo_lsm_audit_switch("lock", "locked", true, false);
	return 0;
}

/**
 * luo_lsm_is_lost() - Is there no policy because it could not be taken over?
 *
 * Context: Any.
 * Return: true if so; then everything is denied until one is loaded.
 */
bool luo_lsm_is_lost(void)
{
	return READ_ONCE(luo_lsm_lost);
}

/**
 * luo_lsm_close() - Deny everything until luo_lsm_arrive().
 *
 * Context: At boot, before a hook is called; something was handed over.
 */
void __init luo_lsm_close(void)
{
	luo_lsm_lost = true;
}

/* What the previous kernel left is lost: deny everything, and let it be seen. */
static void __init luo_lsm_lose(const struct luo_policy_error *error)
{
	WRITE_ONCE(luo_lsm_enforce, true);
	luo_lsm_unconfigured_allow = false;
	luo_lsm_error = *error;
	luo_lsm_audit_load(NULL, error);
	pr_err("what the previous kernel handed over cannot be used: %s: everything is denied until a policy is loaded\n",
	       error->message);
}

static int __init luo_lsm_take_policy(const struct luo_lsm_arrival *arrival,
				      struct luo_policy_error *error)
{
	struct luo_lsm_policy *policy;

	if (arrival->broken) {
		luo_policy_refuse(error, -EBADMSG, arrival->broken);
		return error->err;
	}
	if (!arrival->bytes)
		return 0;

	/* Its signature and its grammar are checked as ever */
	policy = luo_lsm_policy_new(arrival->bytes, arrival->size,
				    LUO_LSM_SOURCE_HANDED_OVER, error);
	return policy ? luo_lsm_policy_activate(policy, error) : error->err;
}

/*
 * What was handed over wins over the command line, unless that is stricter. No
 * more than what never goes back is taken from what is broken.
 */
static void __init luo_lsm_take(const struct luo_lsm_arrival *arrival)
{
	const struct luo_lsm_state *state = &arrival->state;
	struct luo_policy_error error = {};

	luo_lsm_version = state->version;
	memcpy(luo_lsm_digest, state->digest, sizeof(luo_lsm_digest));
	luo_lsm_locked = state->locked;
	luo_lsm_require_signature |= state->signatures;
	WRITE_ONCE(luo_lsm_enforce, state->enforcing || luo_lsm_enforce_asked);
	/* Where there was a policy, "no policy was ever loaded" cannot be again */
	luo_lsm_unconfigured_allow &= state->allow && !arrival->bytes;

	if (luo_lsm_take_policy(arrival, &error)) {
		luo_lsm_lose(&error);
		return;
	}

	WRITE_ONCE(luo_lsm_lost, false);
}

/**
 * luo_lsm_arrive() - Put into force what the previous kernel handed over.
 *
 * And begin to hand it over to the next one.
 *
 * Context: At boot, in process context, once; when KHO and the keyrings are there,
 *          and before there is a way to change the state.
 */
void __init luo_lsm_arrive(void)
{
	struct luo_lsm_arrival arrival = {};
	struct luo_lsm_state state;
	int err;

	luo_lsm_handover_receive(&arrival);

	guard(mutex)(&luo_lsm_lock);
	if (arrival.found)
		luo_lsm_take(&arrival);
	vfree(arrival.bytes);

	/* If it fails: each change tries again, and is refused if it fails */
	state = luo_lsm_current_state();
	err = luo_lsm_handover_publish(&state);
	if (err)
		pr_err("the state cannot be handed over to the next kernel: %pe: no live update and no change until it can\n",
		       ERR_PTR(err));
}
