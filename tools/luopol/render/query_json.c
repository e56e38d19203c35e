// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to a query as JSON.
 */

#include <stdio.h>
#include <stdlib.h>

#include "render/json.h"
#include "render/query_json.h"
#include "render/query_text.h"
#include "render/request_text.h"

static struct json_object *json_witness(const struct witness *witness, u32 keys)
{
	struct json_object *object = json_object_new_object();
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	write_request(out, &witness->request, keys);
	fclose(out);
	json_add(object, "request", text);
	json_add(object, "reason", luo_reason_names[witness->verdict.reason]);
	if (witness->verdict.line)
		json_add_number(object, "line", witness->verdict.line);
	if (witness->verdict.quiet)
		json_add_flag(object, "quiet", true);
	free(text);
	return object;
}

/*
 * Add the narrowest statement that would allow the request; if denies stand in its way,
 * their lines.
 */
static void json_smallest(struct json_object *object, const struct query *query,
			  u32 op)
{
	char *statement = smallest_statement(query, op);
	char *request = query_text_of(query);
	struct suggestion suggestion;
	struct json_object *lines;
	u32 i;

	suggest_decide(&suggestion, &query->source, statement, request, op);
	json_add(object, "smallest", statement);
	json_add_flag(object, "enough", suggestion.kind == ANSWER_ALLOWED);
	lines = suggestion.count ? json_object_new_array() : NULL;
	for (i = 0; i < suggestion.count; i++)
		json_object_array_add(lines,
				      json_object_new_int64(suggestion.lines[i]));
	if (lines)
		json_object_object_add(object, "denied_by", lines);
	free(suggestion.lines);
	free(request);
	free(statement);
}

/* Add the nearest statements, and the narrowest one that would allow the request. */
static void json_missing(struct json_object *object, struct query *query,
			 const struct answer *answer, u32 op)
{
	struct json_object *array = json_object_new_array(), *statement;
	struct near_miss near[NEAREST] = {};
	u32 i, count;
	size_t size;
	char *text;
	FILE *out;

	count = query_nearest(query, answer, op, near);
	for (i = 0; i < count; i++) {
		statement = json_object_new_object();
		json_add_number(statement, "line",
				view_line(&query->view, near[i].statement));
		out = open_memstream(&text, &size);
		write_wanted(out, query, &near[i]);
		fclose(out);
		json_add(statement, "with", text + 1);
		free(text);
		json_object_array_add(array, statement);
	}
	json_object_object_add(object, "nearest", array);
	json_smallest(object, query, op);
}

struct json_object *query_json(struct query *query,
			       const struct answer *answer, u32 op)
{
	static const char *const kinds[] = {
		[ANSWER_NEVER]	 = "never",
		[ANSWER_ALLOWED] = "allowed",
		[ANSWER_DENIED]	 = "denied",
		[ANSWER_DEPENDS] = "depends",
		[ANSWER_GAVE_UP] = "unknown",
	};
	struct json_object *object = json_object_new_object(), *keys, *name;
	u32 key;

	json_add(object, "operation", luo_op_names[op]);
	json_add(object, "answer", kinds[answer->kind]);
	if (answer->allowed.verdict.allow)
		json_object_object_add(object, "allowed",
				       json_witness(&answer->allowed,
						    query->space.keys[op]));
	if (answer->denied.request.session)
		json_object_object_add(object, "denied",
				       json_witness(&answer->denied,
						    query->space.keys[op]));
	if (answer->kind == ANSWER_DENIED && !answer->denied.verdict.line)
		json_missing(object, query, answer, op);
	if (answer->kind != ANSWER_DEPENDS)
		return object;
	keys = json_object_new_array();
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(answer->keys & BIT(key)))
			continue;
		name = json_object_new_string(luo_key_names[key]);
		json_object_array_add(keys, name);
	}
	json_object_object_add(object, "depends", keys);
	return object;
}
