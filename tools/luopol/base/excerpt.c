// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of a policy, as a terminal may get them.
 */

#include <stdbool.h>
#include <wchar.h>
#include <wctype.h>

#include "base/excerpt.h"

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

void print_line(FILE *out, const struct source *source, u32 line)
{
	const char *text;
	size_t length;

	text = source_line(source, line, &length);
	print_text(out, text, length);
}

/* Print blanks up to below byte @to of @text, a caret there and tildes behind it. */
static void print_caret(FILE *out, const char *text, size_t length, size_t to,
			size_t carets)
{
	size_t at, bytes;
	bool plain;
	int width;

	for (at = 0; at < length && at < to + carets; at += bytes) {
		bytes = read_character(text + at, length - at, &width, &plain);
		if (width < 0)
			fputc(at < to ? '\t' : '^', out);
		for (; width > 0; width--)
			fputc(at < to ? ' ' : at == to ? '^' : '~', out);
	}
	if (to >= length)
		fputc('^', out);
	fputc('\n', out);
}

static bool is_inside_character(char c)
{
	return (c & 0xc0) == 0x80;
}

void print_excerpt(FILE *out, const char *text, size_t length, size_t to, size_t carets)
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
	fputs(from ? "..." : "", out);
	print_text(out, text + from, end - from);
	fputs(end < length ? "...\n" : "\n", out);
	fputs(from ? "   " : "", out);
	print_caret(out, text + from, end - from, to - from, carets);
}
