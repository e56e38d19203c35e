/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points in time, as people write them.
 */

#ifndef _LUOPOL_MOMENT_H
#define _LUOPOL_MOMENT_H

#include <linux/types.h>

/*
 * "2026-11-27 12:00:00", "2026-11-27", "12:00", "today", "yesterday", "now", "@SECONDS",
 * or a while ago, "2h" or "-90m". Returns 0, or EXIT_TROUBLE after a message.
 */
int parse_moment(const char *text, u64 *seconds);

#endif /* _LUOPOL_MOMENT_H */
