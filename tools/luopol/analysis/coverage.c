// SPDX-License-Identifier: GPL-2.0
/*
 * Which statements of a policy its tests are about.
 */

#include <stdlib.h>

#include "analysis/coverage.h"
#include "common/memory.h"

void coverage_init(struct coverage *coverage, const struct source *policy)
{
	*coverage = (struct coverage){
		policy, xcalloc(policy->program.statement_count, sizeof(*coverage->ops)),
	};
}

void coverage_destroy(struct coverage *coverage)
{
	free(coverage->ops);
	*coverage = (struct coverage){};
}

/* Mark the statements of @rules that match some of @in. */
static void mark(struct coverage *coverage, const struct view *view,
		 struct request_space *space, struct interval_index *rules,
		 const struct request_box *in, u32 op)
{
	struct arena_mark mark = arena_mark(&space->arena);
	const struct request_box **boxes;
	u32 i, count;

	boxes = interval_index_find(rules, &space->arena, in, &count);
	for (i = 0; i < count; i++) {
		if (coverage->ops[boxes[i]->statement - view->first] & BIT(op))
			continue;
		if ((!boxes[i]->with_count && !in->with_count) ||
		    search_meets(&space->arena, space, op, in, boxes[i]))
			coverage->ops[boxes[i]->statement - view->first] |= BIT(op);
	}
	arena_release(&space->arena, mark);
}

void coverage_add(struct coverage *coverage, const struct view *view,
		  struct request_space *space, const struct answer *answer, u32 op)
{
	bool allowed = answer->kind == ANSWER_ALLOWED || answer->kind == ANSWER_DEPENDS;
	bool denied = answer->kind == ANSWER_DENIED || answer->kind == ANSWER_DEPENDS;
	u32 i;

	for (i = 0; i < answer->count; i++) {
		if (!request_space_feasible(space, op, &answer->boxes[i]))
			continue;
		if (allowed)
			mark(coverage, view, space, view->allows[op], &answer->boxes[i],
			     op);
		if (denied)
			mark(coverage, view, space, view->denies[op], &answer->boxes[i],
			     op);
	}
}

void coverage_add_limit(struct coverage *coverage, u32 line, u32 kind)
{
	const struct luo_program *program = &coverage->policy->program;
	u32 i;

	for (i = 0; i < program->statement_count; i++) {
		if (program->statements[i].line == line)
			coverage->ops[i] |= BIT(kind);
	}
}

u32 coverage_lacks(const struct coverage *coverage, u32 statement)
{
	const struct luo_statement *s = coverage->policy->program.statements + statement;

	return (s->verb == LUO_VERB_LIMIT ? s->limits : s->ops) & ~coverage->ops[statement];
}

u32 coverage_count(const struct coverage *coverage)
{
	u32 i, count = 0;

	for (i = 0; i < coverage->policy->program.statement_count; i++)
		count += !coverage_lacks(coverage, i);
	return count;
}
