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
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "active.h"
#include "audit.h"
#include "handover.h"
#include "signature.h"
#include "switches.h"

static bool luo_lsm_is_enforcing = true;

/* The command line asks to enforce, whatever was handed over. */
static bool luo_lsm_enforcing_requested __ro_after_init;

/* Nothing may be changed until a cold boot; never goes back to false. */
static bool luo_lsm_is_locked;

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

/* ---- Reading and changing them ---- */

/**
 * luo_lsm_current_state() - Get the state that is in force.
 * @state: Filled in. To be changed by the caller and then published.
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
	};
	memcpy(state->digest, luo_lsm_newest.digest, sizeof(state->digest));
}

/**
 * luo_lsm_enforcing() - Are denials binding?
 *
 * Context: Any.
 * Return: true if they are, false if they are only logged.
 */
bool luo_lsm_enforcing(void)
{
	return READ_ONCE(luo_lsm_is_enforcing) || luo_lsm_failed_closed();
}

/**
 * luo_lsm_set_enforcing() - Make denials binding or not.
 * @enforcing: Binding.
 *
 * A change is audited, and handed over to the next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-EPERM if the state is locked or the module failed closed;
 *         %-ENOMEM or another negative errno if the change cannot be handed over.
 */
int luo_lsm_set_enforcing(bool enforcing)
{
	struct luo_lsm_state state;
	int err;

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_is_enforcing == enforcing)
		return 0;
	if (luo_lsm_is_locked || luo_lsm_is_failed_closed)
		return -EPERM;

	luo_lsm_current_state(&state);
	state.enforcing = enforcing;
	err = luo_lsm_handover_publish(&state);
	if (err)
		return err;

	WRITE_ONCE(luo_lsm_is_enforcing, enforcing);
	luo_lsm_audit_switch("enforce", "enforcing", enforcing, !enforcing);
	return 0;
}

/**
 * luo_lsm_locked() - Is the state locked?
 *
 * Context: Any. Under luo_lsm_lock the answer stays true to the end of a change.
 * Return: true if nothing may be changed until a cold boot.
 */
bool luo_lsm_locked(void)
{
	return READ_ONCE(luo_lsm_is_locked);
}

/**
 * luo_lsm_set_locked() - Lock the state until a cold boot.
 *
 * The change is audited, and handed over to the next kernel.
 *
 * Context: Process context; may sleep.
 * Return: 0; %-ENOMEM or another negative errno if it cannot be handed over.
 */
int luo_lsm_set_locked(void)
{
	struct luo_lsm_state state;
	int err;

	guard(mutex)(&luo_lsm_lock);
	if (luo_lsm_is_locked)
		return 0;

	luo_lsm_current_state(&state);
	state.locked = true;
	err = luo_lsm_handover_publish(&state);
	if (err)
		return err;

	WRITE_ONCE(luo_lsm_is_locked, true);
	luo_lsm_audit_switch("lock", "locked", true, false);
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

/* ---- From the previous kernel ---- */

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
	WRITE_ONCE(luo_lsm_is_locked, state->locked);
	luo_lsm_require_signature |= state->signatures;
	WRITE_ONCE(luo_lsm_is_enforcing,
		   state->enforcing || luo_lsm_enforcing_requested);
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
