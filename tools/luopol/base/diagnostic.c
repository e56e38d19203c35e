// SPDX-License-Identifier: GPL-2.0
/*
 * Messages about a place in a policy, with the line and a caret below it.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/advice.h"
#include "base/diagnostic.h"
#include "base/excerpt.h"
#include "common/memory.h"

/*
 * Print a message about a place in a policy. @format begins with "error: " or
 * "warning: ". @column counts bytes, from 1; @width is a number of bytes.
 */
void complain_at(const struct source *source, u32 line, u32 column, u32 width,
		 const char *format, ...)
{
	const char *text;
	size_t length;
	va_list args;
	char *place;

	place = xasprintf("%s:%u:%u: ", source->path, line, column);
	va_start(args, format);
	print_message(place, format, args);
	va_end(args);
	free(place);
	if (!line)
		return;
	text = source_line(source, line, &length);
	print_excerpt(stderr, text, length, column - 1, width ?: 1);
}

/* ---- The parser's errors ---- */

/* Print an error of the kernel's parser, and what to do about it. */
void complain_policy(const struct source *source,
		     const struct luo_policy_error *error)
{
	char *advice = policy_advice(source, error);

	complain_at(source, error->line, error->column,
		    policy_error_width(source, error), "error: %s", error->message);
	if (advice)
		help("%s", advice);
	free(advice);
}
