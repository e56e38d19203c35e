// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: restoring the state that the previous kernel handed over.
 *
 * From the first hook until the state is restored the module fails closed, as
 * luo_lsm_init() sees to. If the state is refused it stays so, until a policy is
 * loaded.
 */

#define pr_fmt(fmt) "luo_lsm: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "active.h"
#include "handover.h"
#include "loading.h"
#include "policy/policy.h"
#include "restore.h"
#include "switches.h"

static int __init luo_lsm_restore_policy(const struct luo_lsm_incoming *incoming,
					 struct luo_policy_error *error)
{
	if (incoming->error)
		return luo_policy_refuse(error, -EBADMSG, incoming->error);
	if (!incoming->bytes)
		return 0;
	return luo_lsm_policy_restore(incoming->bytes, incoming->size, error);
}

/* If the state is refused, what is never taken back of it holds all the same. */
static void __init luo_lsm_restore_state(const struct luo_lsm_incoming *incoming)
{
	const struct luo_lsm_state *state = &incoming->state;
	struct luo_policy_error error = {};

	luo_lsm_newest.version = state->version;
	memcpy(luo_lsm_newest.digest, state->digest, sizeof(state->digest));
	luo_lsm_restore_switches(state);
	/* There was a policy: "no policy was ever loaded" is over */
	if (incoming->bytes)
		luo_lsm_unconfigured_allow = false;

	if (!luo_lsm_restore_policy(incoming, &error)) {
		luo_lsm_set_failed_closed(false);
		return;
	}

	luo_lsm_reset_switches();
	luo_lsm_policy_refused(&error);
	pr_err("state of the previous kernel refused: %s: every request is denied until a policy is loaded\n",
	       error.message);
}

/**
 * luo_lsm_restore() - Put the state into force that was handed over.
 *
 * Begins to hand the state over to the next kernel, too.
 *
 * Context: At boot, in process context, once: after KHO and the trusted keys are
 *          set up, and before user space can change the state.
 */
void __init luo_lsm_restore(void)
{
	struct luo_lsm_incoming incoming = {};
	struct luo_lsm_state state;
	int err;

	luo_lsm_handover_receive(&incoming);

	guard(mutex)(&luo_lsm_lock);
	if (incoming.found)
		luo_lsm_restore_state(&incoming);
	vfree(incoming.bytes);

	/* If this fails, each later change tries again, and fails if it does */
	luo_lsm_current_state(&state);
	err = luo_lsm_handover_publish(&state);
	if (err)
		pr_err("state cannot be handed over to the next kernel: %pe: live updates and changes are refused until it can\n",
		       ERR_PTR(err));
}
