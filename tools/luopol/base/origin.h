/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a statement of a policy that luopol build made is from.
 */

#ifndef _LUOPOL_ORIGIN_H
#define _LUOPOL_ORIGIN_H

#include "base/source.h"

/* "10-vm.luo:3", or NULL if the line does not tell. The caller frees it. */
char *line_origin(const struct source *source, u32 line);

#endif /* _LUOPOL_ORIGIN_H */
