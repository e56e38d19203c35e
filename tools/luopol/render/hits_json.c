// SPDX-License-Identifier: GPL-2.0
/*
 * What statements decided, as JSON.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/origin.h"
#include "base/policy_text.h"
#include "render/hits_json.h"
#include "render/json.h"

static struct json_object *json_seconds(u64 ms)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%03llu", ms / 1000, ms % 1000);
	return json_object_new_double_s(ms / 1000.0, text);
}

static struct json_object *json_hit(const struct hits *hits,
				    const struct hit *hit)
{
	struct json_object *object = json_object_new_object();
	char *text = statement_text(&hits->policy.program, hit->statement);
	char *origin = line_origin(&hits->policy, hit->statement->line);

	json_add_number(object, "line", hit->statement->line);
	json_add(object, "statement", text);
	if (origin)
		json_add(object, "origin", origin);
	free(origin);
	json_object_object_add(object, "hits",
			       json_object_new_uint64(hit->count));
	json_object_object_add(object, "last",
			       hit->count ? json_seconds(hit->last) : NULL);
	free(text);
	return object;
}

void hits_json(const struct hits *hits, bool unused)
{
	const struct luo_program *program = &hits->policy.program;
	struct json_object *object = json_begin("hits");
	struct json_object *array = json_object_new_array();
	u32 i;

	json_add(object, "policy", program->name);
	json_add_number(object, "version", program->version);
	json_object_object_add(object, "uptime", json_seconds(hits->now));
	for (i = 0; i < hits->count; i++) {
		if (!unused || !hits->hits[i].count)
			json_object_array_add(array,
					      json_hit(hits, hits->hits + i));
	}
	json_object_object_add(object, "statements", array);
	json_print(object, false);
}
