// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts of the policy of SELinux that is loaded on this machine.
 */

#include <errno.h>
#include <string.h>

#include <selinux/selinux.h>

#include "common/memory.h"
#include "host/context.h"

/*
 * What cannot be told is good: without SELinux contexts are somebody else's, and
 * who may not ask the kernel is no reason to warn.
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
