/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors and warnings as JSON.
 */

#ifndef _LUOPOL_FINDINGS_JSON_H
#define _LUOPOL_FINDINGS_JSON_H

#include <json-c/json.h>

#include "analysis/findings.h"
#include "analysis/score.h"

/* What was found in one file; @score may be NULL. */
struct json_object *findings_json(const struct source *source,
				  const struct findings *findings,
				  const struct score *score);

/* The same as an array of results of SARIF. */
struct json_object *findings_sarif(const struct source *source,
				   const struct findings *findings);
/* A log of SARIF 2.1.0 with @results, which it takes over. */
struct json_object *sarif_log(struct json_object *results);

#endif /* _LUOPOL_FINDINGS_JSON_H */
