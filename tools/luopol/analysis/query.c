// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy decides of a request, and what would change the decision.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/query.h"
#include "base/message.h"
#include "common/memory.h"
#include "common/text.h"

/* The keys of @allow that have tenants, unless some request of @in has them. */
static u32 mismatched_tenants(struct query *query, u32 op, const struct request_box *in,
			      const struct request_box *allow)
{
	struct request_box only = *allow;

	if (!allow->with_count)
		return 0;
	only.given &= allow->with[0]->keys;
	return search_meets(&query->space.arena, &query->space, op, in, &only) ?
	       0 : allow->with[0]->keys;
}

static u32 mismatched_keys(struct query *query, u32 op, const struct request_box *in,
			   const struct request_box *allow)
{
	u32 left, key, keys = 0;

	for (left = allow->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!class_set_overlaps(in->keys[key], allow->keys[key]))
			keys |= BIT(key);
	}
	return keys ?: mismatched_tenants(query, op, in, allow);
}

/* Insert into @near, which is sorted by the number of keys, then by the text. */
static void keep_nearest(struct near_miss *near, u32 *count, u32 statement, u32 keys)
{
	u32 at, distance = __builtin_popcount(keys);

	for (at = 0; at < *count && near[at].statement != statement; at++)
		;
	if (at < *count && __builtin_popcount(near[at].keys) <= distance)
		return;
	if (at == *count && *count < NEAREST)
		(*count)++;
	else if (at == *count)
		at--;
	if (at == NEAREST - 1 && *count == NEAREST &&
	    near[at].statement != statement && near[at].keys &&
	    __builtin_popcount(near[at].keys) <= distance)
		return;
	for (; at && __builtin_popcount(near[at - 1].keys) > distance; at--)
		near[at] = near[at - 1];
	near[at] = (struct near_miss){ statement, keys };
}

static bool can_match(struct query *query, u32 op, const struct request_box *allow)
{
	struct request_box box;

	request_box_at(&query->space.arena, &query->space, op, allow, &box);
	return request_space_feasible(&query->space, op, &box);
}

u32 query_nearest(struct query *query, const struct answer *answer, u32 op,
		  struct near_miss *near)
{
	const struct request_box *const *allows;
	u32 i, j, keys, all, count = 0;

	allows = interval_index_all(query->view.allows[op], &all);
	for (i = 0; i < all; i++) {
		if (!can_match(query, op, allows[i]))
			continue;
		for (j = 0; j < answer->count; j++) {
			keys = mismatched_keys(query, op, &answer->boxes[j], allows[i]);
			if (keys)
				keep_nearest(near, &count,
					     allows[i]->statement, keys);
		}
	}
	return count;
}

struct luo_statement query_smallest(const struct query *query, u32 op)
{
	struct luo_statement statement =
		query->requests.source.program.statements[0];

	statement.ops = BIT(op);
	if (query->requests.other[0] & BIT(LUO_KEY_USERNS)) {
		statement.keys |= BIT(LUO_KEY_USERNS);
		statement.init_only = false;
	}
	return statement;
}

/* A box that overlaps the request meets it, unless tenants are in the way. */
static bool meets(const struct query *query, struct arena *arena, u32 op,
		  const struct request_box *in, const struct request_box *box)
{
	return (!box->with_count && !in->with_count) ||
	       search_meets(arena, &query->space, op, in, box);
}

/* The first line after @last of those @rules that overlap the request, or U32_MAX. */
static u32 next_line(const struct query *query, const struct answer *answer, u32 op,
		     struct interval_index *rules, struct arena *arena,
		     u32 last)
{
	const struct request_box **boxes;
	u32 i, j, count, line, next = U32_MAX;

	for (i = 0; i < answer->count; i++) {
		boxes = interval_index_find(rules, arena, &answer->boxes[i],
					    &count);
		for (j = 0; j < count; j++) {
			line = view_line(&query->view, boxes[j]->statement);
			if (line > last && line < next &&
			    meets(query, arena, op, &answer->boxes[i], boxes[j]))
				next = line;
		}
	}
	return next;
}

u32 *query_lines(const struct query *query, const struct answer *answer, u32 op,
		 struct interval_index *rules, u32 behind, u32 *count)
{
	struct arena arena = {};
	u32 *lines = NULL, next = behind;

	*count = 0;
	for (;;) {
		next = next_line(query, answer, op, rules, &arena, next);
		if (next == U32_MAX)
			break;
		lines = xgrow(lines, *count, sizeof(*lines));
		lines[(*count)++] = next;
	}
	arena_destroy(&arena);
	return lines;
}

bool query_is_quiet(const struct query *query, const struct answer *answer, u32 op)
{
	const struct luo_statement *statements = query->space.all.statements;
	const struct request_box **boxes;
	struct arena arena = {};
	bool quiet = answer->denied.verdict.quiet;
	u32 i, j, count;

	for (i = 0; i < answer->count; i++) {
		boxes = interval_index_find(query->view.denies[op], &arena,
					    &answer->boxes[i], &count);
		for (j = 0; j < count; j++)
			quiet &= statements[boxes[j]->statement].quiet ||
				 !meets(query, &arena, op, &answer->boxes[i], boxes[j]);
	}
	arena_destroy(&arena);
	return quiet;
}

void query_limits(const struct query *query, const struct luo_request *request,
		  struct luo_limit *limits)
{
	bool known = request->op == LUO_OP_CREATE || request->owner_known;
	u32 uid = request->op == LUO_OP_CREATE ? request->uid : request->owner;
	struct luo_limits found = {};

	memset(limits, 0, LUO_LIMIT_COUNT * sizeof(*limits));
	if (request->op == LUO_OP_CREATE)
		view_session_limit(&query->view, request->session, uid, known,
				   &limits[LUO_LIMIT_SESSIONS]);
	if (request->op == LUO_OP_PRESERVE)
		luo_policy_limits(query->view.policy, request->session, uid,
				  known, &found);
	limits[LUO_LIMIT_FILES] = found.files;
	limits[LUO_LIMIT_BYTES] = found.bytes;
}

char *query_text_of(const struct query *query)
{
	const struct source *source = &query->requests.source;
	size_t length;
	const char *line = source_line(source, 1, &length);

	return xstrndup(line + strlen(QUERY_HEAD),
			length - strlen(QUERY_HEAD));
}

static void read_request(struct query *query, char **words, int count)
{
	struct source source;
	size_t size;
	char *text;
	FILE *out = text_open(&text, &size);
	int i;

	fputs(QUERY_HEAD, out);
	for (i = 0; i < count; i++)
		fprintf(out, "%s%s", i ? " " : "", words[i]);
	fputc('\n', out);
	text_close(out);
	source_set(&source, "request", text, size);
	requests_begin(&query->requests, &source);
	requests_line(&query->requests, 1, strlen(QUERY_HEAD), "allow ");
}

int query_build(struct query *query, char **words, int count)
{
	const struct luo_program *programs[] = {
		&query->source.program, &query->requests.source.program,
	};

	read_request(query, words, count);
	if (requests_parse(&query->requests))
		return EXIT_TROUBLE;
	request_space_build(&query->space, programs, 2);
	view_build(&query->view, &query->space, 0, &query->source);
	return 0;
}

void query_destroy(struct query *query)
{
	if (query->view.policy)
		view_destroy(&query->view);
	request_space_destroy(&query->space);
	requests_destroy(&query->requests);
	source_destroy(&query->source);
}
