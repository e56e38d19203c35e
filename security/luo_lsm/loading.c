// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: loading policies.
 *
 * A load asks the lock, verifies the signature, compiles the text, compares the version with that
 * of the newest policy, publishes the new state to the next kernel, and then makes
 * the policy active. All that can fail precedes the change: a load that fails has
 * changed nothing but the last error.
 */

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "active.h"
#include "audit.h"
#include "handover.h"
#include "hits.h"
#include "limits.h"
#include "loading.h"
#include "policy/policy.h"
#include "signature.h"
#include "switches.h"

/* Why the last load was refused; all zero if it was not. Under luo_lsm_lock. */
static struct luo_policy_error luo_lsm_error;

/* luo_lsm_policy.serial of the policy that was made last */
static atomic64_t luo_lsm_serial = ATOMIC64_INIT(0);

static bool luo_lsm_is_newest_text(const struct luo_policy_parts *parts)
{
	u8 digest[SHA256_DIGEST_SIZE];

	sha256((const u8 *)parts->text, parts->text_size, digest);
	return !memcmp(digest, luo_lsm_newest.digest, sizeof(digest));
}

/*
 * Refuse what the lock refuses. What was handed over was in force before the lock,
 * or was accepted under it. A policy that is compiled in is part of the kernel: as
 * everywhere else it needs no signature.
 */
static int luo_lsm_check_lock(const struct luo_policy_parts *parts,
			      enum luo_lsm_source source,
			      struct luo_policy_error *error)
{
	enum luo_lsm_locked locked = luo_lsm_locked();
	bool closed = luo_lsm_failed_closed();

	if (locked == LUO_LSM_LOCKED_NONE ||
	    source == LUO_LSM_SOURCE_HANDED_OVER)
		return 0;
	if (locked == LUO_LSM_LOCKED_SIGNED &&
	    (source == LUO_LSM_SOURCE_BOOT || parts->signature))
		return 0;
	/* After failing closed the locked policy itself may be loaded again */
	if (closed && luo_lsm_is_newest_text(parts))
		return 0;

	if (locked == LUO_LSM_LOCKED_SIGNED)
		return luo_policy_refuse(error, -EKEYREJECTED,
					 "the policy is not signed: the lock accepts signed policies only");
	if (closed)
		return luo_policy_refuse(error, -EPERM,
					 "the policy is locked until a cold boot: expected the one that was handed over");
	return luo_policy_refuse(error, -EPERM,
				 "the policy is locked until a cold boot");
}

static struct luo_lsm_policy *luo_lsm_policy_new(const char *raw, size_t size,
						 enum luo_lsm_source source,
						 struct luo_policy_error *error)
{
	struct luo_lsm_policy *policy;
	struct luo_policy_parts parts;
	struct luo_policy *compiled;

	/* Verify first: no byte of a text that is not trusted is parsed */
	if (luo_policy_split(raw, size, &parts, error) ||
	    luo_lsm_check_lock(&parts, source, error) ||
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

	policy->hits = luo_lsm_hits_new(compiled);
	if (!policy->hits)
		goto free_counts;

	policy->raw = luo_lsm_handover_preserve(&policy->preserved, raw, size);
	if (!policy->raw)
		goto free_hits;

	policy->compiled = compiled;
	policy->serial = atomic64_inc_return(&luo_lsm_serial);
	policy->raw_size = size;
	policy->size = parts.text_size;
	policy->verified = parts.signature;
	policy->source = source;
	sha256((const u8 *)parts.text, parts.text_size, policy->sha256);
	refcount_set(&policy->users, 1);
	return policy;

free_hits:
	luo_lsm_hits_free(policy->hits);
free_counts:
	kvfree(policy->counts);
free_policy:
	kfree(policy);
free_compiled:
	luo_policy_free(compiled);
	luo_policy_refuse(error, -ENOMEM, "out of memory");
	return NULL;
}

/* Is it the newest policy itself, of this kernel or handed over? */
static bool luo_lsm_is_newest(const struct luo_policy *policy, const u8 *digest)
{
	return luo_policy_version(policy) == luo_lsm_newest.version &&
	       !memcmp(digest, luo_lsm_newest.digest,
		       sizeof(luo_lsm_newest.digest));
}

/*
 * Roll-back protection: an old policy may allow what turned out to be a mistake,
 * so the version must increase.
 *
 * The newest policy itself may be loaded again, as a service does that is
 * restarted. The policy that is compiled in has no reason to replace itself, but
 * for ending failed closed. If the module failed closed and the version is not
 * known, the policy that is compiled in may be older than the refused one: then
 * only a policy that is loaded is accepted.
 */
static bool luo_lsm_version_accepted(const struct luo_policy *new,
				     const u8 *digest,
				     enum luo_lsm_source source)
{
	bool compiled_in = source == LUO_LSM_SOURCE_BOOT;

	if (luo_policy_version(new) > luo_lsm_newest.version)
		return !compiled_in || !luo_lsm_failed_closed() ||
		       luo_lsm_newest.version;
	return luo_lsm_is_newest(new, digest) &&
	       (!compiled_in || luo_lsm_failed_closed());
}

static int luo_lsm_check_version(const struct luo_policy *new, const u8 *digest,
				 enum luo_lsm_source source,
				 struct luo_policy_error *error)
{
	u64 version = luo_policy_version(new);
	bool failed_closed = luo_lsm_failed_closed();

	if (luo_lsm_version_accepted(new, digest, source))
		return 0;

	error->err = -ESTALE;
	error->line = luo_policy_line(new);
	error->column = 1;
	if (version < luo_lsm_newest.version)
		scnprintf(error->message, sizeof(error->message),
			  "version %llu is older than the %s policy's %llu",
			  version, failed_closed ? "handed-over" : "active",
			  luo_lsm_newest.version);
	else
		scnprintf(error->message, sizeof(error->message),
			  "version %llu %s with another text: expected a higher version",
			  version, failed_closed ? "was handed over" : "is active");
	return -ESTALE;
}

/* A policy that may become active, or NULL. */
static struct luo_lsm_policy *
luo_lsm_policy_accept(const char *raw, size_t size, enum luo_lsm_source source,
		      struct luo_policy_error *error)
{
	struct luo_lsm_policy *new = luo_lsm_policy_new(raw, size, source, error);

	if (!new || !luo_lsm_check_version(new->compiled, new->sha256, source,
					   error))
		return new;

	luo_lsm_policy_put(new);
	return NULL;
}

/*
 * Make @new active here and in the next kernel, or in neither. Takes over the
 * reference to @new, also if it fails.
 */
static int luo_lsm_policy_activate(struct luo_lsm_policy *new,
				   struct luo_policy_error *error)
{
	struct luo_lsm_policy *old = luo_lsm_policy_active();
	struct luo_lsm_state state;

	luo_lsm_current_state(&state);
	state.policy = &new->preserved;
	state.failed_closed = false;
	state.version = luo_policy_version(new->compiled);
	memcpy(state.digest, new->sha256, sizeof(state.digest));
	if (luo_lsm_commit_state(&state, new)) {
		luo_policy_refuse(error, -ENOMEM,
				  "no memory to hand the policy over to the next kernel");
		luo_lsm_policy_put(new);
		return -ENOMEM;
	}

	luo_lsm_newest.version = state.version;
	memcpy(luo_lsm_newest.digest, state.digest, sizeof(state.digest));
	/* One critical section: @new must count every session */
	scoped_guard(mutex, &luo_lsm_active_lock) {
		luo_lsm_count_sessions(new);
		luo_lsm_policy_publish(new);
	}
	/* Only now: without @new the unconfigured switch would decide */
	luo_lsm_set_failed_closed(false);
	luo_lsm_audit_load(new, NULL);

	/* The next kernel gets @new. Readers of @old do not need it preserved */
	if (old)
		luo_lsm_handover_unpreserve(&old->preserved);
	synchronize_rcu();
	luo_lsm_policy_put(old);
	return 0;
}

/* Find out why a policy that compiles would not be loaded, if so. */
static void luo_lsm_foresee_load(const struct luo_policy_parts *parts,
				 const struct luo_policy *compiled,
				 struct luo_policy_error *load)
{
	u8 digest[SHA256_DIGEST_SIZE];

	sha256((const u8 *)parts->text, parts->text_size, digest);

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_check_lock(parts, LUO_LSM_SOURCE_LOADED, load) ||
	    luo_lsm_check_signature(parts, LUO_LSM_SOURCE_LOADED, load))
		return;
	luo_lsm_check_version(compiled, digest, LUO_LSM_SOURCE_LOADED, load);
}

/**
 * luo_lsm_policy_try() - Compile a policy, and do not load it.
 * @raw:   The policy: its text, followed by its signature if there is one.
 * @size:  Bytes of @raw.
 * @error: Filled in if it is refused, as a load refuses a text.
 * @load:  Filled in if it is not, and a load would refuse it as things are: for the
 *         lock, the signature or the version. Its @err is 0 else.
 *
 * Unlike a load it parses a text that nobody has signed: who may ask for that has
 * CAP_MAC_ADMIN, the text is bounded, and nothing is decided by it for others.
 *
 * Context: Process context; may sleep.
 * Return: The policy, to be freed with luo_policy_free(), or NULL after an error.
 */
struct luo_policy *luo_lsm_policy_try(const char *raw, size_t size,
				      struct luo_policy_error *error,
				      struct luo_policy_error *load)
{
	struct luo_policy_parts parts;
	struct luo_policy *compiled;

	*error = (struct luo_policy_error) {};
	*load = (struct luo_policy_error) {};
	if (luo_policy_split(raw, size, &parts, error))
		return NULL;

	compiled = luo_policy_compile(parts.text, parts.text_size, error);
	if (compiled)
		luo_lsm_foresee_load(&parts, compiled, load);
	return compiled;
}

/**
 * luo_lsm_policy_refused() - Record and audit that a policy was refused.
 * @error: Why.
 *
 * Context: Process context, under luo_lsm_lock; may sleep.
 */
void luo_lsm_policy_refused(const struct luo_policy_error *error)
{
	luo_lsm_error = *error;
	luo_lsm_audit_load(NULL, error);
}

/**
 * luo_lsm_policy_load() - Replace the active policy.
 * @raw:    The policy: its text, followed by its signature if there is one.
 * @size:   Bytes of @raw.
 * @source: Where it came from.
 *
 * The load or its refusal is audited.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EPERM if everything is locked; %-EKEYREJECTED if the lock accepts
 *         signed policies only; %-ESTALE if the version is not above that of the
 *         newest policy; or a negative errno of struct
 *         luo_policy_error or of luo_lsm_check_signature(). After an error the
 *         active policy is unchanged, and luo_lsm_last_error() says why.
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

	/* As intended: what was handed over is newer than the boot policy */
	if (source == LUO_LSM_SOURCE_BOOT &&
	    (error.err == -ESTALE || error.err == -EPERM))
		return error.err;

	luo_lsm_policy_refused(&error);
	return error.err;
}

/**
 * luo_lsm_policy_refuse_offset() - Refuse a write that does not begin a policy.
 *
 * The refusal is audited. A policy that an earlier write loaded stays active.
 *
 * Context: Process context; may sleep.
 * Return: %-EINVAL.
 */
int luo_lsm_policy_refuse_offset(void)
{
	struct luo_policy_error error = {};

	guard(mutex)(&luo_lsm_lock);
	luo_policy_refuse(&error, -EINVAL,
			  "write at an offset: expected the whole policy in one write");
	luo_lsm_policy_refused(&error);
	return -EINVAL;
}

/**
 * luo_lsm_policy_restore() - Make a policy active that was handed over.
 * @raw:   The policy: its text, followed by its signature if there is one.
 * @size:  Bytes of @raw.
 * @error: Filled in if it is refused.
 *
 * Its signature is verified and its text parsed, as of any policy.
 *
 * Context: At boot, under luo_lsm_lock; may sleep.
 * Return: 0, or a negative errno as luo_lsm_policy_load() returns it.
 */
int __init luo_lsm_policy_restore(const char *raw, size_t size,
				  struct luo_policy_error *error)
{
	struct luo_lsm_policy *policy;

	policy = luo_lsm_policy_new(raw, size, LUO_LSM_SOURCE_HANDED_OVER,
				    error);
	return policy ? luo_lsm_policy_activate(policy, error) : error->err;
}

/**
 * luo_lsm_last_error() - Get why the last load was refused.
 * @error: Filled in; @error->err is 0 if it was not refused.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_last_error(struct luo_policy_error *error)
{
	guard(mutex)(&luo_lsm_lock);
	*error = luo_lsm_error;
}
