/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_SLAB_H
#define _LUO_SHIM_LINUX_SLAB_H

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#define GFP_KERNEL	0

/* Zeroed; NULL on overflow. A function, so that tests can make it fail. */
void *luo_shim_alloc(size_t count, size_t size);

static inline void *kvmalloc(size_t size, int gfp)
{
	(void)gfp;
	return luo_shim_alloc(1, size);
}

static inline void kfree(const void *memory)
{
	free((void *)memory);
}

static inline void *kmemdup(const void *from, size_t size, int gfp)
{
	void *memory = kvmalloc(size, gfp);

	return memory ? memcpy(memory, from, size) : NULL;
}

static inline void kvfree(const void *memory)
{
	free((void *)memory);
}

#define kvzalloc_objs(p, count) \
	((typeof(p) *)luo_shim_alloc(count, sizeof(p)))
#define kvzalloc_obj(p)			kvzalloc_objs(p, 1)
#define kvmalloc_objs(p, count)		kvzalloc_objs(p, count)
#define kvmalloc_obj(p)			kvzalloc_objs(p, 1)

#endif /* _LUO_SHIM_LINUX_SLAB_H */
