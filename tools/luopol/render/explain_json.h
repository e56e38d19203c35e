/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records as JSON.
 */

#ifndef _LUOPOL_EXPLAIN_JSON_H
#define _LUOPOL_EXPLAIN_JSON_H

#include <json-c/json.h>

#include "base/source.h"
#include "host/records.h"

/* @policy, unless it is NULL, has the text of the lines that decided. */
/* Add the records, and which of them a log lacks. Returns @object. */
struct json_object *json_add_records(struct json_object *object,
				     const struct records *records,
				     const struct source *policy);
struct json_object *explain_json(const struct records *records,
				 const struct source *policy);

void json_add_refused(struct json_object *object, const struct record *r);

#endif /* _LUOPOL_EXPLAIN_JSON_H */
