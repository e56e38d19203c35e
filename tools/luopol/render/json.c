// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers for JSON output.
 */

#include <stdio.h>

#include "render/json.h"

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

void json_print(struct json_object *object, bool one_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= one_line ? JSON_C_TO_STRING_PLAIN : JSON_C_TO_STRING_PRETTY;
	puts(json_object_to_json_string_ext(object, flags));
	json_object_put(object);
}
