// SPDX-License-Identifier: GPL-2.0
/*
 * luopol enforce: turn enforcing on or off.
 */

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"
#include "command/commands.h"
#include "host/module.h"
#include "host/permissive.h"
#include "render/json.h"

static u32 seconds;
static int json;

static const char text[] =
"usage: luopol enforce [OPTION]... [on|off]\n"
"Turn enforcing on or off; without an argument, print the state. When it is off,\n"
"denials are logged, and the operations go on (permissive mode).\n"
"\n"
"  --for TIME     off for TIME only, such as 90s or 15m; then it is turned on\n"
"                 again, even if luopol is killed\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 it is off (without an argument), 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	return value == 'f' ? parse_duration(argument, &seconds) :
			      set_module_option(value, argument);
}

static void print_json(bool enforcing)
{
	struct json_object *object = json_begin("enforce");

	json_add_flag(object, "enforcing", enforcing);
	if (seconds)
		json_add_number(object, "seconds", seconds);
	json_print(object, false);
}

static int print_enforce(void)
{
	bool enforcing;

	if (module_read_flag("enforce", &enforcing))
		return EXIT_TROUBLE;
	if (json)
		print_json(enforcing);
	else
		puts(enforcing ? "on" : "off");
	return enforcing ? EXIT_GOOD : EXIT_BAD;
}

static int set_enforce(bool enforcing)
{
	int err = seconds ? permissive_for(seconds) :
			    module_write_flag("enforce", enforcing);

	if (!err && json)
		print_json(enforcing);
	return err;
}

int cmd_enforce(int argc, char **argv)
{
	static const struct option options[] = {
		{ "for", required_argument, NULL, 'f' },
		{ "json", no_argument, &json, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 0,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv);

	if (count < 0)
		return usage_status(count);
	if (!count && seconds)
		die("--for needs the argument off: luopol enforce --for TIME off");
	if (!count)
		return print_enforce();
	if (!strcmp(argv[0], "on") && !seconds)
		return set_enforce(true);
	if (!strcmp(argv[0], "off"))
		return set_enforce(false);
	complain("'%s'%s: expected on, or off", argv[0],
		 seconds ? " with --for" : "");
	return EXIT_TROUBLE;
}
