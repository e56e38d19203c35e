// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy allows of a set of requests.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/view.h"
#include "base/message.h"
#include "model/sample.h"

static void index_statement(struct view *view, u32 index)
{
	const struct luo_statement *statement =
		view->space->all.statements + index;
	u32 i;

	for (i = 0; i < LUO_OP_COUNT; i++) {
		if (statement->ops & BIT(i))
			interval_index_add(statement->verb == LUO_VERB_DENY ?
				 view->denies[i] : view->allows[i], index);
	}
	for (i = 0; i < LUO_LIMIT_COUNT; i++) {
		if (statement->limits & BIT(i))
			interval_index_add(view->limits[i], index);
	}
}

void view_build(struct view *view, const struct request_space *space, u32 program,
		const struct source *source)
{
	struct luo_policy_error error;
	u32 i;

	*view = (struct view){
		.space = space,
		.source = source,
		.first = space->first[program],
		.end = space->first[program + 1],
		.policy = luo_policy_compile(source->text, source->size,
					     &error),
	};
	if (!view->policy)
		die("%s: %s", source->path, error.message);
	for (i = 0; i < LUO_OP_COUNT; i++) {
		view->allows[i] = interval_index_new(space);
		view->denies[i] = interval_index_new(space);
	}
	for (i = 0; i < LUO_LIMIT_COUNT; i++)
		view->limits[i] = interval_index_new(space);
	for (i = view->first; i < view->end; i++)
		index_statement(view, i);
	for (i = 0; i < LUO_OP_COUNT; i++) {
		interval_index_build(view->allows[i]);
		interval_index_build(view->denies[i]);
	}
	for (i = 0; i < LUO_LIMIT_COUNT; i++)
		interval_index_build(view->limits[i]);
}

void view_destroy(struct view *view)
{
	u32 i;

	for (i = 0; i < LUO_OP_COUNT; i++) {
		interval_index_free(view->allows[i]);
		interval_index_free(view->denies[i]);
	}
	for (i = 0; i < LUO_LIMIT_COUNT; i++)
		interval_index_free(view->limits[i]);
	luo_policy_free(view->policy);
}

u32 view_line(const struct view *view, u32 statement)
{
	return view->space->all.statements[statement].line;
}

void view_witness(const struct view *view, struct arena *arena, u32 op,
		  const struct request_box *box, struct witness *witness)
{
	sample_request(arena, view->space, op, box, &witness->request);
	luo_policy_decide(view->policy, &witness->request, &witness->verdict);
}

/* Exit if the kernel's code decides otherwise than the search: no result would be sound. */
static void confirm(const struct view *view, struct arena *arena, u32 op,
		    const struct request_box *box, bool allow)
{
	struct arena_mark mark = arena_mark(arena);
	struct witness witness;

	view_witness(view, arena, op, box, &witness);
	if (witness.verdict.allow != allow)
		die("internal error: the search says that a %s is %s, "
			"the kernel's code that it is not",
			luo_op_names[op], allow ? "allowed" : "denied");
	arena_release(arena, mark);
}

enum found view_allowed(const struct view *view, struct arena *arena, u32 op,
			const struct request_box *in, struct request_box *found)
{
	const struct request_box **allows, **denies;
	u32 allow_count, deny_count, i;
	enum found answer;
	struct request_box part;

	allows = interval_index_find(view->allows[op], arena, in, &allow_count);
	denies = interval_index_find(view->denies[op], arena, in, &deny_count);
	for (i = 0; i < allow_count; i++) {
		part = *in;
		request_box_narrow(arena, &part, allows[i]);
		answer = search_outside(arena, view->space, op, &part, denies,
					deny_count, found);
		if (answer == FOUND_ONE)
			confirm(view, arena, op, found, true);
		if (answer != FOUND_NONE)
			return answer;
	}
	return FOUND_NONE;
}

enum found view_denied(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in, struct request_box *found)
{
	const struct request_box **allows, **denies;
	enum found answer;
	struct request_box part;
	u32 count, i;

	allows = interval_index_find(view->allows[op], arena, in, &count);
	answer = search_outside(arena, view->space, op, in, allows, count,
				found);
	denies = interval_index_find(view->denies[op], arena, in, &count);
	for (i = 0; i < count && answer == FOUND_NONE; i++) {
		part = *in;
		request_box_narrow(arena, &part, denies[i]);
		answer = search_any(arena, view->space, op, &part, found);
	}
	if (answer == FOUND_ONE)
		confirm(view, arena, op, found, false);
	return answer;
}

enum found view_not_by(const struct view *view, struct arena *arena, u32 op,
		       const struct request_box *in, u32 line, bool allow,
		       struct request_box *found)
{
	const struct request_box **boxes, **own;
	u32 count, own_count = 0, i;
	struct request_box part;
	enum found answer;

	boxes = interval_index_find(allow ? view->allows[op] : view->denies[op], arena,
				    in, &count);
	own = arena_alloc(arena, count * sizeof(*own));
	for (i = 0; i < count; i++) {
		if (view_line(view, boxes[i]->statement) == line) {
			own[own_count++] = boxes[i];
			continue;
		}
		/* Of the rules that match, the first in the text decides */
		if (line && view_line(view, boxes[i]->statement) > line)
			continue;
		part = *in;
		request_box_narrow(arena, &part, boxes[i]);
		answer = search_any(arena, view->space, op, &part, found);
		if (answer != FOUND_NONE)
			return answer;
	}
	if (!line)
		return FOUND_NONE;
	return search_outside(arena, view->space, op, in, own, own_count,
			      found);
}

struct tightest {
	const struct view *view;
	struct luo_limit *limit;
};

static int tighten(void *data, u32 number)
{
	const struct tightest *tightest = data;
	struct luo_limit limit;

	luo_policy_session_limit(tightest->view->policy, number, &limit);
	if (limit.most < tightest->limit->most)
		*tightest->limit = limit;
	return 0;
}

void view_session_limit(const struct view *view, const char *session, u32 uid,
			bool known, struct luo_limit *tightest)
{
	struct tightest data = { view, tightest };

	*tightest = (struct luo_limit){ .most = U64_MAX };
	luo_policy_visit_session_limits(view->policy, session, uid, known,
					tighten, &data);
}
