/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records for programs.
 */

#ifndef _LUOPOL_EXPLAIN_JSON_H
#define _LUOPOL_EXPLAIN_JSON_H

#include <json-c/json.h>

#include "base/source.h"
#include "host/records.h"

/* All of them; with the lines of @policy that decided, unless it is NULL. */
struct json_object *explain_json(const struct records *records,
				 const struct source *policy);

#endif /* _LUOPOL_EXPLAIN_JSON_H */
