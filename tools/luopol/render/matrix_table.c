// SPDX-License-Identifier: GPL-2.0
/*
 * The matrix as a table.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libsmartcols.h>

#include "base/message.h"
#include "common/memory.h"
#include "render/matrix_table.h"

const char *const cell_names[] = {
	[CELL_NONE]	= "",
	[CELL_YES]	= "yes",
	[CELL_PARTLY]	= "partly",
	[CELL_DENIED]	= "denied",
	[CELL_NEVER]	= "never",
};

static void set_cell(struct libscols_line *line, size_t column,
		     const char *data)
{
	if (scols_line_set_data(line, column, data))
		out_of_memory();
}

/* On a terminal, each condition and each value of a list has a line of its own. */
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

static void set_lines(struct libscols_line *line, size_t column,
		      const struct line_list *lines)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	u32 i;

	for (i = 0; i < lines->count; i++)
		fprintf(out, "%s%u", i ? ", " : "", lines->at[i]);
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
		out_of_memory();
	if (!conditions)
		return;
	/* Wrap at line feeds only */
	if (scols_column_set_safechars(column, "\n") ||
	    scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
				      scols_wrapnl_nextchunk, NULL))
		out_of_memory();
}

static void add_columns(struct libscols_table *table)
{
	static const char *const names[] = {
		"WHO", "SESSION", "FILE", "CREATE", "RETRIEVE", "FINISH",
		"PRESERVE", "RESTORE", "AUDIT", "LINES", "EXCEPT",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_column(table, names[i], i < 3);
}

/* Whether standard output is for people who see colours. */
static bool has_colors(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (!no || !*no);
}

static void set_verdict(struct libscols_line *line, size_t column, enum cell cell)
{
	static const char *const colors[] = {
		[CELL_YES] = "green", [CELL_PARTLY] = "yellow",
		[CELL_DENIED] = "red", [CELL_NEVER] = "darkgray",
	};

	set_cell(line, column, cell_names[cell]);
	if (cell != CELL_NONE && has_colors() &&
	    scols_cell_set_color(scols_line_get_cell(line, column), colors[cell]))
		out_of_memory();
}

static void print_table(struct libscols_table *table)
{
	if (scols_print_table(table))
		die("cannot print the table");
	scols_unref_table(table);
}

static void print_limits(const struct matrix *matrix)
{
	struct libscols_table *table = scols_new_table();
	struct libscols_line *line;
	char number[16];
	u32 i;

	if (!table)
		out_of_memory();
	add_column(table, "LIMIT OF", true);
	add_column(table, "MOST", true);
	add_column(table, "LINE", false);
	for (i = 0; i < matrix->limit_count; i++) {
		line = scols_table_new_line(table, NULL);
		if (!line)
			out_of_memory();
		set_conditions(line, 0, matrix->limits[i].of);
		set_conditions(line, 1, matrix->limits[i].most);
		snprintf(number, sizeof(number), "%u", matrix->limits[i].statement->line);
		set_cell(line, 2, number);
	}
	print_table(table);
}

void matrix_table(const struct matrix *matrix)
{
	struct libscols_table *table = scols_new_table();
	struct libscols_line *line;
	const struct row *row;
	u32 i, op;

	if (!table)
		out_of_memory();
	scols_table_enable_colors(table, has_colors());
	add_columns(table);
	for (i = 0; i < matrix->count; i++) {
		row = &matrix->rows[i];
		line = scols_table_new_line(table, NULL);
		if (!line)
			out_of_memory();
		set_conditions(line, 0, row->who);
		set_conditions(line, 1, row->session);
		set_conditions(line, 2, row->file);
		for (op = 0; op < LUO_OP_COUNT; op++)
			set_verdict(line, 3 + op, row->cells[op]);
		set_cell(line, 3 + op, row->audit ? "yes" : "");
		set_lines(line, 4 + op, &row->lines);
		set_lines(line, 5 + op, &row->except);
	}
	if (matrix->count)
		print_table(table);
	else
		scols_unref_table(table);
	if (!matrix->limit_count)
		return;
	fputs(matrix->count ? "\n" : "", stdout);
	print_limits(matrix);
}
