/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies in their canonical form.
 */

#ifndef _LUOPOL_FORMAT_H
#define _LUOPOL_FORMAT_H

#include "base/source.h"

/*
 * Set @to to the canonical form of @source, which is parsed. Returns 0, or EXIT_TROUBLE
 * after a message.
 */
int format_source(const struct source *source, struct source *to);

#endif /* _LUOPOL_FORMAT_H */
