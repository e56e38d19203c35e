/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What statements decided, as JSON.
 */

#ifndef _LUOPOL_HITS_JSON_H
#define _LUOPOL_HITS_JSON_H

#include <stdbool.h>

#include "host/hits.h"

/* Print JSON; of statements that never decided alone if @unused is set. */
void hits_json(const struct hits *hits, bool unused);

#endif /* _LUOPOL_HITS_JSON_H */
