// SPDX-License-Identifier: GPL-2.0
/*
 * What a live update would meet, as JSON.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/policy_text.h"
#include "render/explain_json.h"
#include "render/json.h"
#include "render/preflight_json.h"
#include "render/preflight_text.h"

static struct json_object *refusal_json(const struct refusal *refusal)
{
	struct json_object *object = json_object_new_object();
	size_t size;
	char *text;
	FILE *out;

	json_add_refused(object, &refusal->record);
	if (refusal->token)
		json_add(object, "token", refusal->token);
	out = open_memstream(&text, &size);
	print_refusal(out, refusal);
	fclose(out);
	json_add(object, "sentence", text);
	free(text);
	return object;
}

static struct json_object *lost_json(const struct lost *lost)
{
	struct json_object *object = json_object_new_object();
	char *name;

	json_add(object, "state", lost->state);
	if (!lost->session)
		return object;
	name = shown_name(lost->session);
	json_add(object, "session", name);
	free(name);
	json_add_number(object, "files", lost->files);
	json_add_number(object, "lost", lost->lost);
	return object;
}

static struct json_object *refusals_json(const struct preflight *preflight,
					 bool enforcing)
{
	struct json_object *array = json_object_new_array();
	u32 i;

	for (i = 0; i < preflight->refusal_count; i++) {
		if (preflight->refusals[i].record.enforcing == enforcing)
			json_object_array_add(array,
					      refusal_json(&preflight->refusals[i]));
	}
	return array;
}

struct json_object *preflight_json(const struct preflight *preflight)
{
	struct json_object *object = json_object_new_object(), *array;
	u32 i;

	json_add_flag(object, "goes", !preflight->refused);
	json_add_number(object, "sessions", preflight->sessions);
	json_add_number(object, "files", preflight->files);
	if (preflight->load)
		json_add(object, "load", preflight->load);
	json_object_object_add(object, "refused", refusals_json(preflight, true));
	json_object_object_add(object, "permitted",
			       refusals_json(preflight, false));
	array = json_object_new_array();
	for (i = 0; i < preflight->lost_count; i++)
		json_object_array_add(array, lost_json(&preflight->lost[i]));
	json_object_object_add(object, "lost", array);
	return object;
}
