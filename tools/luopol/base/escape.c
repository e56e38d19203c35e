// SPDX-License-Identifier: GPL-2.0
/*
 * Characters that a reader does not see, written as escapes.
 *
 * The text need not be a policy: what is no value and no comment stays as it is, for the
 * parser to refuse.
 */

#include <stdio.h>
#include <string.h>

#include "base/escape.h"

static bool is_hidden(const char *at, const char *end, u32 *length)
{
	u32 code, bytes = luo_read_utf8(at, end, &code);

	*length = bytes ?: 1;
	return !bytes || luo_is_hidden(code);
}

static bool any_hidden(const char *at, const char *end)
{
	u32 length;

	for (; at < end; at += length) {
		if (is_hidden(at, end, &length))
			return true;
	}
	return false;
}

/* Write up to @end. Tabs are as good as blanks where they may be: in comments. */
static void write_escaped(FILE *out, const char *at, const char *end, bool tabs)
{
	u32 length, i;

	for (; at < end; at += length) {
		if (!is_hidden(at, end, &length) || (tabs && *at == '\t')) {
			fwrite(at, 1, length, out);
			continue;
		}
		for (i = 0; i < length; i++)
			fprintf(out, "\\x%02x", (unsigned char)at[i]);
	}
}

/* The end of the quoted value at @at, behind its quotes. */
static const char *quoted_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		at += *at == '\\' && at + 1 < end;
	return at < end ? at + 1 : end;
}

static const char *bare_end(const char *at, const char *end)
{
	while (at < end && !strchr(" \t,\"#=", *at))
		at++;
	return at;
}

/* The end of what begins at @at: a comment, a value, or one byte of something else. */
static const char *part_end(const char *line, const char *at, const char *end)
{
	char before = at == line ? ' ' : at[-1];

	if (*at == '#' && strchr(" \t", before))
		return end;
	if (*at == '"')
		return quoted_end(at, end);
	if (strchr("=,", before) && bare_end(at, end) > at)
		return bare_end(at, end);
	return at + 1;
}

static void write_line(FILE *out, const char *line, const char *end)
{
	const char *at, *next;
	bool bare;

	for (at = line; at < end; at = next) {
		next = part_end(line, at, end);
		bare = *at != '#' && *at != '"';
		if ((bare && next == at + 1) || !any_hidden(at, next)) {
			fwrite(at, 1, next - at, out);
			continue;
		}
		fputs(bare ? "\"" : "", out);
		write_escaped(out, at, next, *at == '#');
		fputs(bare ? "\"" : "", out);
	}
}

bool escape_source(struct source *source)
{
	const char *line;
	size_t size, length;
	bool changed;
	char *text;
	FILE *out = open_memstream(&text, &size);
	u32 i;

	for (i = 1; i <= source->line_count; i++) {
		line = source_line(source, i, &length);
		write_line(out, line, line + length);
		/* The last line may lack its line feed */
		if (line + length < source->text + source->size)
			fputc('\n', out);
	}
	fclose(out);
	changed = size != source->size || memcmp(text, source->text, size);
	source_set_text(source, text, size);
	return changed;
}
