/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of a policy do not cover, as comments of TAP and as JSON.
 */

#ifndef _LUOPOL_COVERAGE_TEXT_H
#define _LUOPOL_COVERAGE_TEXT_H

#include <json-c/json.h>

#include "analysis/coverage.h"

void coverage_text(const struct coverage *coverage);
struct json_object *coverage_json(const struct coverage *coverage);

#endif /* _LUOPOL_COVERAGE_TEXT_H */
