// SPDX-License-Identifier: GPL-2.0
/*
 * luopol show: the policy in force, as it was loaded.
 */

#include <stdlib.h>

#include "module.h"
#include "options.h"

static const char text[] =
"usage: luopol show [--module DIR]\n"
"Print the policy in force.\n"
"\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 there is none, 2 trouble.\n";

static int take_option(int value, const char *argument)
{
	if (value == 'M')
		take_module_option(argument);
	return 0;
}

int cmd_show(int argc, char **argv)
{
	static const struct option options[] = {
		MODULE_OPTION, HELP_OPTION, {},
	};
	static const struct usage usage = { text, options, take_option, 0, 0 };
	int count = parse_options(&usage, argc, argv);
	size_t size;
	char *policy;

	if (count < 0)
		return usage_status(count);
	if (module_read("policy", &policy, &size))
		return EXIT_TROUBLE;
	fwrite(policy, 1, size, stdout);
	free(policy);
	if (!size)
		complain("no policy is in force");
	return size ? EXIT_GOOD : EXIT_BAD;
}
