// SPDX-License-Identifier: GPL-2.0
/*
 * luopol lock: lock the policy and enforcing until the next cold boot.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"
#include "command/commands.h"
#include "host/module.h"
#include "render/json.h"

static int force, json;

static const char text[] =
"usage: luopol lock [OPTION]... [signed|all]\n"
"Lock the policy and enforcing until the next cold boot.\n"
"\n"
"  signed         but accept newer policies that are signed\n"
"  all            accept nothing any more: the default\n"
"  --force        also if no policy is in force or enforcing is off; turns it on\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 refused, 2 trouble.\n";

/* Refuse to lock a state in which nothing is enforced. */
static int check_state(void)
{
	bool enforcing;
	size_t size;
	char *policy;

	if (module_read("policy", &policy, &size))
		return EXIT_TROUBLE;
	free(policy);
	if (module_read_flag("enforce", &enforcing))
		return EXIT_TROUBLE;
	if (size && enforcing)
		return 0;
	complain("not locked, as %s", size ? "enforcing is off" :
		 "no policy is in force");
	help(size ? "luopol enforce on, or lock it with --force" :
	     "luopol load FILE, or lock it with --force");
	return EXIT_BAD;
}

static int lock(const char *state)
{
	struct json_object *object;
	int err = module_write_word("lock", state);

	if (err || !json)
		return err;
	object = json_begin("lock");
	json_add(object, "lock", state);
	json_print(object, false);
	return 0;
}

int cmd_lock(int argc, char **argv)
{
	static const struct option options[] = {
		{ "force", no_argument, &force, 1 },
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
	int count = parse_options(&usage, argc, argv), err;

	if (count < 0)
		return usage_status(count);
	if (count && strcmp(argv[0], "signed") && strcmp(argv[0], "all")) {
		complain("'%s': expected signed or all", argv[0]);
		return EXIT_TROUBLE;
	}
	err = force ? 0 : check_state();
	return err ?: lock(count ? argv[0] : "all");
}
