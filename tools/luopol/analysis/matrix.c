// SPDX-License-Identifier: GPL-2.0
/*
 * luopol matrix: who may carry what, as a table.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libsmartcols.h>

#include <linux/limits.h>

#include "matrix.h"
#include "options.h"

static int json, html;

const char *const cell_names[] = {
	[CELL_NONE]	= "",
	[CELL_YES]	= "yes",
	[CELL_PARTLY]	= "partly",
	[CELL_DENIED]	= "denied",
	[CELL_NEVER]	= "never",
};

struct builder {
	struct matrix matrix;
	struct request_space space;
	struct view view;
	struct arena arena;
};

#define WHO_KEYS	(BIT(LUO_KEY_EXE) | BIT(LUO_KEY_PID) | \
			 BIT(LUO_KEY_CGROUP) | BIT(LUO_KEY_SUBJ) | BIT(LUO_KEY_UID) | \
			 BIT(LUO_KEY_GID) | BIT(LUO_KEY_USERNS))
#define SESSION_KEYS	(BIT(LUO_KEY_SESSION) | BIT(LUO_KEY_LABEL) | \
			 BIT(LUO_KEY_OWNER))
#define FILE_KEYS	(BIT(LUO_KEY_TYPE) | BIT(LUO_KEY_OBJ) | \
			 BIT(LUO_KEY_FOWNER) | BIT(LUO_KEY_SIZE))

/* The conditions of @keys, or @none. */
static char *some_conditions(const struct luo_program *program,
			     const struct luo_statement *statement, u32 keys,
			     const char *none)
{
	struct luo_statement some = *statement;
	size_t size;
	char *text, *start;
	FILE *out;

	some.keys &= keys;
	some.audit = false;
	if (!some.keys)
		return xstrdup(none);
	out = open_memstream(&text, &size);
	write_conditions(out, program, &some);
	fclose(out);
	start = xstrdup(text + 1);	/* it begins with a blank */
	free(text);
	return start;
}

/* What of the statement denies leave at @op; their lines into @except. */
static enum cell look_up(struct builder *b, u32 index, u32 op, bool *except)
{
	enum cell cell = CELL_NEVER;
	const struct request_box **denies;
	bool taken = false;
	struct request_box in, found, part;
	u32 i, j, count;

	for (i = 0; i < b->space.box_count[index]; i++) {
		request_box_at(&b->arena, &b->space, op, &b->space.boxes[index][i],
		       &in);
		if (!request_space_feasible(&b->space, op, &in))
			continue;
		denies = interval_index_find(b->view.denies[op], &b->arena, &in,
				      &count);
		for (j = 0; j < count; j++) {
			part = in;
			request_box_narrow(&b->arena, &part, denies[j]);
			if (!request_space_feasible(&b->space, op, &part))
				continue;
			taken = true;
			except[view_line(&b->view, denies[j]->statement)] =
				true;
		}
		/* What is not found out is told as partly. */
		if (search_outside(&b->arena, &b->space, op, &in, denies,
				   count, &found) != FOUND_NONE)
			cell = CELL_YES;
		else if (cell == CELL_NEVER)
			cell = CELL_DENIED;
	}
	return cell == CELL_YES && taken ? CELL_PARTLY : cell;
}

static char *name_lines(const bool *lines, u32 count)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	const char *comma = "";
	u32 i;

	for (i = 0; i < count; i++) {
		if (!lines[i])
			continue;
		fprintf(out, "%s%u", comma, i);
		comma = ", ";
	}
	fclose(out);
	return text;
}

static void fill_row(struct builder *b, u32 index, struct row *row)
{
	const struct luo_statement *statement =
		b->space.all.statements + index;
	bool files = statement->ops & (BIT(LUO_OP_PRESERVE) |
				       BIT(LUO_OP_RESTORE));
	u32 lines = b->matrix.source->line_count + 1, op;
	bool *except = xcalloc(lines, sizeof(*except));
	struct arena_mark mark;

	row->who = some_conditions(&b->space.all, statement, WHO_KEYS,
				   "anyone");
	row->session = some_conditions(&b->space.all, statement, SESSION_KEYS,
				       "any");
	row->file = some_conditions(&b->space.all, statement, FILE_KEYS,
				    files ? "any" : "-");
	row->audit = statement->audit;
	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (!(statement->ops & BIT(op)))
			continue;
		mark = arena_mark(&b->arena);
		row->cells[op] = look_up(b, index, op, except);
		arena_release(&b->arena, mark);
	}
	row->lines = xasprintf("%u", statement->line);
	row->except = name_lines(except, lines);
	free(except);
}

static void free_row(struct row *row)
{
	free(row->who);
	free(row->session);
	free(row->file);
	free(row->lines);
	free(row->except);
}

static int row_compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->who, y->who) ?: strcmp(x->session, y->session) ?:
	       strcmp(x->file, y->file) ?: strcmp(x->except, y->except) ?:
	       x->audit - y->audit;
}

/* Rows that differ in their operations only become one. */
static void join_rows(struct matrix *matrix)
{
	struct row *last, *row;
	u32 i, kept = 0, op;
	char *lines;

	if (!matrix->count)
		return;
	qsort(matrix->rows, matrix->count, sizeof(*matrix->rows), row_compare);
	for (i = 1; i < matrix->count; i++) {
		last = &matrix->rows[kept];
		row = &matrix->rows[i];
		if (row_compare(last, row)) {
			matrix->rows[++kept] = *row;
			continue;
		}
		for (op = 0; op < LUO_OP_COUNT; op++) {
			if (!last->cells[op])
				last->cells[op] = row->cells[op];
		}
		lines = xasprintf("%s, %s", last->lines, row->lines);
		free(last->lines);
		last->lines = lines;
		free_row(row);
	}
	matrix->count = kept + 1;
}

static void build_rows(struct builder *b)
{
	const struct luo_program *all = &b->space.all;
	struct matrix *matrix = &b->matrix;
	u32 i;

	matrix->rows = xcalloc(all->statement_count + 1, sizeof(*matrix->rows));
	for (i = 0; i < all->statement_count; i++) {
		if (all->statements[i].verb == LUO_VERB_ALLOW)
			fill_row(b, i, &matrix->rows[matrix->count++]);
	}
	join_rows(matrix);
}

/* ---- The table ---- */

static void set_cell(struct libscols_line *line, size_t column,
		     const char *data)
{
	if (scols_line_set_data(line, column, data))
		give_up("out of memory");
}

/* For a terminal: a condition, and a value of many, on a line of its own. */
static void set_conditions(struct libscols_line *line, size_t column,
			   const char *conditions)
{
	bool quoted = false;
	size_t size;
	char *text;
	FILE *out;

	if (!isatty(STDOUT_FILENO)) {
		set_cell(line, column, conditions);
		return;
	}
	out = open_memstream(&text, &size);
	for (; *conditions; conditions++) {
		if (*conditions == '\\' && quoted)
			fputc(*conditions++, out);
		else if (*conditions == '"')
			quoted = !quoted;
		if (*conditions == ' ' && !quoted)
			fputc('\n', out);
		else
			fputc(*conditions, out);
		if (*conditions == ',' && !quoted)
			fputs("\n  ", out);
	}
	fclose(out);
	set_cell(line, column, text);
	free(text);
}

static void add_column(struct libscols_table *table, const char *name,
		       bool conditions)
{
	struct libscols_column *column;

	column = scols_table_new_column(table, name, 0,
					conditions ? SCOLS_FL_WRAP : 0);
	if (!column)
		give_up("out of memory");
	if (!conditions)
		return;
	/* It is wrapped where there is a line feed, and not elsewhere. */
	if (scols_column_set_safechars(column, "\n") ||
	    scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
				      scols_wrapnl_nextchunk, NULL))
		give_up("out of memory");
}

static void add_columns(struct libscols_table *table)
{
	static const char *const names[] = {
		"WHO", "SESSION", "FILE", "CREATE", "RETRIEVE", "PRESERVE",
		"RESTORE", "AUDIT", "LINES", "EXCEPT",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_column(table, names[i], i < 3);
}

static void print_table(const struct matrix *matrix)
{
	struct libscols_table *table = scols_new_table();
	struct libscols_line *line;
	const struct row *row;
	u32 i, op;

	if (!table)
		give_up("out of memory");
	add_columns(table);
	for (i = 0; i < matrix->count; i++) {
		row = &matrix->rows[i];
		line = scols_table_new_line(table, NULL);
		if (!line)
			give_up("out of memory");
		set_conditions(line, 0, row->who);
		set_conditions(line, 1, row->session);
		set_conditions(line, 2, row->file);
		for (op = 0; op < LUO_OP_COUNT; op++)
			set_cell(line, 3 + op, cell_names[row->cells[op]]);
		set_cell(line, 7, row->audit ? "yes" : "");
		set_cell(line, 8, row->lines);
		set_cell(line, 9, row->except);
	}
	if (scols_print_table(table))
		give_up("the table could not be printed");
	scols_unref_table(table);
}

static const char text[] =
"usage: luopol matrix [--json|--html] FILE\n"
"Tell who may carry what: a row for each caller, session and file. Partly is\n"
"what the denies of the lines under EXCEPT take something from.\n"
"\n"
"  --json   for programs\n"
"  --html   a page of its own, to read and to search\n"
"\n"
"Exit status: 0, or 2 for trouble.\n";

int cmd_matrix(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "html", no_argument, &html, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, NULL, 1, 1 };
	int count = parse_options(&usage, argc, argv);
	const struct luo_program *program;
	struct builder b = {};
	struct source source;
	u32 i;

	if (count < 0)
		return usage_status(count);
	if (json && html)
		give_up("--json or --html, not both");
	if (source_load(&source, argv[0]))
		return EXIT_TROUBLE;
	program = &source.program;
	b.matrix.source = &source;
	request_space_build(&b.space, &program, 1);
	view_build(&b.view, &b.space, 0, &source);
	build_rows(&b);
	if (html)
		matrix_html(stdout, &b.matrix);
	else if (json)
		matrix_json(&b.matrix);
	else
		print_table(&b.matrix);
	for (i = 0; i < b.matrix.count; i++)
		free_row(&b.matrix.rows[i]);
	free(b.matrix.rows);
	arena_destroy(&b.arena);
	view_destroy(&b.view);
	request_space_destroy(&b.space);
	source_destroy(&source);
	return EXIT_GOOD;
}
