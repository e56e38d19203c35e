// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the switches: enforcing, locked, unconfigured, failed closed.
 *
 * They are written under luo_lsm_lock, and so is the state that is handed over:
 * a change is first published to the next kernel, which may fail, and then made
 * here, which cannot. Hooks read the switches without a lock, each one once per
 * access.
 */

#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "active.h"
#include "audit.h"
#include "handover.h"
#include "measure.h"
#include "signature.h"
#include "switches.h"

static bool luo_lsm_is_enforcing = true;

/* The command line asks to enforce, whatever was handed over. */
static bool luo_lsm_enforcing_requested __ro_after_init;

/* What may still be changed until a cold boot; only goes up. */
static enum luo_lsm_locked luo_lsm_is_locked;

/* The lock that this kernel begins with, unless a higher one was handed over. */
static enum luo_lsm_locked luo_lsm_boot_lock __ro_after_init =
	IS_ENABLED(CONFIG_SECURITY_LUO_LSM_LOCK_ALL) ? LUO_LSM_LOCKED_ALL :
	IS_ENABLED(CONFIG_SECURITY_LUO_LSM_LOCK_SIGNED) ? LUO_LSM_LOCKED_SIGNED :
							  LUO_LSM_LOCKED_NONE;

/* Changes of what is in force since the last cold boot. Under luo_lsm_lock. */
static u32 luo_lsm_changes;

/*
 * The state that the previous kernel handed over was refused, or is not restored
 * yet: every request is denied until a policy is active.
 */
static bool luo_lsm_is_failed_closed;

bool luo_lsm_unconfigured_allow __ro_after_init;

/* ---- Boot parameters ---- */

static int luo_lsm_param_enforcing(const char *value,
				   const struct kernel_param *kp)
{
	bool enforcing = true;
	int err = value ? kstrtobool(value, &enforcing) : 0;

	if (err)
		return err;	/* no change */
	if (!enforcing && !IS_ENABLED(CONFIG_SECURITY_LUO_LSM_DEVELOP))
		return -EOPNOTSUPP;
	luo_lsm_is_enforcing = enforcing;
	luo_lsm_enforcing_requested = enforcing;
	return 0;
}

static const struct kernel_param_ops luo_lsm_param_enforcing_ops = {
	/* Without a value it means "yes" */
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = luo_lsm_param_enforcing,
};

/* Permission 0: in sysfs it could be written without any check. */
module_param_cb(enforcing, &luo_lsm_param_enforcing_ops, NULL, 0);
MODULE_PARM_DESC(enforcing, "Whether denials are binding at boot (default: 1)");

static int luo_lsm_param_unconfigured(const char *value,
				      const struct kernel_param *kp)
{
	if (!strcmp(value, "allow"))
		luo_lsm_unconfigured_allow = true;
	else if (!strcmp(value, "deny"))
		luo_lsm_unconfigured_allow = false;
	else
		return -EINVAL;	/* no change */
	return 0;
}

static const struct kernel_param_ops luo_lsm_param_unconfigured_ops = {
	.set = luo_lsm_param_unconfigured,
};

/* Permission 0: it is not in sysfs; the status file shows it. */
module_param_cb(unconfigured, &luo_lsm_param_unconfigured_ops, NULL, 0);
MODULE_PARM_DESC(unconfigured, "While no policy was ever loaded: deny (default) or allow");

/*
 * The highest of what the configuration and all occurrences say. Any other value is
 * the highest: a typing error must not leave it open.
 */
static int luo_lsm_param_lock(const char *value, const struct kernel_param *kp)
{
	int locked = match_string(luo_lsm_locked_names, LUO_LSM_LOCKED_COUNT,
				  value);

	if (locked < 0)
		luo_lsm_boot_lock = LUO_LSM_LOCKED_ALL;
	else if (locked > luo_lsm_boot_lock)
		luo_lsm_boot_lock = locked;
	return min(locked, 0);
}

static const struct kernel_param_ops luo_lsm_param_lock_ops = {
	.set = luo_lsm_param_lock,
};

/* Permission 0: it is not in sysfs; the status file shows it. */
module_param_cb(lock, &luo_lsm_param_lock_ops, NULL, 0);
MODULE_PARM_DESC(lock, "What is locked from boot: none, signed or all (default: as configured)");

/* ---- Reading and changing them ---- */

/**
 * luo_lsm_current_state() - Get the state that is in force.
 * @state: Filled in. To be changed by the caller and then given to
 *         luo_lsm_commit_state().
 *
 * Context: Under luo_lsm_lock.
 */
void luo_lsm_current_state(struct luo_lsm_state *state)
{
	const struct luo_lsm_policy *policy = luo_lsm_policy_active();

	*state = (struct luo_lsm_state) {
		.policy = policy ? &policy->preserved : NULL,
		.version = luo_lsm_newest.version,
		.enforcing = luo_lsm_is_enforcing,
		.locked = luo_lsm_is_locked,
		.allow = luo_lsm_unconfigured_allow,
		.signatures = luo_lsm_require_signature,
		.failed_closed = luo_lsm_is_failed_closed,
		.changes = luo_lsm_changes,
	};
	memcpy(state->digest, luo_lsm_newest.digest, sizeof(state->digest));
}

/**
 * luo_lsm_commit_state() - Hand a changed state over, and measure it.
 * @state:  The state, changed by the caller, who makes the change after this.
 * @policy: The policy that is active in it, or NULL.
 *
 * A state is measured before it is in force, so that none is missing.
 *
 * Context: Process context, under luo_lsm_lock; may sleep.
 * Return: 0, or a negative errno if it cannot be handed over.
 */
int luo_lsm_commit_state(struct luo_lsm_state *state,
			 const struct luo_lsm_policy *policy)
{
	int err;

	state->changes++;
	err = luo_lsm_handover_publish(state);
	if (err)
		return err;

	luo_lsm_changes = state->changes;
	luo_lsm_measure(state, policy);
	return 0;
}

/**
 * luo_lsm_enforcing() - Are denials binding?
 *
 * Context: Any.
 * Return: true if they are, false if they are only logged.
 */
bool luo_lsm_enforcing(void)
{
	return !IS_ENABLED(CONFIG_SECURITY_LUO_LSM_DEVELOP) ||
	       READ_ONCE(luo_lsm_is_enforcing) || luo_lsm_failed_closed();
}

/**
 * luo_lsm_set_enforcing() - Make denials binding or not.
 * @enforcing: Binding.
 *
 * A change is audited, and handed over to the next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EOPNOTSUPP if this kernel has no permissive mode;
 *         %-EPERM if the state is locked or the module failed closed;
 *         %-ENOMEM or another negative errno if the change cannot be handed over.
 */
int luo_lsm_set_enforcing(bool enforcing)
{
	struct luo_lsm_state state;
	int err;

	if (!enforcing && !IS_ENABLED(CONFIG_SECURITY_LUO_LSM_DEVELOP))
		return -EOPNOTSUPP;

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_is_enforcing == enforcing)
		return 0;
	if (luo_lsm_is_locked || luo_lsm_is_failed_closed)
		return -EPERM;

	luo_lsm_current_state(&state);
	state.enforcing = enforcing;
	err = luo_lsm_commit_state(&state, luo_lsm_policy_active());
	if (err)
		return err;

	WRITE_ONCE(luo_lsm_is_enforcing, enforcing);
	luo_lsm_audit_switch("enforce", "enforcing", enforcing ? "1" : "0",
			     enforcing ? "0" : "1");
	return 0;
}

/**
 * luo_lsm_locked() - What is locked?
 *
 * Context: Any. Under luo_lsm_lock the answer stays true to the end of a change.
 * Return: What may still be changed until a cold boot.
 */
enum luo_lsm_locked luo_lsm_locked(void)
{
	return READ_ONCE(luo_lsm_is_locked);
}

/* The change is published. The lock comes last: with it denials are binding. */
static void luo_lsm_lock_now(enum luo_lsm_locked locked)
{
	enum luo_lsm_locked old = luo_lsm_is_locked;

	if (!luo_lsm_is_enforcing) {
		WRITE_ONCE(luo_lsm_is_enforcing, true);
		luo_lsm_audit_switch("enforce", "enforcing", "1", "0");
	}
	WRITE_ONCE(luo_lsm_is_locked, locked);
	luo_lsm_audit_switch("lock", "lock", luo_lsm_locked_names[locked],
			     luo_lsm_locked_names[old]);
}

static int luo_lsm_commit_lock(enum luo_lsm_locked locked)
{
	struct luo_lsm_state state;

	luo_lsm_current_state(&state);
	state.locked = locked;
	state.enforcing = true;
	return luo_lsm_commit_state(&state, luo_lsm_policy_active());
}

/**
 * luo_lsm_set_locked() - Lock the state until a cold boot.
 * @locked: What is locked.
 *
 * Any lock makes denials binding, too. The change is audited, and handed over to the
 * next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EPERM if more is locked already; %-ENOMEM or another negative errno
 *         if it cannot be handed over.
 */
int luo_lsm_set_locked(enum luo_lsm_locked locked)
{
	int err;

	guard(mutex)(&luo_lsm_lock);
	if (locked < luo_lsm_is_locked)
		return -EPERM;
	if (locked == luo_lsm_is_locked)
		return 0;

	err = luo_lsm_commit_lock(locked);
	if (err)
		return err;

	luo_lsm_lock_now(locked);
	return 0;
}

/**
 * luo_lsm_failed_closed() - Did the module fail closed?
 *
 * Context: Any.
 * Return: true if the state from the previous kernel was refused, or is not
 *         restored yet. Every request is denied then, until a policy is active.
 */
bool luo_lsm_failed_closed(void)
{
	return READ_ONCE(luo_lsm_is_failed_closed);
}

/**
 * luo_lsm_set_failed_closed() - Fail closed, or end that.
 * @failed_closed: Fail closed.
 *
 * Context: At boot, or under luo_lsm_lock after a policy became active.
 */
void luo_lsm_set_failed_closed(bool failed_closed)
{
	WRITE_ONCE(luo_lsm_is_failed_closed, failed_closed);
}

/* ---- At boot, and from the previous kernel ---- */

/**
 * luo_lsm_init_switches() - Make denials binding if the command line locks.
 *
 * The lock itself follows in luo_lsm_lock_at_boot().
 *
 * Context: At boot, after the command line is parsed and before any hook.
 */
void __init luo_lsm_init_switches(void)
{
	if (luo_lsm_boot_lock == LUO_LSM_LOCKED_NONE)
		return;

	luo_lsm_is_enforcing = true;
	luo_lsm_enforcing_requested = true;
}

/**
 * luo_lsm_lock_at_boot() - Lock what the configuration or the command line says.
 *
 * Comes after the policies that are there at boot, as it is not about them: the one
 * that was handed over, and the one that is compiled in.
 *
 * Context: At boot, in process context, before user space can change the state.
 */
void __init luo_lsm_lock_at_boot(void)
{
	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_boot_lock <= luo_lsm_is_locked)
		return;

	/* If nothing can be handed over, luo_lsm_restore() said so: lock all the same */
	luo_lsm_commit_lock(luo_lsm_boot_lock);
	luo_lsm_lock_now(luo_lsm_boot_lock);
}

/**
 * luo_lsm_measure_at_boot() - Measure the policy and the state once IMA is there.
 *
 * IMA has no policy before its own initcall, and measures nothing that comes earlier:
 * neither a boot policy nor one that was handed over. User space has changed nothing
 * yet.
 *
 * Context: At boot, in process context, after IMA's initcall.
 */
void __init luo_lsm_measure_at_boot(void)
{
	struct luo_lsm_state state;

	guard(mutex)(&luo_lsm_lock);
	luo_lsm_current_state(&state);
	luo_lsm_measure(&state, luo_lsm_policy_active());
}

/**
 * luo_lsm_restore_switches() - Set the switches as the previous kernel had them.
 * @state: What it handed over.
 *
 * The command line can only make them stricter.
 *
 * Context: At boot, under luo_lsm_lock.
 */
void __init luo_lsm_restore_switches(const struct luo_lsm_state *state)
{
	luo_lsm_changes = state->changes;
	WRITE_ONCE(luo_lsm_is_locked, state->locked);
	luo_lsm_require_signature |= state->signatures;
	WRITE_ONCE(luo_lsm_is_enforcing,
		   state->enforcing || luo_lsm_enforcing_requested ||
		   state->locked != LUO_LSM_LOCKED_NONE ||
		   !IS_ENABLED(CONFIG_SECURITY_LUO_LSM_DEVELOP));
	luo_lsm_unconfigured_allow &= state->allow;
}

/**
 * luo_lsm_reset_switches() - Deny and enforce, whatever the command line says.
 *
 * Context: At boot, under luo_lsm_lock, when a state is refused.
 */
void __init luo_lsm_reset_switches(void)
{
	WRITE_ONCE(luo_lsm_is_enforcing, true);
	luo_lsm_unconfigured_allow = false;
}
