// SPDX-License-Identifier: GPL-2.0
/*
 * The text of a policy, and where its lines are.
 */

#include <stdlib.h>

#include "base/source.h"
#include "common/memory.h"

static void find_lines(struct source *source)
{
	const char *end = source->text + source->size, *at;
	u32 count = 0;

	for (at = source->text; at < end; at++)
		count += *at == '\n';
	source->lines = xcalloc(count + 2, sizeof(*source->lines));
	source->line_count = 0;
	for (at = source->text; at < end; at++) {
		if (*at == '\n')
			source->lines[++source->line_count] =
				at + 1 - source->text;
	}
	/* Text behind the last line feed is a line, too */
	if (source->lines[source->line_count] != source->size)
		source->lines[++source->line_count] = source->size;
}

/* Set the text; source_destroy() frees @text. */
void source_set(struct source *source, const char *path, char *text,
		size_t size)
{
	*source = (struct source){ .path = path, .text = text, .size = size };
	find_lines(source);
}

/* Replace the text before it is parsed; what was read stays. */
void source_set_text(struct source *source, char *text, size_t size)
{
	free(source->text);
	free(source->lines);
	source->text = text;
	source->size = size;
	find_lines(source);
}

void source_destroy(struct source *source)
{
	luo_program_destroy(&source->program);
	free(source->text);
	free(source->raw);
	free(source->lines);
	*source = (struct source){};
}

/* Line @line, from 1, without its line feed; empty if there is none. */
const char *source_line(const struct source *source, u32 line, size_t *length)
{
	const char *start;

	*length = 0;
	if (!line || line > source->line_count)
		return "";
	start = source->text + source->lines[line - 1];
	*length = source->lines[line] - source->lines[line - 1];
	if (*length && start[*length - 1] == '\n')
		(*length)--;
	return start;
}

/* Line and column of offset @at, by bisection. */
void source_word(const struct source *source, u32 at, u32 *line, u32 *column)
{
	u32 low = 0, high = source->line_count, middle;

	while (low + 1 < high) {
		middle = low + (high - low) / 2;
		if (source->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	*line = low + 1;
	*column = at - source->lines[low] + 1;
}
