// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: security contexts that other security modules assign.
 */

#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/lsm.h>

#include "context.h"
#include "policy/policy.h"

/**
 * luo_lsm_context() - Get the security context of a task or an inode.
 * @prop: Its properties, just filled in by the LSM framework. The other module
 *        may free what they refer to, so they are not kept.
 *
 * Context: Process context; may sleep.
 * Return: The context, to be freed with kfree(); NULL if there is none, if it is
 *         longer than any that a policy can name, or if there is no memory.
 */
char *luo_lsm_context(struct lsm_prop *prop)
{
	struct lsm_context context = {};
	char *string;

	if (security_lsmprop_to_secctx(prop, &context, LSM_ID_UNDEF) < 0)
		return NULL;

	/* The length includes the NUL in some modules only */
	string = context.context && context.len ?
		 kmemdup_nul(context.context, context.len, GFP_KERNEL) : NULL;
	security_release_secctx(&context);

	if (string && strlen(string) > LUO_POLICY_CONTEXT_MAX) {
		kfree(string);
		return NULL;
	}
	return string;
}
