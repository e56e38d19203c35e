/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_STRING_H
#define _LUO_SHIM_LINUX_STRING_H

#include <linux/types.h>
#include <string.h>

static inline ssize_t luo_shim_strscpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
	return length;
}

/* As in the kernel: the size may be left out for an array. */
#define luo_shim_strscpy2(to, from)	luo_shim_strscpy(to, from, sizeof(to))
#define luo_shim_strscpy3(to, from, size) luo_shim_strscpy(to, from, size)
#define luo_shim_pick(a, b, c, name, ...) name
#define strscpy(...) \
	luo_shim_pick(__VA_ARGS__, luo_shim_strscpy3, luo_shim_strscpy2, 0)(__VA_ARGS__)

#endif /* _LUO_SHIM_LINUX_STRING_H */
