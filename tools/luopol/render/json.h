/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What commands with --json have in common.
 */

#ifndef _LUOPOL_AS_JSON_H
#define _LUOPOL_AS_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include <json-c/json.h>

static inline void json_add(json_object *object, const char *key,
			    const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static inline void json_add_number(json_object *object, const char *key,
				   int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static inline void json_add_flag(json_object *object, const char *key,
				 bool flag)
{
	json_object_object_add(object, key, json_object_new_boolean(flag));
}

/* In one line, or one that is easy to read. Gives the object back. */
static inline void json_print(json_object *object, bool one_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= one_line ? JSON_C_TO_STRING_PLAIN : JSON_C_TO_STRING_PRETTY;
	puts(json_object_to_json_string_ext(object, flags));
	json_object_put(object);
}

#endif /* _LUOPOL_AS_JSON_H */
