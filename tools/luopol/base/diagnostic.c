// SPDX-License-Identifier: GPL-2.0
/*
 * Messages about a place in a policy, with the line and a caret below it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/diagnostic.h"
#include "base/spelling.h"
#include "common/memory.h"

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
	print_text(stderr, text, length);
	fputc('\n', stderr);
	print_caret(text, length, column - 1, width ?: 1);
}

/* ---- The parser's errors ---- */

static const char *const vocabulary[] = {
	"policy", "allow", "deny", "limit", "create", "retrieve", "finish",
	"preserve", "restore", "session", "label", "owner", "exe", "verity",
	"pid", "cgroup", "subj", "uid", "gid", "userns", "type", "obj", "fowner",
	"size", "audit", "quiet", "files", "bytes", "sessions", "name", "version", "self",
	"unknown", "init", "any",
};

/* The length of the word at @column. */
static u32 word_length(const char *text, size_t length, u32 column)
{
	size_t at = column - 1;

	while (at < length && !strchr(" \t=,\"#", text[at]))
		at++;
	return at - (column - 1);
}

/* Print an error of the kernel's parser, and the word that was probably meant. */
void complain_policy(const struct source *source,
		     const struct luo_policy_error *error)
{
	const char *text, *meant = NULL;
	size_t length;
	u32 width;

	text = source_line(source, error->line, &length);
	width = error->column ? word_length(text, length, error->column) : 0;
	complain_at(source, error->line, error->column, width, "error: %s",
		    error->message);
	if (strstr(error->message, "unknown "))
		meant = nearest_word(text + error->column - 1, width, vocabulary,
				     sizeof(vocabulary) / sizeof(*vocabulary));
	if (meant)
		help("did you mean '%s'?", meant);
}
