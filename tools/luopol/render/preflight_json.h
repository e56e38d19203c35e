/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a live update would meet, as JSON.
 */

#ifndef _LUOPOL_PREFLIGHT_JSON_H
#define _LUOPOL_PREFLIGHT_JSON_H

#include "host/preflight.h"

struct json_object;

struct json_object *preflight_json(const struct preflight *preflight);

#endif /* _LUOPOL_PREFLIGHT_JSON_H */
