// SPDX-License-Identifier: GPL-2.0
/*
 * Differences between policies as JSON.
 */

#include <stdio.h>
#include <stdlib.h>

#include "render/diff_json.h"
#include "render/json.h"
#include "render/request_text.h"

static struct json_object *json_place(u32 line)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "reason", line ? "rule" : "no-rule");
	if (line)
		json_add_number(object, "line", line);
	return object;
}

static void json_add_request(struct json_object *object, const struct diff_way *way,
			     u32 op, const struct luo_request *request)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	write_request(out, request, way->keys[op] | BIT(LUO_KEY_SESSION));
	fclose(out);
	json_add(object, "request", text);
	free(text);
}

static struct json_object *json_request(const struct diff_way *way,
					const struct difference *d)
{
	struct json_object *object = json_object_new_object();

	json_add_request(object, way, d->op, &d->request);
	json_object_object_add(object, "allowed", json_place(d->allow));
	json_object_object_add(object, "denied", json_place(d->deny));
	return object;
}

static struct json_object *json_limit(const struct limit_difference *d)
{
	struct json_object *object = json_object_new_object();
	size_t size;
	char *session;
	FILE *out = open_memstream(&session, &size);

	write_session(out, d);
	fclose(out);
	json_add(object, "of", luo_limit_names[d->kind]);
	json_add(object, "session", session);
	json_add_number(object, "limit", d->most);
	json_add_number(object, "line", d->line);
	if (d->other.line) {
		json_add_number(object, "other", d->other.most);
		json_add_number(object, "other_line", d->other.line);
	}
	free(session);
	return object;
}

static struct json_object *json_quiet(const struct diff_way *way)
{
	struct json_object *array = json_object_new_array(), *object;
	const struct quiet_difference *d = way->quiet;
	u32 i;

	for (i = 0; i < way->quiet_count; i++, d++) {
		if (d->gave_up)
			continue;
		object = json_object_new_object();
		json_add_request(object, way, d->op, &d->request);
		json_object_object_add(object, "quiet", json_place(d->quiet));
		json_object_object_add(object, "logged", json_place(d->logged));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *json_way(const struct diff_way *way)
{
	struct json_object *object = json_object_new_object();
	struct json_object *requests = json_object_new_array();
	struct json_object *limits = json_object_new_array();
	u32 i;

	for (i = 0; i < way->request_count; i++) {
		if (!way->requests[i].gave_up)
			json_object_array_add(requests,
					      json_request(way, &way->requests[i]));
	}
	for (i = 0; i < way->limit_count; i++) {
		if (!way->limits[i].gave_up)
			json_object_array_add(limits,
					      json_limit(&way->limits[i]));
	}
	json_object_object_add(object, "requests", requests);
	json_object_object_add(object, "limits", limits);
	return object;
}

void diff_json(const struct diff *diff)
{
	struct json_object *object = json_begin("diff");

	json_object_object_add(object, "more", json_way(&diff->more));
	json_object_object_add(object, "less", json_way(&diff->less));
	json_object_object_add(object, "quieter", json_quiet(&diff->more));
	json_object_object_add(object, "louder", json_quiet(&diff->less));
	json_print(object, false);
}
