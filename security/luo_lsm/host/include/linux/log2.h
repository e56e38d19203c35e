/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_LOG2_H
#define _LUO_SHIM_LINUX_LOG2_H

#include <linux/bitops.h>

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n < 2 ? 1 : 1UL << (__fls(n - 1) + 1);
}

#endif /* _LUO_SHIM_LINUX_LOG2_H */
