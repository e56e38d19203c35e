// SPDX-License-Identifier: GPL-2.0
/*
 * A call of the library: what it allocates, and how it is left from the middle.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "api/call.h"
#include "common/memory.h"
#include "common/text.h"

/* Here they are the C library's */
#undef calloc
#undef reallocarray
#undef free

/* What was allocated, in a list: the next one, and what points to this one. */
struct block {
	struct block *next;
	struct block **here;
	char bytes[] __attribute__((aligned(16)));
};

static _Thread_local struct call *current;

struct call *call_current(void)
{
	return current;
}

/* ---- Memory ---- */

/* Bytes of a block with so much in it, or 0 if that is too much. */
static size_t block_size(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    __builtin_add_overflow(bytes, sizeof(struct block), &bytes))
		return 0;
	return bytes;
}

static void *insert(struct block *block)
{
	if (!block) {
		current->no_memory = true;
		return NULL;
	}
	block->next = current->blocks;
	block->here = &current->blocks;
	if (block->next)
		block->next->here = &block->next;
	current->blocks = block;
	return block->bytes;
}

static void take_out(struct block *block)
{
	*block->here = block->next;
	if (block->next)
		block->next->here = block->here;
}

static struct block *block_of(void *memory)
{
	return (struct block *)((char *)memory - offsetof(struct block, bytes));
}

void *call_calloc(size_t count, size_t size)
{
	size_t bytes = block_size(count, size);

	return insert(bytes ? calloc(1, bytes) : NULL);
}

void *call_reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes = block_size(count, size);
	struct block *block = old ? block_of(old) : NULL, *new;

	if (block)
		take_out(block);
	new = bytes ? reallocarray(block, 1, bytes) : NULL;
	if (!new && block)
		insert(block);	/* it is as it was */
	return insert(new);
}

void call_free(void *memory)
{
	if (!memory)
		return;
	take_out(block_of(memory));
	free(block_of(memory));
}

struct block *call_keep(struct call *call)
{
	struct block *blocks = call->blocks;

	call->blocks = NULL;
	return blocks;
}

void call_drop(struct block *blocks)
{
	struct block *next;

	for (; blocks; blocks = next) {
		next = blocks->next;
		free(blocks);
	}
}

/* ---- In and out ---- */

_Noreturn void call_leave(void)
{
	longjmp(current->out, 1);
}

_Noreturn void out_of_memory(void)
{
	current->no_memory = true;
	call_leave();
}

void call_set_text(char *to, size_t size, const char *format, va_list args)
{
	vsnprintf(to, size, format, args);
	for (; *to; to++) {
		if (*to < ' ' || *to > '~')
			*to = '?';
	}
}

void call_fail(int code, const char *format, ...)
{
	struct luopol_error *error = &current->error;
	va_list args;

	if (error->code)
		return;
	error->code = code;
	va_start(args, format);
	call_set_text(error->text, sizeof(error->text), format, args);
	va_end(args);
}

void call_blame_memory(struct call *call)
{
	call->error = (struct luopol_error){ .code = ENOMEM, .text = "out of memory" };
}

int call_run(struct call *call, int (*work)(void *data), void *data)
{
	struct call *outer = current;

	*call = (struct call){};
	current = call;
	if (!setjmp(call->out)) {
		if (work(data))
			call_fail(EINVAL, "it is not as it should be");
	} else {
		text_drop_all();
		call_fail(EIO, "the work was left");
	}
	if (call->no_memory)
		call_blame_memory(call);
	current = outer;
	return -call->error.code;
}

int call_end(struct call *call, struct luopol_error *error)
{
	call_drop(call_keep(call));
	if (call->error.code && error)
		*error = call->error;
	return -call->error.code;
}
