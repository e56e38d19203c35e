// SPDX-License-Identifier: GPL-2.0
/*
 * luopol preflight: foresee if a live update would go.
 */

#include <stdio.h>

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "host/module.h"
#include "host/preflight.h"
#include "render/json.h"
#include "render/preflight_json.h"
#include "render/preflight_text.h"

static int json;

static const char text[] =
"usage: luopol preflight [OPTION]... [FILE]\n"
"Ask the kernel what would call a live update off now, by the policy in force or by\n"
"the one in FILE, which is not loaded; and which sessions would be lost.\n"
"\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0 it would go, 1 it would be called off or FILE is wrong, 2 trouble.\n";

static int preflight(const struct source *policy)
{
	struct preflight answer;
	int status = preflight_ask(&answer, policy);

	if (!status) {
		if (json)
			json_print(json_complete("preflight", preflight_json(&answer)), false);
		else
			preflight_text(stdout, &answer);
		status = answer.refused ? EXIT_BAD : EXIT_GOOD;
	}
	preflight_destroy(&answer);
	return status;
}

int cmd_preflight(int argc, char **argv)
{
	static const struct option options[] = {
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
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv), status;
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (!count)
		return preflight(NULL);
	status = source_read(&source, argv[0]) ?: source_parse(&source) ?:
		 preflight(&source);
	source_destroy(&source);
	return status;
}
