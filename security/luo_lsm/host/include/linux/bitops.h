/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_BITOPS_H
#define _LUO_SHIM_LINUX_BITOPS_H

#include <linux/types.h>

#define __ffs(word)	((unsigned long)__builtin_ctzl(word))
#define hweight32(word)	((u32)__builtin_popcount(word))
#define __fls(word)	((unsigned long)(sizeof(long) * 8 - 1 - __builtin_clzl(word)))

/* The most significant bit set, from 1; 0 if there is none. */
static inline int fls(u32 word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

#endif /* _LUO_SHIM_LINUX_BITOPS_H */
