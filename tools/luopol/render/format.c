// SPDX-License-Identifier: GPL-2.0
/*
 * Policies in their canonical form.
 *
 * Statements keep their order and comments their place. Verbs and operations are
 * aligned within a block, which ends at an empty line or at a line of comment.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/same_program.h"
#include "base/message.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "common/memory.h"
#include "render/format.h"

/* A line of the text: a statement, one that is for the whole policy, or neither. */
struct line {
	const struct luo_statement *statement;
	bool policy;
	bool end;
	const char *comment;	/* from its '#' on; NULL if there is none */
	size_t comment_length;
};

/* The first '#' outside quotes begins a comment; bare words cannot have one. */
static const char *find_comment(const char *text, size_t length)
{
	const char *end = text + length;
	bool quoted = false;

	for (; text < end; text++) {
		if (quoted && *text == '\\')
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (*text == '#' && !quoted)
			return text;
	}
	return NULL;
}

static struct line *read_lines(const struct source *source)
{
	const struct luo_program *program = &source->program;
	struct line *lines = xcalloc(source->line_count + 2, sizeof(*lines));
	const char *text;
	size_t length;
	u32 i;

	for (i = 0; i < program->statement_count; i++)
		lines[program->statements[i].line].statement =
			program->statements + i;
	lines[program->policy_line].policy = true;
	lines[program->end_line].end = true;
	for (i = 1; i <= source->line_count; i++) {
		text = source_line(source, i, &length);
		lines[i].comment = find_comment(text, length);
		if (!lines[i].comment)
			continue;
		length = text + length - lines[i].comment;
		while (strchr(" \t", lines[i].comment[length - 1]))
			length--;
		lines[i].comment_length = length;
	}
	return lines;
}

static size_t ops_width(u32 ops)
{
	size_t width = 0;
	u32 op;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (ops & BIT(op))
			width += strlen(luo_op_names[op]) + !!width;
	}
	return width;
}

/* How wide verbs and operations are in the block that begins at @at. */
static void measure(const struct line *at, const struct line *end,
		    int *verb_width, int *width)
{
	int verb, ops;

	*verb_width = 0;
	*width = 0;
	for (; at < end && at->statement; at++) {
		verb = at->statement->verb == LUO_VERB_DENY ? 4 : 5;
		ops = ops_width(at->statement->ops);
		*verb_width = verb > *verb_width ? verb : *verb_width;
		*width = ops > *width ? ops : *width;
	}
}

static void write_rule(FILE *out, const struct luo_program *program,
		       const struct luo_statement *statement, int verb_width,
		       int width)
{
	bool deny = statement->verb == LUO_VERB_DENY;
	int pad = width - ops_width(statement->ops);

	fprintf(out, "%-*s ", verb_width, deny ? "deny" : "allow");
	write_ops(out, statement->ops);
	/* Without conditions there is nothing to align */
	if (statement->keys || statement->audit || statement->quiet)
		fprintf(out, "%*s", pad, "");
	write_conditions(out, program, statement);
}

static bool is_statement(const struct line *line)
{
	return line->statement || line->policy || line->end;
}

static bool is_empty(const struct line *line)
{
	return !is_statement(line) && !line->comment;
}

static void write_line(FILE *out, const struct source *source,
		       const struct line *line, int verb_width, int width)
{
	const struct luo_program *program = &source->program;
	const struct luo_statement *statement = line->statement;

	if (line->policy) {
		fputs("policy name=", out);
		write_name(out, program->name, strlen(program->name), false);
		fprintf(out, " version=%llu", program->version);
	} else if (line->end) {
		fputs("end", out);
	} else if (statement && statement->verb == LUO_VERB_LIMIT) {
		write_statement(out, program, statement);
	} else if (statement) {
		write_rule(out, program, statement, verb_width, width);
	}
	if (line->comment) {
		fputs(is_statement(line) ? "  " : "", out);
		fwrite(line->comment, 1, line->comment_length, out);
	}
	fputc('\n', out);
}

static void write_lines(FILE *out, const struct source *source,
			const struct line *lines)
{
	const struct line *end = lines + source->line_count + 1, *line;
	const struct line *before = NULL;
	int verb_width = 0, width = 0;

	for (line = lines + 1; line < end; line++) {
		if (is_empty(line))
			continue;
		if (before && is_empty(line - 1))
			fputc('\n', out);
		if (line->statement && (!before || before != line - 1 ||
					!before->statement))
			measure(line, end, &verb_width, &width);
		write_line(out, source, line, verb_width, width);
		before = line;
	}
}

int format_source(const struct source *source, struct source *to)
{
	struct line *lines = read_lines(source);
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	write_lines(out, source, lines);
	fclose(out);
	free(lines);
	source_set(to, source->path, text, size);
	if (source_parse(to))
		return EXIT_TROUBLE;
	if (!same_program(&source->program, &to->program))
		die("internal error: formatting %s changed its meaning",
		    source->path);
	return 0;
}
