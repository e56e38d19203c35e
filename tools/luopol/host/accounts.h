/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Users and groups of this machine.
 */

#ifndef _LUOPOL_ACCOUNTS_H
#define _LUOPOL_ACCOUNTS_H

#include <stdbool.h>

#include <linux/types.h>

/* The number of a user, or of a group. Returns whether there is one. */
bool account_find(bool group, const char *name, u32 *id);

#endif /* _LUOPOL_ACCOUNTS_H */
