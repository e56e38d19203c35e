/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An arena: memory that is freed in the order of a stack. arena_release() frees what
 * was allocated since arena_mark(), in constant time for each 64 KiB.
 */

#ifndef _LUOPOL_ARENA_H
#define _LUOPOL_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk;
	struct arena_chunk *spare;
};

struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

void *arena_alloc(struct arena *arena, size_t size);
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);
void arena_destroy(struct arena *arena);

#endif /* _LUOPOL_ARENA_H */
