// SPDX-License-Identifier: GPL-2.0
/*
 * Who may carry what.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/matrix.h"
#include "analysis/view.h"
#include "base/policy_text.h"
#include "common/memory.h"

struct builder {
	struct matrix *matrix;
	struct request_space space;
	struct view view;
	struct arena arena;
};

#define WHO_KEYS	(BIT(LUO_KEY_EXE) | BIT(LUO_KEY_VERITY) | BIT(LUO_KEY_PID) | \
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

/*
 * How much of a statement the denies leave at @op. The lines of denies that match some
 * of it are marked in @except.
 */
static enum cell find_cell(struct builder *b, u32 index, u32 op, bool *except)
{
	enum cell cell = CELL_NEVER;
	const struct request_box **denies;
	bool taken = false;
	struct request_box in, found;
	u32 i, j, count;

	for (i = 0; i < b->space.box_count[index]; i++) {
		request_box_at(&b->arena, &b->space, op, &b->space.boxes[index][i],
			       &in);
		if (search_any(&b->arena, &b->space, op, &in, &found) == FOUND_NONE)
			continue;
		denies = interval_index_find(b->view.denies[op], &b->arena, &in,
					     &count);
		for (j = 0; j < count; j++) {
			if (!search_meets(&b->arena, &b->space, op, &in, denies[j]))
				continue;
			taken = true;
			except[view_line(&b->view, denies[j]->statement)] =
				true;
		}
		/* If the search gives up, the cell is "partly" */
		if (search_outside(&b->arena, &b->space, op, &in, denies,
				   count, &found) != FOUND_NONE)
			cell = CELL_YES;
		else if (cell == CELL_NEVER)
			cell = CELL_DENIED;
	}
	return cell == CELL_YES && taken ? CELL_PARTLY : cell;
}

static void add_line(struct line_list *list, u32 line)
{
	list->at = xgrow(list->at, list->count, sizeof(*list->at));
	list->at[list->count++] = line;
}

static int lines_compare(const struct line_list *a, const struct line_list *b)
{
	u32 i;

	for (i = 0; i < a->count && i < b->count; i++) {
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static void fill_row(struct builder *b, u32 index, struct row *row)
{
	const struct luo_statement *statement =
		b->space.all.statements + index;
	bool files = statement->ops & (BIT(LUO_OP_PRESERVE) |
				       BIT(LUO_OP_RESTORE));
	u32 lines = b->matrix->source->line_count + 1, op, i;
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
		row->cells[op] = find_cell(b, index, op, except);
		arena_release(&b->arena, mark);
	}
	add_line(&row->lines, statement->line);
	for (i = 0; i < lines; i++) {
		if (except[i])
			add_line(&row->except, i);
	}
	free(except);
}

static void free_row(struct row *row)
{
	free(row->who);
	free(row->session);
	free(row->file);
	free(row->lines.at);
	free(row->except.at);
}

static int row_compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->who, y->who) ?: strcmp(x->session, y->session) ?:
	       strcmp(x->file, y->file) ?: lines_compare(&x->except, &y->except) ?:
	       x->audit - y->audit;
}

/* Join rows that differ in their operations only. */
static void join_rows(struct matrix *matrix)
{
	struct row *last, *row;
	u32 i, kept = 0, op;

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
		add_line(&last->lines, row->lines.at[0]);
		free_row(row);
	}
	matrix->count = kept + 1;
}

static void build_rows(struct builder *b)
{
	const struct luo_program *all = &b->space.all;
	struct matrix *matrix = b->matrix;
	u32 i;

	matrix->rows = xcalloc(all->statement_count + 1, sizeof(*matrix->rows));
	for (i = 0; i < all->statement_count; i++) {
		if (all->statements[i].verb == LUO_VERB_ALLOW)
			fill_row(b, i, &matrix->rows[matrix->count++]);
	}
	join_rows(matrix);
}

static void fill_limit(struct matrix_limit *limit, const struct luo_program *program,
		       const struct luo_statement *s)
{
	u32 session = s->keys & BIT(LUO_KEY_SESSION), uid = s->keys & BIT(LUO_KEY_UID);
	const char *before = "";
	size_t size;
	FILE *out = open_memstream(&limit->of, &size);
	u32 kind;

	if (session)
		write_key(out, program, s, LUO_KEY_SESSION);
	if (uid)
		fputs(session ? " " : "", out);
	if (uid)
		write_key(out, program, s, LUO_KEY_UID);
	fputs(session || uid ? "" : "any", out);
	fclose(out);
	out = open_memstream(&limit->most, &size);
	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		if (!(s->limits & BIT(kind)))
			continue;
		fputs(before, out);
		write_amount(out, kind, s->most[kind]);
		before = " ";
	}
	fclose(out);
	limit->statement = s;
}

static void find_limits(struct matrix *matrix)
{
	const struct luo_program *program = &matrix->source->program;
	u32 i;

	matrix->limits = xcalloc(program->statement_count, sizeof(*matrix->limits));
	for (i = 0; i < program->statement_count; i++) {
		if (program->statements[i].verb == LUO_VERB_LIMIT)
			fill_limit(&matrix->limits[matrix->limit_count++], program,
				   program->statements + i);
	}
}

void matrix_find(struct matrix *matrix, const struct source *source)
{
	const struct luo_program *program = &source->program;
	struct builder b = { .matrix = matrix };

	*matrix = (struct matrix){ .source = source };
	request_space_build(&b.space, &program, 1);
	view_build(&b.view, &b.space, 0, source);
	build_rows(&b);
	find_limits(matrix);
	arena_destroy(&b.arena);
	view_destroy(&b.view);
	request_space_destroy(&b.space);
}

void matrix_destroy(struct matrix *matrix)
{
	u32 i;

	for (i = 0; i < matrix->count; i++)
		free_row(&matrix->rows[i]);
	free(matrix->rows);
	for (i = 0; i < matrix->limit_count; i++) {
		free(matrix->limits[i].of);
		free(matrix->limits[i].most);
	}
	free(matrix->limits);
}
