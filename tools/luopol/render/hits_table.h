/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What statements decided, as a table.
 */

#ifndef _LUOPOL_HITS_TABLE_H
#define _LUOPOL_HITS_TABLE_H

#include <stdbool.h>

#include "host/hits.h"

/* Print a table; of statements that never decided alone if @unused is set. */
void hits_table(const struct hits *hits, bool unused);

#endif /* _LUOPOL_HITS_TABLE_H */
