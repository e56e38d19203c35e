// SPDX-License-Identifier: GPL-2.0
/*
 * luopol fmt: policies in their canonical form.
 *
 * Statements stay in their order and comments where they are. Verbs and
 * operations line up in a block, which ends at an empty line or a comment.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/limits.h>

#include "options.h"

static int check_only, in_place;

/* A line of the text: a statement, the policy statement or neither. */
struct line {
	const struct luo_statement *statement;
	bool policy;
	const char *comment;	/* from its '#' on; NULL if there is none */
	size_t comment_length;
};

/* The first '#' outside of quotes: inside of bare words there is none. */
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
	/* Without a condition nothing has to line up. */
	if (statement->keys || statement->audit)
		fprintf(out, "%*s", pad, "");
	write_conditions(out, program, statement);
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
	} else if (statement && statement->verb == LUO_VERB_LIMIT) {
		write_statement(out, program, statement);
	} else if (statement) {
		write_rule(out, program, statement, verb_width, width);
	}
	if (line->comment) {
		fputs(line->policy || statement ? "  " : "", out);
		fwrite(line->comment, 1, line->comment_length, out);
	}
	fputc('\n', out);
}

static bool is_empty(const struct line *line)
{
	return !line->statement && !line->policy && !line->comment;
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

/* ---- That it says the same ---- */

static bool same_value(const struct luo_value *a, const struct luo_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case LUO_VALUE_LITERAL:
	case LUO_VALUE_PREFIX:
		return !strcmp(a->text, b->text);
	case LUO_VALUE_RANGE:
		return a->low == b->low && a->high == b->high;
	case LUO_VALUE_SIZE:
		return a->size == b->size;
	default:
		return true;
	}
}

static bool same_statement(const struct luo_program *p,
			   const struct luo_statement *a,
			   const struct luo_program *q,
			   const struct luo_statement *b)
{
	u32 key, i;

	if (a->verb != b->verb || a->ops != b->ops || a->audit != b->audit ||
	    a->init_only != b->init_only || a->limits != b->limits ||
	    a->keys != b->keys || memcmp(a->most, b->most, sizeof(a->most)))
		return false;
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (a->lists[key].count != b->lists[key].count)
			return false;
		for (i = 0; i < a->lists[key].count; i++) {
			if (!same_value(p->values + a->lists[key].first + i,
					q->values + b->lists[key].first + i))
				return false;
		}
	}
	return true;
}

bool same_program(const struct luo_program *p, const struct luo_program *q)
{
	u32 i;

	if (strcmp(p->name, q->name) || p->version != q->version ||
	    p->statement_count != q->statement_count)
		return false;
	for (i = 0; i < p->statement_count; i++) {
		if (!same_statement(p, p->statements + i, q,
				    q->statements + i))
			return false;
	}
	return true;
}

/*
 * The canonical form of @source, which is parsed, in @to. Returns 0, or
 * EXIT_TROUBLE after a message, if it would not be the same policy.
 */
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
		give_up("internal error: the formatted %s is another policy",
			source->path);
	return 0;
}

/* ---- Files ---- */

/* By a file beside it, so that there is always one or the other. */
static int replace(const char *path, const struct source *to)
{
	char *real = realpath(path, NULL);
	char *beside = xasprintf("%s.XXXXXX", real ?: path);
	int fd = real ? mkstemp(beside) : -1;
	struct stat st;
	bool good;

	good = fd >= 0 && !stat(real, &st) && !fchmod(fd, st.st_mode & 07777) &&
	       (!fchown(fd, st.st_uid, st.st_gid) || errno == EPERM) &&
	       write(fd, to->text, to->size) == to->size && !fsync(fd);
	if (fd >= 0)
		close(fd);
	if (good)
		good = !rename(beside, real);
	if (!good) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	free(real);
	return good ? EXIT_GOOD : EXIT_TROUBLE;
}

/* A signature is one of the text as it is. */
static int replace_unsigned(const char *path, const struct source *source,
			    const struct source *to)
{
	if (!source->signature)
		return replace(path, to);
	complain("%s: signed, and in another form: left alone", path);
	help("format the policy that it was made of, and sign that");
	return EXIT_TROUBLE;
}

static int format_file(const char *path)
{
	struct source source, to = {};
	bool same;
	int err;

	if (check_only && in_place)
		give_up("--check or --in-place, not both");
	err = source_load(&source, path);
	if (!err)
		err = format_source(&source, &to);
	if (!err) {
		same = source.size == to.size &&
		       !memcmp(source.text, to.text, to.size);
		if (check_only && !same) {
			puts(path);
			err = EXIT_BAD;
		} else if (in_place && !same) {
			err = replace_unsigned(path, &source, &to);
		} else if (!check_only && !in_place) {
			fwrite(to.text, 1, to.size, stdout);
		}
	}
	source_destroy(&source);
	source_destroy(&to);
	return err;
}

static const char text[] =
"usage: luopol fmt [OPTION]... FILE...\n"
"Print policies in their canonical form: one spelling for each value, keys in\n"
"the same order everywhere, operations in line. Comments stay.\n"
"\n"
"  --check      only print the names of files that are not in that form\n"
"  --in-place   put it into the files\n"
"\n"
"Exit status: 0, 1 a file is not in that form (--check), 2 trouble.\n";

int cmd_fmt(int argc, char **argv)
{
	static const struct option options[] = {
		{ "check", no_argument, &check_only, 1 },
		{ "in-place", no_argument, &in_place, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, NULL, 1, -1 };

	return each_file(&usage, argc, argv, format_file);
}
