// SPDX-License-Identifier: GPL-2.0
/*
 * Text that is written to a stream and kept in memory.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"

/**
 * struct text - A text that is being written.
 * @next:   The next one of this thread.
 * @out:    Its stream.
 * @result: Where the text is expected.
 * @length: Where its length is expected.
 * @buffer: What was written.
 * @used:   How much of it, in bytes.
 * @room:   Bytes of @buffer.
 * @failed: There was no memory for all of it.
 */
struct text {
	struct text *next;
	FILE *out;
	char **result;
	size_t *length;
	char *buffer;
	size_t used;
	size_t room;
	bool failed;
};

static _Thread_local struct text *texts;	/* the last one that was opened comes first */

/* Room for @size bytes more and a NUL. It is called by stdio, which has to be returned to. */
static bool make_room(struct text *text, size_t size)
{
	size_t room = text->room ?: 256;
	char *buffer;

	while (room - text->used <= size)
		room *= 2;
	if (room == text->room)
		return true;
	buffer = reallocarray(text->buffer, room, 1);
	if (!buffer)
		return false;
	text->buffer = buffer;
	text->room = room;
	return true;
}

static ssize_t take(void *cookie, const char *bytes, size_t size)
{
	struct text *text = cookie;

	if (text->failed || !make_room(text, size)) {
		text->failed = true;
		return 0;
	}
	memcpy(text->buffer + text->used, bytes, size);
	text->used += size;
	return size;
}

static int finish(void *cookie)
{
	struct text *text = cookie, **at;
	bool good = !text->failed && make_room(text, 0);

	for (at = &texts; *at != text; at = &(*at)->next)
		;
	*at = text->next;
	if (good && text->result) {
		text->buffer[text->used] = '\0';
		*text->result = text->buffer;
		*text->length = text->used;
	} else {
		free(text->buffer);
	}
	free(text);
	return good ? 0 : -1;
}

FILE *text_open(char **text, size_t *size)
{
	static const cookie_io_functions_t calls = { .write = take, .close = finish };
	struct text *new = xcalloc(1, sizeof(*new));

	new->result = text;
	new->length = size;
	new->out = fopencookie(new, "w", calls);
	if (!new->out) {
		free(new);
		out_of_memory();
	}
	new->next = texts;
	texts = new;
	return new->out;
}

void text_close(FILE *out)
{
	if (fclose(out))
		out_of_memory();
}

void text_drop_all(void)
{
	while (texts) {
		/* Whoever expected it is gone */
		texts->result = NULL;
		fclose(texts->out);
	}
}
