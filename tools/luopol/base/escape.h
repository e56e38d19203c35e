/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Characters that a reader does not see, written as escapes.
 */

#ifndef _LUOPOL_ESCAPE_H
#define _LUOPOL_ESCAPE_H

#include <stdbool.h>

#include "base/source.h"

/*
 * Write escapes in the place of hidden characters, and of bytes that are not UTF-8, in
 * values and comments of @source, which is not parsed yet. A bare value gets quotes.
 * Returns whether there were any.
 */
bool escape_source(struct source *source);

#endif /* _LUOPOL_ESCAPE_H */
