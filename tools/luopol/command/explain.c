// SPDX-License-Identifier: GPL-2.0
/*
 * luopol explain: audit records as sentences.
 */

#include <stdlib.h>

#include <linux/limits.h>

#include "analysis/groups.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "host/audit_log.h"
#include "host/record_options.h"
#include "host/records.h"
#include "render/explain_json.h"
#include "render/explain_text.h"
#include "render/groups_text.h"
#include "render/json.h"

#define READ_EACH	100	/* kinds of records up to which each is told */
#define TOP_DEFAULT	20

static int json, follow;
static u32 top = U32_MAX;	/* not given */
static const char *policy_path;
static const struct source *policy;

static const char text[] =
"usage: luopol explain [OPTION]... [LOG|-]...\n"
"Print the audit records of luo_lsm as sentences, and what would allow what was\n"
"denied.\n"
LOG_HELP
"\n"
"  --json          print JSON\n"
"  --policy FILE   show the lines of this policy that decided\n"
"  --top N         sum up records that are alike, the N that are most; 0 tells each,\n"
"                  which is what happens up to 100\n"
"  --follow        go on, and tell each record as it comes\n"
RECORD_HELP
"\n"
"Exit status: 0, 1 there is no record of luo_lsm, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	u64 number;
	char *end;

	if (value == 'p')
		policy_path = argument;
	if (value != 't')
		return set_record_option(value, argument);
	number = strtoull(argument, &end, 10);
	top = number;
	if (*argument >= '0' && *argument <= '9' && !*end && number < U32_MAX)
		return 0;
	complain("bad number '%s' of --top", argument);
	return EXIT_TROUBLE;
}

/* ---- As they come ---- */

static void explain_one(void *context, const struct record *r)
{
	struct records one = { .list = (struct record *)r, .count = 1 };

	if (!json) {
		explain_records(stdout, &one, policy);
		return;
	}
	json_print(json_add_records(json_begin("explain"), &one, policy), true);
}

/* ---- All of them ---- */

static void print_groups(const struct records *records, u32 most)
{
	struct json_object *object;
	struct groups groups;

	groups_find(&groups, records);
	if (json) {
		object = json_begin("explain");
		json_object_object_add(object, "groups", groups_json(&groups, most));
		json_print(object, false);
	} else {
		groups_text(stdout, &groups, most);
		explain_missing(stdout, records, "");
	}
	groups_destroy(&groups);
}

static void print_records(const struct records *records)
{
	if (top && top != U32_MAX)
		print_groups(records, top);
	else if (json)
		json_print(json_add_records(json_begin("explain"), records, policy), false);
	else if (top && records->count > READ_EACH)
		print_groups(records, TOP_DEFAULT);
	else
		explain_records(stdout, records, policy);
}

static int explain(char **paths, int count)
{
	struct records records;
	int status;

	if (follow)
		return records_follow(count ? paths[0] : NULL, wanted_records(),
				      explain_one, NULL);
	if (read_wanted_records(&records, paths, count))
		return EXIT_TROUBLE;
	print_records(&records);
	status = records.count ? EXIT_GOOD : EXIT_BAD;
	if (!records.count)
		complain("no audit records of luo_lsm found");
	records_destroy(&records);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "policy", required_argument, NULL, 'p' },
		{ "top", required_argument, NULL, 't' },
		{ "follow", no_argument, &follow, 1 },
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
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (follow && top && top != U32_MAX) {
		complain("--follow tells each record, and --top sums up");
		return EXIT_TROUBLE;
	}
	if (follow && count > 1) {
		complain("--follow reads one log");
		return EXIT_TROUBLE;
	}
	if (policy_path && source_load(&source, policy_path))
		return EXIT_TROUBLE;
	policy = policy_path ? &source : NULL;
	status = explain(argv, count);
	if (policy)
		source_destroy(&source);
	return status;
}
