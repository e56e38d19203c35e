/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Denials that are not binding for a while.
 */

#ifndef _LUOPOL_PERMISSIVE_H
#define _LUOPOL_PERMISSIVE_H

#include <linux/types.h>

/*
 * Denials are not binding for @seconds, and are again after that, whatever happens
 * to the caller. Returns 0, or EXIT_TROUBLE after a message.
 */
int permissive_for(u32 seconds);
int read_time(const char *text, u32 *seconds);

#endif /* _LUOPOL_PERMISSIVE_H */
