// SPDX-License-Identifier: GPL-2.0
/*
 * Messages about a place in a policy, with the line and a caret below it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/advice.h"
#include "base/diagnostic.h"
#include "common/memory.h"

#define LINE_SHOWN	1000	/* bytes of a line that is shown whole */
#define AROUND_CARET	100	/* bytes before and behind the caret that are shown else */

/*
 * Decode the character at @text, of at most @length bytes. Returns its length in bytes.
 * @width is its width on a terminal, -1 for a tab; @plain is false for what must not
 * reach a terminal.
 */
static size_t read_character(const char *text, size_t length, int *width,
			     bool *plain)
{
	mbstate_t state = {};
	wchar_t wide;
	size_t bytes;

	bytes = mbrtowc(&wide, text, length, &state);
	if (!bytes || bytes > length) {
		*plain = false;
		*width = 1;
		return 1;
	}
	*plain = (iswprint(wide) && !luo_is_hidden(wide)) || wide == L'\t';
	*width = wide == L'\t' ? -1 : *plain ? wcwidth(wide) : 1;
	return bytes;
}

static void print_text(FILE *out, const char *text, size_t length)
{
	size_t at, bytes;
	bool plain;
	int width;

	for (at = 0; at < length; at += bytes) {
		bytes = read_character(text + at, length - at, &width, &plain);
		if (plain)
			fwrite(text + at, 1, bytes, out);
		else
			fputc('?', out);
	}
}

/* Print a line of a policy, with what must not reach a terminal replaced. */
void print_line(FILE *out, const struct source *source, u32 line)
{
	const char *text;
	size_t length;

	text = source_line(source, line, &length);
	print_text(out, text, length);
}

/* Print blanks up to below byte @to of @text, a caret there and tildes behind it. */
static void print_caret(const char *text, size_t length, size_t to,
			size_t carets)
{
	size_t at, bytes;
	bool plain;
	int width;

	for (at = 0; at < length && at < to + carets; at += bytes) {
		bytes = read_character(text + at, length - at, &width, &plain);
		if (width < 0)
			fputc(at < to ? '\t' : '^', stderr);
		for (; width > 0; width--)
			fputc(at < to ? ' ' : at == to ? '^' : '~', stderr);
	}
	if (to >= length)
		fputc('^', stderr);
	fputc('\n', stderr);
}

static bool is_inside_character(char c)
{
	return (c & 0xc0) == 0x80;
}

/* Print a line, or of a long one the part around byte @to, and a caret below it. */
static void print_around(const char *text, size_t length, size_t to, size_t carets)
{
	size_t from = 0, end = length;

	if (length > LINE_SHOWN && to > AROUND_CARET) {
		from = to - AROUND_CARET;
		while (from < length && is_inside_character(text[from]))
			from++;
	}
	if (length > LINE_SHOWN && to + AROUND_CARET < length) {
		end = to + AROUND_CARET;
		while (end > from && is_inside_character(text[end]))
			end--;
	}
	fputs(from ? "..." : "", stderr);
	print_text(stderr, text + from, end - from);
	fputs(end < length ? "...\n" : "\n", stderr);
	fputs(from ? "   " : "", stderr);
	print_caret(text + from, end - from, to - from, carets);
}

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
	print_around(text, length, column - 1, width ?: 1);
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
