// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers for JSON output.
 */

#include <stdio.h>

#include "render/json.h"

struct json_object *json_begin(const char *command)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "schema", JSON_SCHEMA);
	json_add(object, "command", command);
	return object;
}

struct json_object *json_complete(const char *command, struct json_object *object)
{
	struct json_object *whole = json_begin(command);

	json_object_object_foreach(object, key, value)
		json_object_object_add(whole, key, json_object_get(value));
	json_object_put(object);
	return whole;
}

void json_add_tenths(struct json_object *object, const char *key, uint32_t tenths)
{
	char text[16];

	snprintf(text, sizeof(text), "%u.%u", tenths / 10, tenths % 10);
	json_object_object_add(object, key, json_object_new_double_s(tenths / 10.0, text));
}

void json_add_policy(struct json_object *object, const char *name, uint64_t version)
{
	json_add(object, "policy", name);
	json_add_number(object, "version", version);
}

void json_add(struct json_object *object, const char *key,
	      const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

void json_add_number(struct json_object *object, const char *key,
		     int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

void json_add_flag(struct json_object *object, const char *key,
		   bool flag)
{
	json_object_object_add(object, key, json_object_new_boolean(flag));
}

void json_print_list(const char *command, const char *key, struct json_object *array)
{
	struct json_object *object = json_begin(command);

	json_object_object_add(object, key, array);
	json_print(object, false);
}

void json_print(struct json_object *object, bool one_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= one_line ? JSON_C_TO_STRING_PLAIN : JSON_C_TO_STRING_PRETTY;
	puts(json_object_to_json_string_ext(object, flags));
	json_object_put(object);
}
