// SPDX-License-Identifier: GPL-2.0
/*
 * luopol explain: audit records as sentences.
 */

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "host/audit_log.h"
#include "host/records.h"
#include "render/explain_json.h"
#include "render/explain_text.h"
#include "render/json.h"

static int json;
static const char *policy_path;

static const char text[] =
"usage: luopol explain [--json] [--policy FILE] [LOG|-]\n"
"Print the audit records of luo_lsm as sentences, and what would allow what was\n"
"denied. LOG is auditd's log (the default is /var/log/audit/audit.log), the\n"
"output of 'journalctl -o export' or of dmesg; '-' is standard input.\n"
"\n"
"  --json          print JSON\n"
"  --policy FILE   show the lines of this policy that decided\n"
"\n"
"Exit status: 0, 1 there is no record of luo_lsm, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'p')
		policy_path = argument;
	return 0;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "policy", required_argument, NULL, 'p' },
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
	int count = parse_options(&usage, argc, argv), status;
	const struct source *policy;
	struct records records;
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (policy_path && source_load(&source, policy_path))
		return EXIT_TROUBLE;
	policy = policy_path ? &source : NULL;
	if (records_read(&records, count ? argv[0] : AUDIT_LOG))
		return EXIT_TROUBLE;
	if (json)
		json_print_list("explain", "records", explain_json(&records, policy));
	else
		explain_records(stdout, &records, policy);
	status = records.count ? EXIT_GOOD : EXIT_BAD;
	if (!records.count)
		complain("no audit records of luo_lsm found");
	records_destroy(&records);
	if (policy)
		source_destroy(&source);
	return status;
}
