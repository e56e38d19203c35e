/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Contexts of the policy of SELinux that is loaded on this machine.
 */

#ifndef _LUOPOL_CONTEXT_H
#define _LUOPOL_CONTEXT_H

enum context_kind {
	CONTEXT_GOOD,		/* or it cannot be told */
	CONTEXT_UNKNOWN,
	CONTEXT_SPELLING,	/* the kernel writes it otherwise */
};

/* @written is how the kernel writes it, to be freed; or NULL. */
enum context_kind find_context(const char *context, char **written);

#endif /* _LUOPOL_CONTEXT_H */
