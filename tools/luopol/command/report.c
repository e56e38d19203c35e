// SPDX-License-Identifier: GPL-2.0
/*
 * luopol report: denials over time, and by what they were about.
 */

#include <stdio.h>

#include "analysis/report.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "host/audit_log.h"
#include "host/record_options.h"
#include "host/records.h"
#include "render/json.h"
#include "render/report_html.h"
#include "render/report_text.h"

static int html, json;
static const char *policy_path;

static const char text[] =
"usage: luopol report [OPTION]... [LOG|-]...\n"
"Sum up the denials in the audit records of luo_lsm: over time, and by statement,\n"
"session, unit, program and host.\n"
LOG_HELP
"\n"
"  --html          print a self-contained page\n"
"  --json          print JSON\n"
"  --policy FILE   show the lines of this policy that denied\n"
RECORD_HELP
"\n"
"Exit status: 0, 1 there is no denial, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'p')
		policy_path = argument;
	return set_record_option(value, argument);
}

static int check_options(void)
{
	if (!html || !json)
		return 0;
	complain("--html and --json exclude each other");
	return EXIT_TROUBLE;
}

static int report_logs(const struct source *policy, char **logs, int count)
{
	struct report report = { .policy = policy };
	struct records missing;
	int status;

	if (records_scan(&missing, logs, count, wanted_records(), report_add, &report)) {
		report_destroy(&report);
		return EXIT_TROUBLE;
	}
	report_sort(&report);
	if (html)
		report_html(stdout, &report, &missing);
	else if (json)
		json_print(report_json(&report, &missing), false);
	else
		report_text(stdout, &report, &missing);
	status = report.denials ? EXIT_GOOD : EXIT_BAD;
	report_destroy(&report);
	return status;
}

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = {
		{ "html", no_argument, &html, 1 },
		{ "json", no_argument, &json, 1 },
		{ "policy", required_argument, NULL, 'p' },
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
		.check = check_options,
		.min_args = 0,
		.max_args = -1,
	};
	int count = parse_options(&usage, argc, argv), status;
	struct source policy = {};

	if (count < 0)
		return usage_status(count);
	if (policy_path && source_load(&policy, policy_path))
		return EXIT_TROUBLE;
	status = report_logs(policy_path ? &policy : NULL, argv, count);
	source_destroy(&policy);
	return status;
}
