/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups of records as sentences, and as JSON.
 */

#ifndef _LUOPOL_GROUPS_TEXT_H
#define _LUOPOL_GROUPS_TEXT_H

#include <stdio.h>

#include <json-c/json.h>

#include "analysis/groups.h"

/* At most @top of them. */
void groups_text(FILE *out, const struct groups *groups, u32 top);
struct json_object *groups_json(const struct groups *groups, u32 top);

#endif /* _LUOPOL_GROUPS_TEXT_H */
