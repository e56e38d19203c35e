// SPDX-License-Identifier: GPL-2.0
/*
 * Users and groups of this machine.
 */

#include <grp.h>
#include <pwd.h>
#include <stddef.h>

#include "host/accounts.h"

bool account_find(bool group, const char *name, u32 *id)
{
	const struct passwd *user = group ? NULL : getpwnam(name);
	const struct group *members = group ? getgrnam(name) : NULL;

	if (user)
		*id = user->pw_uid;
	else if (members)
		*id = members->gr_gid;
	return user || members;
}
