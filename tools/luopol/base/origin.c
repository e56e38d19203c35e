// SPDX-License-Identifier: GPL-2.0
/*
 * Where a statement of a policy that luopol build made is from.
 */

#include <string.h>

#include "base/origin.h"
#include "common/memory.h"

#define MARK	" # from "

/* The last comment of the line; what is in quotes has a quote behind it. */
char *line_origin(const struct source *source, u32 line)
{
	size_t length, size = strlen(MARK);
	const char *text = source_line(source, line, &length), *at = NULL, *next;

	for (next = memmem(text, length, MARK, size); next;
	     next = memmem(next + 1, text + length - next - 1, MARK, size))
		at = next;
	if (!at || memchr(at + size, '"', text + length - at - size))
		return NULL;
	return xstrndup(at + size, text + length - at - size);
}
