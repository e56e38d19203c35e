// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's policy code needs beyond inline functions in user space.
 */

#include <linux/slab.h>

/* Weak: a test may bring its own, which fails. */
__weak void *luo_shim_alloc(size_t count, size_t size)
{
	return calloc(count, size ?: 1);
}
