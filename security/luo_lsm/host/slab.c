// SPDX-License-Identifier: GPL-2.0
/*
 * What the policy code calls to allocate when it is built for the host.
 */

#include <linux/slab.h>

/* Weak: a test may bring its own, which fails. */
__weak void *luo_shim_alloc(size_t count, size_t size)
{
	return calloc(count, size ?: 1);
}
