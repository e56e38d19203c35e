// SPDX-License-Identifier: GPL-2.0
/*
 * classes NAME...: SELinux's classes of the kernel whose classmap.h this is built
 * with, but those named, in CIL.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct security_class_mapping {
	const char *name;
	const char *perms[sizeof(unsigned int) * 8 + 1];
};

#include "classmap.h"

static bool named(const char *name, char **names)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct security_class_mapping *map;
	int i;

	(void)argc;
	for (map = secclass_map; map->name; map++) {
		if (named(map->name, argv + 1))
			continue;
		printf("(class %s (", map->name);
		for (i = 0; map->perms[i]; i++)
			printf(" %s", map->perms[i]);
		printf("))\n(classorder (unordered %s))\n", map->name);
	}
	return 0;
}
