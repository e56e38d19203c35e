/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers to a query as JSON.
 */

#ifndef _LUOPOL_QUERY_JSON_H
#define _LUOPOL_QUERY_JSON_H

#include <json-c/json.h>

#include "analysis/query.h"

struct json_object *query_json(struct query *query, const struct answer *answer,
			       u32 op);

#endif /* _LUOPOL_QUERY_JSON_H */
