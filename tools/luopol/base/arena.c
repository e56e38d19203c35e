// SPDX-License-Identifier: GPL-2.0
/*
 * An arena: memory that is freed in the order of a stack.
 */

#include <stdlib.h>

#include "base/arena.h"
#include "common/memory.h"

#define CHUNK	65536	/* bytes */

struct arena_chunk {
	struct arena_chunk *before;
	size_t size;
	size_t used;
	char bytes[] __attribute__((aligned(16)));
};

static void new_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->spare;

	if (chunk && chunk->size >= size) {
		arena->spare = NULL;
	} else {
		size = size > CHUNK ? size : CHUNK;
		chunk = xrealloc(NULL, 1, sizeof(*chunk) + size);
		chunk->size = size;
	}
	chunk->used = 0;
	chunk->before = arena->chunk;
	arena->chunk = chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory;

	size = (size + 15) & ~(size_t)15;
	if (!arena->chunk || arena->chunk->size - arena->chunk->used < size)
		new_chunk(arena, size);
	memory = arena->chunk->bytes + arena->chunk->used;
	arena->chunk->used += size;
	return memory;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){
		arena->chunk, arena->chunk ? arena->chunk->used : 0
	};
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
	struct arena_chunk *chunk;

	while (arena->chunk != mark.chunk) {
		chunk = arena->chunk;
		arena->chunk = chunk->before;
		/* Keep one: mark and release may alternate at the end of a chunk. */
		if (!arena->spare || arena->spare->size < chunk->size) {
			free(arena->spare);
			arena->spare = chunk;
		} else {
			free(chunk);
		}
	}
	if (arena->chunk)
		arena->chunk->used = mark.used;
}

void arena_destroy(struct arena *arena)
{
	arena_release(arena, (struct arena_mark){});
	free(arena->spare);
	arena->spare = NULL;
}
