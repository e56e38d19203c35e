/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Helpers for JSON output.
 */

#ifndef _LUOPOL_JSON_H
#define _LUOPOL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#define JSON_SCHEMA	1	/* raised when a program that reads the output has to change */

/* The object that a command prints: which schema it has, and whose it is. */
struct json_object *json_begin(const char *command);
/* Add @schema and @command before what @object has; it is taken over. */
struct json_object *json_complete(const char *command, struct json_object *object);
void json_add(struct json_object *object, const char *key, const char *text);
void json_add_number(struct json_object *object, const char *key, int64_t number);
void json_add_flag(struct json_object *object, const char *key, bool flag);
/* Add a number of one decimal. */
void json_add_tenths(struct json_object *object, const char *key, uint32_t tenths);
/* Add a policy's name and version. */
void json_add_policy(struct json_object *object, const char *name, uint64_t version);
/* Print an object of @command that has an array, which is taken over. */
void json_print_list(const char *command, const char *key, struct json_object *array);
/* Print in one line or indented, and drop the reference to the object. */
void json_print(struct json_object *object, bool one_line);

#endif /* _LUOPOL_JSON_H */
