// SPDX-License-Identifier: GPL-2.0
/*
 * luopol learn: make a policy from the audit records of a permissive run.
 */

#include <stdio.h>
#include <stdlib.h>


#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "host/audit_log.h"
#include "host/record_options.h"
#include "host/records.h"
#include "render/json.h"
#include "render/learned_text.h"

static int generalize, json;
static const char *base_path;
static const struct source *base;
static const char *name = "learned";
static u64 version = 1;

static const char text[] =
"usage: luopol learn [OPTION]... [LOG|-]...\n"
"Make a policy from the audit records of a permissive run. It allows what was\n"
"seen: session, owner, type, executable, cgroup and uid, and nothing else of\n"
"these. Read it before you load it.\n"
LOG_HELP
"\n"
"  --generalize   write a prefix for sessions, and for cgroups of one program\n"
"                 and user, that share one, as in vm-*\n"
"  --base FILE    print only what this policy lacks, as a fragment for luopol build\n"
"  --name NAME    name of the policy, instead of learned\n"
"  --version N    its version, instead of 1\n"
"  --json         print JSON\n"
RECORD_HELP
"\n"
"Exit status: 0, 1 there is no record of luo_lsm, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'n')
		name = argument;
	else if (value == 'b')
		base_path = argument;
	if (value != 'v')
		return set_record_option(value, argument);
	return parse_version(argument, &version);
}

static void print_json(const struct records *records)
{
	struct json_object *object = json_begin("learn");
	size_t size;
	char *policy;
	FILE *out = open_memstream(&policy, &size);

	learn_records(out, records, name, version, generalize, base);
	fclose(out);
	if (base)
		json_add_policy(object, base->program.name, base->program.version);
	else
		json_add_policy(object, name, version);
	json_add_flag(object, "records_missing", records_are_missing(records));
	json_add(object, "text", policy);
	json_print(object, false);
	free(policy);
}

int cmd_learn(int argc, char **argv)
{
	static const struct option options[] = {
		{ "generalize", no_argument, &generalize, 1 },
		{ "base", required_argument, NULL, 'b' },
		{ "name", required_argument, NULL, 'n' },
		{ "version", required_argument, NULL, 'v' },
		{ "json", no_argument, &json, 1 },
		SINCE_OPTION,
		UNTIL_OPTION,
		BOOT_OPTION,
		NODE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 0,
		.max_args = -1,
	};
	int count = parse_options(&usage, argc, argv), status;
	struct records records;
	struct source source = {};

	if (count < 0)
		return usage_status(count);
	if (base_path && source_load(&source, base_path))
		return EXIT_TROUBLE;
	base = base_path ? &source : NULL;
	if (read_wanted_records(&records, argv, count)) {
		source_destroy(&source);
		return EXIT_TROUBLE;
	}
	status = records.count ? EXIT_GOOD : EXIT_BAD;
	if (records.count && json)
		print_json(&records);
	else if (records.count)
		learn_records(stdout, &records, name, version, generalize, base);
	else
		complain("no audit records of luo_lsm found");
	records_destroy(&records);
	source_destroy(&source);
	return status;
}
