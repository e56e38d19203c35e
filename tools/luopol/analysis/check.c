// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings about statements without effect, or with one that was probably not meant.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/check.h"
#include "analysis/check_exposure.h"
#include "analysis/check_values.h"
#include "analysis/view.h"
#include "common/memory.h"

struct check {
	const struct source *source;
	struct request_space space;
	struct view view;
	struct arena arena;
	u8 *never;		/* for each statement, operations that it never matches */
	bool *useless;		/* for each statement, whether it has no effect */
	struct findings *findings;
};

static const struct luo_statement *statement_at(const struct check *check,
						u32 index)
{
	return check->space.all.statements + index;
}

/* The place of a statement's verb. */
static void warn_place(const struct check *check, u32 index, u32 *line,
		       u32 *column, u32 *width)
{
	const char *text;
	size_t length;

	*line = statement_at(check, index)->line;
	text = source_line(check->source, *line, &length);
	*column = strspn(text, " \t") + 1;
	*width = strcspn(text + *column - 1, " \t\n");
}

#define advise(check, ...)	findings_help((check)->findings, __VA_ARGS__)

#define warn(check, index, rule, format, ...) do {			\
	u32 _line, _column, _width;					\
									\
	warn_place(check, index, &_line, &_column, &_width);		\
	findings_add((check)->findings, rule, _line, _column, _width,	\
		     format, ##__VA_ARGS__);				\
} while (0)

/* "line 3", "lines 3 and 5", "lines 3, 5 and others" */
static char *name_lines(const u32 *lines, u32 count)
{
	if (count == 1)
		return xasprintf("line %u", lines[0]);
	if (count == 2)
		return xasprintf("lines %u and %u", lines[0], lines[1]);
	if (count == 3)
		return xasprintf("lines %u, %u and %u", lines[0], lines[1],
				 lines[2]);
	return xasprintf("lines %u, %u, %u and %u others", lines[0], lines[1],
			 lines[2], count - 3);
}

static int u32_compare(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The lines of the boxes' statements, each once. */
static char *name_boxes(const struct check *check, struct arena *arena,
			const struct request_box *const *boxes, u32 count)
{
	u32 *lines = arena_alloc(arena, count * sizeof(*lines));
	u32 i, kept = 0;

	for (i = 0; i < count; i++)
		lines[i] = statement_at(check, boxes[i]->statement)->line;
	qsort(lines, count, sizeof(*lines), u32_compare);
	for (i = 0; i < count; i++) {
		if (!i || lines[i] != lines[i - 1])
			lines[kept++] = lines[i];
	}
	return name_lines(lines, kept);
}

/* ---- Statements that never match ---- */

static bool can_match(struct check *check, u32 index, u32 op)
{
	struct arena_mark mark = arena_mark(&check->arena);
	struct request_box box, found;
	bool can = false;
	u32 i;

	for (i = 0; i < check->space.box_count[index] && !can; i++) {
		request_box_at(&check->arena, &check->space, op,
			       &check->space.boxes[index][i], &box);
		can = search_any(&check->arena, &check->space, op, &box, &found) !=
		      FOUND_NONE;
	}
	arena_release(&check->arena, mark);
	return can;
}

static void help_never(const struct check *check, const struct luo_statement *statement,
		       u32 never)
{
	if (never & BIT(LUO_OP_CREATE) && statement->keys & BIT(LUO_KEY_OWNER))
		advise(check, "at create the caller is the owner: write uid=, or remove create");
	else
		advise(check,
		       "its conditions exclude each other: remove it, or the one that is wrong");
}

static u32 never_ops(struct check *check, u32 index)
{
	u32 left = statement_at(check, index)->ops, never = 0;

	for (; left; left &= left - 1) {
		if (!can_match(check, index, __builtin_ctz(left)))
			never |= left & -left;
	}
	return never;
}

static void check_never(struct check *check, u32 index)
{
	const struct luo_statement *statement = statement_at(check, index);
	u32 never = check->never[index];

	if (!never)
		return;
	if (never == statement->ops)
		warn(check, index, FINDING_NEVER, "this can never match");
	else
		warn(check, index, FINDING_NEVER, "this can never match a %s",
		     luo_op_names[__builtin_ctz(never)]);
	help_never(check, statement, never);
}

/* ---- Statements without effect ---- */

/* Whether statement @index is redundant if @other matches all of its requests. */
typedef bool (*subsumes)(const struct check *check, u32 index, u32 other,
			  u32 kind);

static bool is_logged(const struct luo_statement *rule)
{
	return rule->verb == LUO_VERB_DENY ? !rule->quiet : rule->audit;
}

static bool rule_subsumes(const struct check *check, u32 index, u32 other,
			  u32 op)
{
	return is_logged(statement_at(check, other)) ||
	       !is_logged(statement_at(check, index));
}

static bool limit_subsumes(const struct check *check, u32 index, u32 other,
			   u32 kind)
{
	return statement_at(check, other)->most[kind] <=
	       statement_at(check, index)->most[kind];
}

/* Keep those of @boxes that may make statement @index redundant. Returns their number. */
static u32 keep_others(const struct check *check, u32 index,
		       const struct request_box **boxes, u32 count, subsumes may,
		       u32 kind)
{
	u32 i, kept = 0;

	for (i = 0; i < count; i++) {
		if (boxes[i]->statement != index &&
		    !check->useless[boxes[i]->statement] &&
		    may(check, index, boxes[i]->statement, kind))
			boxes[kept++] = boxes[i];
	}
	return kept;
}

/* If one of @boxes alone covers @in, move it to the front. Returns how many to use. */
static u32 prefer_single(struct check *check, u32 op, const struct request_box *in,
			 const struct request_box **boxes, u32 count)
{
	struct request_box found;
	u32 i, outside;

	for (i = 0; i < count; i++) {
		outside = request_box_outside(in, boxes[i]);
		/* A name of one value may have the tenant that it is to have */
		if (outside == OUTSIDE_TENANTS &&
		    search_outside(&check->arena, &check->space, op, in, boxes + i, 1,
				   &found) == FOUND_NONE)
			outside = 0;
		if (!outside) {
			boxes[0] = boxes[i];
			return 1;
		}
	}
	return count;
}

/*
 * The boxes of @rules, without those of the statement itself, that together cover
 * statement @index at @op; NULL if they do not. If @single, one box has to cover it
 * alone: each limit on sessions has a counter of its own.
 */
static const struct request_box **covering(struct check *check, struct interval_index *rules,
					   u32 index, u32 op, u32 kind, bool single,
					   subsumes may, u32 *count)
{
	const struct request_box **boxes = NULL, **met;
	struct request_box in, found;
	u32 i, met_count;

	*count = 0;
	for (i = 0; i < check->space.box_count[index]; i++) {
		request_box_at(&check->arena, &check->space, op,
			       &check->space.boxes[index][i], &in);
		if (!request_space_feasible(&check->space, op, &in))
			continue;
		met = interval_index_find(rules, &check->arena, &in, &met_count);
		met_count = keep_others(check, index, met, met_count, may,
					kind);
		met_count = prefer_single(check, op, &in, met, met_count);
		if (single && (met_count != 1 || request_box_outside(&in, met[0])))
			return NULL;
		if (search_outside(&check->arena, &check->space, op, &in, met,
				   met_count, &found) != FOUND_NONE)
			return NULL;
		if (met_count > *count) {
			boxes = met;
			*count = met_count;
		}
	}
	return boxes;
}

/* The statements that a statement is compared with. */
enum against {
	AGAINST_RULES,	/* rules of the same verb */
	AGAINST_LIMITS,
	AGAINST_DENIES,
};

static struct interval_index *rules_of(const struct check *check, u32 index, enum against against,
				       u32 kind)
{
	if (against == AGAINST_LIMITS)
		return check->view.limits[kind];
	if (against == AGAINST_DENIES ||
	    statement_at(check, index)->verb == LUO_VERB_DENY)
		return check->view.denies[kind];
	return check->view.allows[kind];
}

static bool any_subsumes(const struct check *check, u32 index, u32 other,
			 u32 op)
{
	return true;
}

/* The lines that cover statement @index for all of its operations, or NULL. */
static char *covered(struct check *check, u32 index, enum against against)
{
	static const subsumes may[] = {
		[AGAINST_RULES]	= rule_subsumes,
		[AGAINST_LIMITS]	= limit_subsumes,
		[AGAINST_DENIES]	= any_subsumes,
	};
	const struct luo_statement *statement = statement_at(check, index);
	u32 left = against == AGAINST_LIMITS ? statement->limits :
				     statement->ops & ~check->never[index];
	const struct request_box **boxes, **most = NULL;
	u32 kind, count, most_count = 0;

	for (; left; left &= left - 1) {
		kind = __builtin_ctz(left);
		boxes = covering(check, rules_of(check, index, against, kind), index,
				 against == AGAINST_LIMITS ? SPACE_LIMITS : kind, kind,
				 against == AGAINST_LIMITS && kind == LUO_LIMIT_SESSIONS,
				 may[against], &count);
		if (!boxes)
			return NULL;
		if (count > most_count) {
			most = boxes;
			most_count = count;
		}
	}
	return most ? name_boxes(check, &check->arena, most, most_count) : NULL;
}

static void check_denied(struct check *check, u32 index)
{
	struct arena_mark mark = arena_mark(&check->arena);
	char *lines;

	if (check->useless[index] ||
	    statement_at(check, index)->verb != LUO_VERB_ALLOW)
		return;
	lines = covered(check, index, AGAINST_DENIES);
	if (lines) {
		check->useless[index] = true;
		warn(check, index, FINDING_DENIED, "all that this allows is denied by %s",
		     lines);
		advise(check, "remove it, or narrow the deny");
		free(lines);
	}
	arena_release(&check->arena, mark);
}

/* Backwards, so that of equal statements the first one counts as useful. */
static void find_contained(struct check *check, char **contained)
{
	struct arena_mark mark;
	u32 index;

	for (index = check->view.end; index-- > 0;) {
		if (check->useless[index])
			continue;
		mark = arena_mark(&check->arena);
		contained[index] = covered(check, index,
					   statement_at(check, index)->verb ==
					   LUO_VERB_LIMIT ? AGAINST_LIMITS : AGAINST_RULES);
		check->useless[index] = contained[index];
		arena_release(&check->arena, mark);
	}
}

static void check_contained(struct check *check, u32 index, char *lines)
{
	if (!lines)
		return;
	warn(check, index, FINDING_NO_EFFECT, "this has no effect beside %s", lines);
	advise(check, "remove it, or the other");
	free(lines);
}

/* ---- All of it ---- */

/* Print warnings in the order of the text. */
static void check_statements(struct check *check, const struct source *source,
			     const char *root)
{
	u32 count = check->view.end, index;
	char **contained = xcalloc(count + 1, sizeof(*contained));

	for (index = 0; index < count; index++) {
		check->never[index] = never_ops(check, index);
		check->useless[index] =
			check->never[index] &&
			check->never[index] == statement_at(check, index)->ops;
	}
	find_contained(check, contained);
	for (index = 0; index < count; index++) {
		check_never(check, index);
		check_contained(check, index, contained[index]);
		check_denied(check, index);
		check_exposure(check->findings, source, statement_at(check, index));
		check_values(check->findings, source, statement_at(check, index), root);
	}
	free(contained);
}

void check_source(struct findings *findings, const struct source *source,
		  const char *root)
{
	const struct luo_program *program = &source->program;
	struct check check = { .source = source, .findings = findings };

	request_space_build(&check.space, &program, 1);
	view_build(&check.view, &check.space, 0, source);
	check.useless = xcalloc(check.view.end + 1, sizeof(*check.useless));
	check.never = xcalloc(check.view.end + 1, sizeof(*check.never));
	check_statements(&check, source, root);
	free(check.never);
	free(check.useless);
	arena_destroy(&check.arena);
	view_destroy(&check.view);
	request_space_destroy(&check.space);
}
