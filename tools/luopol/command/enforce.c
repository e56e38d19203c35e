// SPDX-License-Identifier: GPL-2.0
/*
 * luopol enforce: make denials binding, or not.
 */

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"
#include "command/commands.h"
#include "host/module.h"
#include "host/permissive.h"

static u32 seconds;

static const char text[] =
"usage: luopol enforce [OPTION]... [on|off]\n"
"Make denials binding or not; without an argument, print which.\n"
"\n"
"  --for TIME     off for TIME only, such as 90s or 15m; then they are binding\n"
"                 again, also if luopol is killed\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 they are not binding (without an argument), 2 trouble.\n";

static int take_option(int value, const char *argument)
{
	return value == 'f' ? read_time(argument, &seconds) :
			      take_module_option(value, argument);
}

static int print_enforce(void)
{
	bool enforcing;

	if (module_read_flag("enforce", &enforcing))
		return EXIT_TROUBLE;
	puts(enforcing ? "on" : "off");
	return enforcing ? EXIT_GOOD : EXIT_BAD;
}

int cmd_enforce(int argc, char **argv)
{
	static const struct option options[] = {
		{ "for", required_argument, NULL, 'f' },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = take_option,
		.least = 0,
		.most = 1,
	};
	int count = parse_options(&usage, argc, argv);

	if (count < 0)
		return usage_status(count);
	if (!count && seconds)
		give_up("--for what? Only 'luopol enforce off' has a time");
	if (!count)
		return print_enforce();
	if (!strcmp(argv[0], "on") && !seconds)
		return module_write_flag("enforce", true);
	if (!strcmp(argv[0], "off"))
		return seconds ? permissive_for(seconds) :
				 module_write_flag("enforce", false);
	complain("'%s'%s: expected on, or off", argv[0],
		 seconds ? " with --for" : "");
	return EXIT_TROUBLE;
}
