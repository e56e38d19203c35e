/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_SORT_H
#define _LUO_SHIM_LINUX_SORT_H

#include <linux/types.h>
#include <stdlib.h>

#define cmp_int(l, r)	(((l) > (r)) - ((l) < (r)))

static inline void sort_nonatomic(void *base, size_t num, size_t size,
				  cmp_func_t cmp, swap_func_t swap)
{
	(void)swap;
	qsort(base, num, size, cmp);
}

static inline void sort_r_nonatomic(void *base, size_t num, size_t size,
				    cmp_r_func_t cmp, swap_r_func_t swap,
				    const void *priv)
{
	(void)swap;
	qsort_r(base, num, size, (int (*)(const void *, const void *, void *))cmp,
		(void *)priv);
}

#endif /* _LUO_SHIM_LINUX_SORT_H */
