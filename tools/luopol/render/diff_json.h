/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between policies as JSON.
 */

#ifndef _LUOPOL_DIFF_JSON_H
#define _LUOPOL_DIFF_JSON_H

#include "analysis/diff.h"

void diff_json(const struct diff *diff);

#endif /* _LUOPOL_DIFF_JSON_H */
