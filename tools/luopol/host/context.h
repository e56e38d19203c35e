/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Look up contexts in the SELinux policy that this machine has loaded.
 */

#ifndef _LUOPOL_CONTEXT_H
#define _LUOPOL_CONTEXT_H

enum context_kind {
	CONTEXT_GOOD,		/* valid, or it cannot be checked */
	CONTEXT_UNKNOWN,	/* not valid in this policy */
	CONTEXT_SPELLING,	/* valid, but not the canonical form */
};

/* @written is the canonical form, if it differs, else NULL. The caller frees it. */
enum context_kind find_context(const char *context, char **written);

#endif /* _LUOPOL_CONTEXT_H */
