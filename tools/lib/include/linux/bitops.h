/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_BITOPS_H
#define _LUO_SHIM_LINUX_BITOPS_H

#include <linux/types.h>

#define __ffs(word)	((unsigned long)__builtin_ctzl(word))
#define __fls(word)	((unsigned long)(sizeof(long) * 8 - 1 - __builtin_clzl(word)))

#endif /* _LUO_SHIM_LINUX_BITOPS_H */
