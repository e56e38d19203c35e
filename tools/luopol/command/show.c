// SPDX-License-Identifier: GPL-2.0
/*
 * luopol show: print the policy in force.
 */

#include <stdio.h>

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "host/module.h"
#include "render/json.h"

static int raw, json;

static int print_json(struct source *source)
{
	struct json_object *object;

	if (source_parse(source))
		return EXIT_TROUBLE;
	object = json_begin("show");
	json_add_policy(object, source->program.name, source->program.version);
	json_add_flag(object, "signed", source->signature);
	json_add(object, "text", source->text);
	json_print(object, false);
	return EXIT_GOOD;
}

static const char text[] =
"usage: luopol show [OPTION]...\n"
"Print the policy in force.\n"
"\n"
"  --raw          with its signature\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 there is none, 2 trouble.\n";

int cmd_show(int argc, char **argv)
{
	static const struct option options[] = {
		{ "raw", no_argument, &raw, 1 },
		{ "json", no_argument, &json, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_module_option,
		.min_args = 0,
		.max_args = 0,
	};
	int count = parse_options(&usage, argc, argv);
	struct source source;
	int err = EXIT_GOOD;

	if (count < 0)
		return usage_status(count);
	if (module_read_policy(&source))
		return EXIT_TROUBLE;
	if (!source.text) {
		complain("no policy is in force");
		return EXIT_BAD;
	}
	if (json)
		err = print_json(&source);
	else if (raw)
		fwrite(source.raw, 1, source.raw_size, stdout);
	else
		fwrite(source.text, 1, source.size, stdout);
	source_destroy(&source);
	return err;
}
