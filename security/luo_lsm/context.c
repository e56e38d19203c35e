// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: security contexts that other security modules assign.
 */

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/lsm.h>

#include "context.h"
#include "policy/policy.h"

/* How often another module has loaded a policy, which may change any context */
static atomic_t luo_lsm_policy_changes = ATOMIC_INIT(0);

/**
 * luo_lsm_context_changes() - How often another module has loaded a policy.
 *
 * A context that was made from properties that were read later is that of the
 * properties, as long as the number stays.
 *
 * Context: Any.
 * Return: The number.
 */
int luo_lsm_context_changes(void)
{
	return atomic_read_acquire(&luo_lsm_policy_changes);
}

/**
 * luo_lsm_context_lasts() - Tell if properties can be told from later ones.
 * @prop: The properties of a task.
 *
 * SELinux numbers its contexts, and Smack keeps its labels. AppArmor frees labels, and
 * another may get the address of one that is gone.
 *
 * Context: Any.
 * Return: Properties that are equal later have the same context.
 */
bool luo_lsm_context_lasts(const struct lsm_prop *prop)
{
#ifdef CONFIG_SECURITY_APPARMOR
	return !prop->apparmor.label;
#else
	return true;
#endif
}

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

static bool luo_lsm_label_is(const struct luo_lsm_label *label,
			     const struct lsm_prop *prop, int changes)
{
	return label && label->changes == changes &&
	       !memcmp(&label->prop, prop, sizeof(*prop));
}

static struct luo_lsm_label *luo_lsm_label_new(struct lsm_prop *prop,
					       int changes)
{
	char *context __free(kfree) = luo_lsm_context(prop);
	struct luo_lsm_label *label;
	size_t size;

	if (!context)
		return NULL;

	size = strlen(context) + 1;
	label = kmalloc_flex(*label, context, size);
	if (!label)
		return NULL;

	label->prop = *prop;
	label->changes = changes;
	memcpy(label->context, context, size);
	return label;
}

/**
 * luo_lsm_inode_context() - Get the security context of an inode, and keep it.
 * @kept:  What the last call kept, NULL at first; the caller frees it with kfree()
 *         in the end.
 * @inode: The inode.
 *
 * Allocates only if the inode was labelled anew since the last call, or if another
 * module has loaded a policy. The properties in @kept are compared and never used:
 * what they refer to may be gone. None of the modules that label inodes frees and
 * reuses it: SELinux numbers its contexts, Smack keeps its labels.
 *
 * Context: Process context; may sleep. The caller serializes calls with one @kept.
 * Return: The context, which is valid until the next call; NULL as for
 *         luo_lsm_context().
 */
const char *luo_lsm_inode_context(struct luo_lsm_label **kept,
				  struct inode *inode)
{
	/* Before the context is read: if it changes in between, read it again */
	int changes = luo_lsm_context_changes();
	struct lsm_prop prop;

	/* Modules that keep no property of inodes leave theirs as it is */
	lsmprop_init(&prop);
	security_inode_getlsmprop(inode, &prop);
	if (!luo_lsm_label_is(*kept, &prop, changes)) {
		kfree(*kept);
		*kept = luo_lsm_label_new(&prop, changes);
	}
	return *kept ? (*kept)->context : NULL;
}

static int luo_lsm_policy_changed(struct notifier_block *nb,
				  unsigned long event, void *unused)
{
	if (event == LSM_POLICY_CHANGE)
		atomic_inc_return_release(&luo_lsm_policy_changes);
	return NOTIFY_DONE;
}

static struct notifier_block luo_lsm_policy_notifier = {
	.notifier_call = luo_lsm_policy_changed,
};

/**
 * luo_lsm_watch_contexts() - Notice when another module loads a policy.
 *
 * Context: At boot, before there is a session.
 * Return: 0, or a negative errno.
 */
int __init luo_lsm_watch_contexts(void)
{
	return register_blocking_lsm_notifier(&luo_lsm_policy_notifier);
}
