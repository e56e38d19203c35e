// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the policy that is compiled into the kernel.
 *
 * It was checked by the same parser when the kernel was built, and is the kernel
 * as much as this code is: no signature could say more.
 */

#include <linux/init.h>
#include <linux/printk.h>

#include "luo_lsm.h"
/* Generated: luo_lsm_boot_policy[] */
#include "boot_policy.h"

/**
 * luo_lsm_load_boot_policy() - Put the policy into force that is compiled in.
 *
 * Context: At boot, before there is a file system to start a process from, and
 *          after audit is there to record it.
 * Return: 0, or a negative errno; then everything is denied until another
 *         policy is loaded.
 */
int __init luo_lsm_load_boot_policy(void)
{
	int err;

	/* "While none was ever loaded" can only mean now that loading failed */
	luo_lsm_unconfigured_allow = false;

	err = luo_lsm_policy_load(luo_lsm_boot_policy,
				  sizeof(luo_lsm_boot_policy),
				  LUO_LSM_SOURCE_BOOT);
	/* Older than what was handed over, or that is locked: this is as it should be */
	if (err == -ESTALE || err == -EPERM)
		return 0;
	if (err)
		pr_err("luo_lsm: the boot policy could not be loaded (%d): everything is denied until another is\n",
		       err);
	return err;
}
