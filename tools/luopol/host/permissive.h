/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Permissive mode for a limited time.
 */

#ifndef _LUOPOL_PERMISSIVE_H
#define _LUOPOL_PERMISSIVE_H

#include <linux/types.h>

/*
 * Turn enforcing off, and on again after @seconds, even if the caller is killed.
 * Returns 0, or EXIT_TROUBLE after a message.
 */
int permissive_for(u32 seconds);
int parse_duration(const char *text, u32 *seconds);

#endif /* _LUOPOL_PERMISSIVE_H */
