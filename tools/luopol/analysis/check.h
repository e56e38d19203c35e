/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy says that has no effect, or probably not the one that was meant.
 */

#ifndef _LUOPOL_CHECK_H
#define _LUOPOL_CHECK_H

#include "base/source.h"

/**
 * check_source() - Warn of what is suspicious in a policy.
 * @source: The policy, which is parsed.
 * @root:   Where executables are looked for; NULL if they are not. Contexts are
 *          looked up if it is the root of this machine.
 *
 * Return: How many warnings were written.
 */
u32 check_source(const struct source *source, const char *root);

#endif /* _LUOPOL_CHECK_H */
