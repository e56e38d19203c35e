// SPDX-License-Identifier: GPL-2.0
/*
 * Look up contexts in the SELinux policy that this machine has loaded.
 */

#include <errno.h>
#include <string.h>

#include <selinux/selinux.h>

#include "common/memory.h"
#include "host/context.h"

/*
 * A context that cannot be checked counts as good: without SELinux it may belong to
 * another security module, and lack of permission to check it is no reason to warn.
 */
enum context_kind find_context(const char *context, char **written)
{
	char *canonical;

	*written = NULL;
	if (is_selinux_enabled() <= 0)
		return CONTEXT_GOOD;
	if (security_canonicalize_context_raw(context, &canonical))
		return errno == EINVAL ? CONTEXT_UNKNOWN : CONTEXT_GOOD;
	if (strcmp(canonical, context))
		*written = xstrdup(canonical);
	freecon(canonical);
	return *written ? CONTEXT_SPELLING : CONTEXT_GOOD;
}
