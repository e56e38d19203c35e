// SPDX-License-Identifier: GPL-2.0
/*
 * luopol show: the policy in force.
 */

#include <stdlib.h>

#include "module.h"
#include "options.h"

static int raw;

static const char text[] =
"usage: luopol show [OPTION]...\n"
"Print the policy in force.\n"
"\n"
"  --raw          with its signature\n"
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
		{ "raw", no_argument, &raw, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, take_option, 0, 0 };
	int count = parse_options(&usage, argc, argv);
	struct source source;
	size_t size;
	char *policy;

	if (count < 0)
		return usage_status(count);
	if (module_read("policy", &policy, &size))
		return EXIT_TROUBLE;
	if (!size) {
		free(policy);
		complain("no policy is in force");
		return EXIT_BAD;
	}
	if (source_take(&source, "(in force)", policy, size))
		return EXIT_TROUBLE;
	if (raw)
		fwrite(source.raw, 1, source.raw_size, stdout);
	else
		fwrite(source.text, 1, source.size, stdout);
	source_destroy(&source);
	return EXIT_GOOD;
}
