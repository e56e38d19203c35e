/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Helpers for JSON output.
 */

#ifndef _LUOPOL_JSON_H
#define _LUOPOL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

void json_add(struct json_object *object, const char *key, const char *text);
void json_add_number(struct json_object *object, const char *key, int64_t number);
void json_add_flag(struct json_object *object, const char *key, bool flag);
/* Print in one line or indented, and drop the reference to the object. */
void json_print(struct json_object *object, bool one_line);

#endif /* _LUOPOL_JSON_H */
