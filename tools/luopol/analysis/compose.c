// SPDX-License-Identifier: GPL-2.0
/*
 * One policy from fragments.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compose.h"
#include "analysis/expand.h"
#include "base/diagnostic.h"
#include "base/excerpt.h"
#include "base/message.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "common/memory.h"
#include "host/table.h"

#define CHANGED_SHOWN	200	/* bytes of a statement that sets were put into */
#define RESULT_MAX	(4 * LUO_POLICY_TEXT_MAX)	/* comments included */

/**
 * struct composer - A composition that is made.
 * @result:    What is made.
 * @out:       Its text.
 * @header:    The policy statement, as it is in a fragment, without its comment; or NULL.
 * @header_at: Where that is from.
 * @expansion: Sets, and the row of a table.
 * @table:     The table of the lines that are read; it has columns inside each.
 * @table_path: Its path.
 * @each:      The line of each; 0 outside.
 * @room:      How many origins there is room for.
 */
struct composer {
	struct composition *result;
	FILE *out;
	char *header;
	struct origin header_at;
	struct expansion expansion;
	struct table table;
	char *table_path;
	u32 each;
	u32 room;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct source *fragment(struct composer *c, u32 index)
{
	return &c->result->fragments[index];
}

/* The result of the check is the caller's. */
__printf_at(4, 5) static int refuse(struct composer *c, struct origin at, u32 column,
				    const char *format, ...)
{
	struct source *source = fragment(c, at.fragment);
	size_t length;
	const char *text = source_line(source, at.line, &length);
	va_list args;
	char *message;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		out_of_memory();
	va_end(args);
	complain_at(source, at.line, column + 1,
		    column < length ? strcspn(text + column, " \t\n,=") : 1, "error: %s",
		    message);
	free(message);
	return EXIT_BAD;
}

/* ---- Lines of the result ---- */

/* What stands behind a statement may have anything in it that a comment may. */
static void put_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(*name > ' ' && *name <= '~' ? *name : '?', out);
}

static int put_line(struct composer *c, struct origin at, const char *text, size_t length)
{
	struct composition *result = c->result;

	if (ftell(c->out) > RESULT_MAX)
		return refuse(c, at, 0, "the policy is larger than a kernel takes");
	if (result->lines == c->room) {
		c->room = 2 * c->room + 64;
		result->origins = xrealloc(result->origins, c->room,
					   sizeof(*result->origins));
	}
	result->origins[result->lines++] = at;
	fprintf(c->out, "%.*s # from ", (int)length, text);
	put_name(c->out, base_name(fragment(c, at.fragment)->path));
	fprintf(c->out, ":%u", at.line);
	if (c->each) {
		fputs(", ", c->out);
		put_name(c->out, base_name(c->table_path));
		fprintf(c->out, ":%u", c->table.lines[c->expansion.row]);
	}
	fputc('\n', c->out);
	return 0;
}

static int put_expanded(struct composer *c, struct origin at, const char *line,
			size_t length)
{
	struct expansion *e = &c->expansion;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	bool good;
	int err;

	e->changed = false;
	good = expand_statement(out, e, line, length);
	fclose(out);
	at.changed = e->changed;
	err = good ? put_line(c, at, text, size) :
		     refuse(c, at, e->error_at, "%s", e->error);
	if (!good && c->each)
		help("in %s:%u", c->table_path, c->table.lines[e->row]);
	free(text);
	return err;
}

/* A statement, or one for each row of the table. */
static int put_statement(struct composer *c, struct origin at, const char *line,
			 size_t length)
{
	int err = 0;
	u32 row;

	if (!c->each)
		return put_expanded(c, at, line, length);
	for (row = 0; !err && row < c->table.rows; row++) {
		c->expansion.row = row;
		err = put_expanded(c, at, line, length);
	}
	return err;
}

/* ---- Lines of fragments ---- */

/* Whether the line begins with a word of its own; @skip is where what follows begins. */
static bool begins(const char *line, size_t length, const char *word, size_t *skip)
{
	size_t at = strspn(line, " \t"), size = strlen(word);

	if (at + size > length || memcmp(line + at, word, size) ||
	    (at + size < length && !strchr(" \t", line[at + size])))
		return false;
	*skip = at + size;
	while (*skip < length && strchr(" \t", line[*skip]))
		(*skip)++;
	return true;
}

/* Relative to the folder of the fragment. */
static char *table_path(const struct source *source, const char *name, size_t length)
{
	const char *slash = strrchr(source->path, '/');

	if (*name == '/' || !slash)
		return xstrndup(name, length);
	return xasprintf("%.*s/%.*s", (int)(slash - source->path), source->path,
			 (int)length, name);
}

static int begin_each(struct composer *c, struct origin at, const char *line,
		      size_t skip, size_t length)
{
	if (c->each)
		return refuse(c, at, 0, "each in each: line %u has one, and no done", c->each);
	if (skip == length)
		return refuse(c, at, skip, "expected each TABLE");
	c->table_path = table_path(fragment(c, at.fragment), line + skip, length - skip);
	if (table_read(&c->table, c->table_path))
		return EXIT_TROUBLE;
	/* A host without tenants; or a file that was cut off, and denies that are lost */
	if (!c->table.rows)
		complain("%s: warning: no rows: what %s:%u says of each is left out",
			 c->table_path, fragment(c, at.fragment)->path, at.line);
	c->each = at.line;
	c->expansion.table = &c->table;
	return 0;
}

static int end_each(struct composer *c, struct origin at)
{
	if (!c->each)
		return refuse(c, at, 0, "done without each");
	table_destroy(&c->table);
	free(c->table_path);
	c->table_path = NULL;
	c->each = 0;
	c->expansion.table = NULL;
	return 0;
}

static int keep_header(struct composer *c, struct origin at, const char *line, size_t length)
{
	if (c->header) {
		refuse(c, at, 0, "policy a second time");
		help("%s:%u has it", fragment(c, c->header_at.fragment)->path,
		     c->header_at.line);
		return EXIT_BAD;
	}
	if (c->each)
		return refuse(c, at, 0, "policy in each");
	c->header = xstrndup(line, length);
	c->header_at = at;
	return 0;
}

static int read_line(struct composer *c, struct origin at, const char *line,
		     size_t length)
{
	size_t skip;

	if (begins(line, length, "policy", &skip))
		return keep_header(c, at, line, length);
	if (begins(line, length, "each", &skip))
		return begin_each(c, at, line, skip, length);
	if (begins(line, length, "done", &skip) && skip == length)
		return end_each(c, at);
	if (!begins(line, length, "define", &skip))
		return put_statement(c, at, line, length);
	if (c->each)
		return refuse(c, at, 0, "define in each");
	if (expand_define(&c->expansion, line, skip, length))
		return 0;
	return refuse(c, at, c->expansion.error_at, "%s", c->expansion.error);
}

/* A fragment that was cut off would lack what it denies. */
static int read_fragment(struct composer *c, u32 index)
{
	struct source *source = fragment(c, index);
	struct origin at = { .fragment = index };
	size_t length, skip;
	const char *line;
	u32 end = 0;
	int err = 0;

	for (at.line = 1; !err && at.line <= source->line_count; at.line++) {
		line = source_line(source, at.line, &length);
		length = statement_length(line, length);
		if (strspn(line, " \t") >= length)
			continue;
		if (end)
			err = refuse(c, at, 0, "after the end of the fragment in line %u", end);
		else if (begins(line, length, "end", &skip) && skip == length)
			end = at.line;
		else
			err = read_line(c, at, line, length);
	}
	at.line = c->each ?: source->line_count ?: 1;
	if (!err && c->each)
		err = refuse(c, at, 0, "each without done");
	if (!err && !end)
		err = refuse(c, at, 0,
			     "no end statement: expected 'end' as the last one; was it cut?");
	return err;
}

/* ---- The whole ---- */

/* "name=" or "version=" in the header is left out where another one is given. */
static void put_header_words(FILE *out, const char *header, const char *name, u64 version)
{
	char *copy = xstrdup(header), *rest = copy, *word;

	while ((word = strsep(&rest, " \t"))) {
		if (!*word || (name && !strncmp(word, "name=", 5)) ||
		    (version && !strncmp(word, "version=", 8)))
			continue;
		fprintf(out, "%s ", word);
	}
	free(copy);
}

static int put_header(struct composer *c, const char *name, u64 version)
{
	size_t size;
	char *text;
	FILE *out;
	int err;

	if (!c->header && (!name || !version)) {
		complain("no fragment has a policy statement");
		help("write 'policy name=NAME version=N' into one, or give --name and --version");
		return EXIT_BAD;
	}
	out = open_memstream(&text, &size);
	put_header_words(out, c->header ?: "policy", name, version);
	if (name) {
		fputs("name=", out);
		write_name(out, name, strlen(name), false);
		fputc(' ', out);
	}
	if (version)
		fprintf(out, "version=%llu ", version);
	fclose(out);
	c->header_at.changed = name || version;
	c->each = 0;
	if (c->header) {
		err = put_line(c, c->header_at, text, size - 1);
	} else {
		err = 0;
		fprintf(c->out, "%.*s\n", (int)(size - 1), text);
	}
	free(text);
	return err;
}

static int read_all(struct composer *c, char **paths, u32 count)
{
	struct composition *result = c->result;
	int err;
	u32 i;

	for (i = 0; i < count; i++) {
		err = source_read(&result->fragments[i], paths[i]);
		if (err)
			return err;
		result->count++;
		err = read_fragment(c, i);
		if (err)
			return err;
	}
	return 0;
}

/* The header first, which any fragment may have. */
static void put_first(struct composition *result, char *header, size_t size,
		      u32 header_lines)
{
	char *text = xcalloc(size + result->size + strlen("end\n") + 1, 1);
	struct origin *origins = xcalloc(result->lines + 2, sizeof(*origins));
	u32 statements = result->lines - header_lines;

	memcpy(text, header, size);
	memcpy(text + size, result->text, result->size);
	strcpy(text + size + result->size, "end\n");
	if (header_lines)
		origins[0] = result->origins[statements];
	memcpy(origins + 1, result->origins, statements * sizeof(*origins));
	free(result->text);
	free(result->origins);
	free(header);
	result->text = text;
	result->size += size + strlen("end\n");
	result->origins = origins;
	result->lines = statements + 1;
}

int compose(struct composition *result, char **paths, u32 count, const char *name,
	    u64 version)
{
	struct composer c = { .result = result };
	u32 statements = 0;
	char *header = NULL;
	size_t size;
	int err;

	*result = (struct composition){
		.fragments = xcalloc(count, sizeof(*result->fragments)),
	};
	c.out = open_memstream(&result->text, &result->size);
	err = read_all(&c, paths, count);
	fclose(c.out);
	if (!err) {
		statements = result->lines;
		c.out = open_memstream(&header, &size);
		err = put_header(&c, name, version);
		fclose(c.out);
	}
	if (!err)
		put_first(result, header, size, result->lines - statements);
	else
		free(header);
	table_destroy(&c.table);
	expansion_destroy(&c.expansion);
	free(c.table_path);
	free(c.header);
	return err;
}

void composition_destroy(struct composition *result)
{
	u32 i;

	for (i = 0; i < result->count; i++)
		source_destroy(&result->fragments[i]);
	free(result->fragments);
	free(result->text);
	free(result->origins);
	*result = (struct composition){};
}

/* ---- Errors of the kernel's parser ---- */

/* The beginning of what became of a statement, which sets may have made long. */
static void show_changed(const struct source *policy, u32 number)
{
	size_t size, length;
	char *line;
	FILE *out = open_memstream(&line, &size);

	print_line(out, policy, number);
	fclose(out);
	length = statement_length(line, size);
	if (length > CHANGED_SHOWN)
		help("it became: %.*s...", CHANGED_SHOWN, line);
	else
		help("it became: %.*s", (int)length, line);
	free(line);
}

/* In the fragment, at the same column if nothing was replaced before it. */
static void complain_origin(const struct composition *result, const struct source *policy,
			    const struct luo_policy_error *error)
{
	const struct origin *at = &result->origins[error->line - 1];
	const struct source *source = &result->fragments[at->fragment];
	struct luo_policy_error there = *error;

	/* No fragment has it: name and version are of options */
	if (!at->line) {
		complain("%s", error->message);
		return;
	}
	there.line = at->line;
	if (!at->changed) {
		complain_policy(source, &there);
		return;
	}
	complain_at(source, at->line, 1, 0, "error: %s", error->message);
	show_changed(policy, error->line);
}

int composition_parse(const struct composition *result, struct source *policy)
{
	struct luo_policy_error error;
	int err;

	source_set(policy, "policy", xstrndup(result->text, result->size), result->size);
	err = luo_program_parse(&policy->program, policy->text, policy->size, &error);
	if (!err)
		return 0;
	if (error.line && error.line <= result->lines && result->count)
		complain_origin(result, policy, &error);
	else
		complain_policy(policy, &error);
	return err == -ENOMEM ? EXIT_TROUBLE : EXIT_BAD;
}
