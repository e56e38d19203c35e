// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the policy that is compiled into the kernel.
 *
 * The build of the kernel checked it with the same parser. It is as trusted as the
 * kernel's own code, so it needs no signature.
 */

#define pr_fmt(fmt) "luo_lsm: " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/printk.h>

#include "boot.h"
#include "loading.h"
#include "switches.h"
/* Generated: luo_lsm_boot_policy[] */
#include "boot_policy.h"

/**
 * luo_lsm_load_boot_policy() - Load the policy that is compiled in.
 *
 * Context: At boot, in process context; once audit is up, and before the first
 *          process of user space is started.
 * Return: 0, or a negative errno; then every request is denied until another
 *         policy is loaded.
 */
int __init luo_lsm_load_boot_policy(void)
{
	int err;

	/* From now on no policy is active only if this load fails */
	luo_lsm_unconfigured_allow = false;

	err = luo_lsm_policy_load(luo_lsm_boot_policy,
				  sizeof(luo_lsm_boot_policy),
				  LUO_LSM_SOURCE_BOOT);
	/* As intended: a newer policy was handed over, or the state is locked */
	if (err == -ESTALE || err == -EPERM)
		return 0;
	if (err)
		pr_err("boot policy refused, error %d: every request is denied until a policy is loaded\n",
		       err);
	return err;
}
