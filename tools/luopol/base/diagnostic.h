/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages about a place in a policy, with the line and a caret below it.
 */

#ifndef _LUOPOL_DIAGNOSTIC_H
#define _LUOPOL_DIAGNOSTIC_H

#include "base/message.h"
#include "base/source.h"

__printf_at(5, 6) void complain_at(const struct source *source, u32 line,
				   u32 column, u32 width, const char *format,
				   ...);
void complain_policy(const struct source *source,
		     const struct luo_policy_error *error);

#endif /* _LUOPOL_DIAGNOSTIC_H */
