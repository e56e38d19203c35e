// SPDX-License-Identifier: GPL-2.0
/*
 * luopol metrics: the state of the module, for node_exporter's textfile collector.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"
#include "base/replace.h"
#include "command/commands.h"
#include "host/hits.h"
#include "host/module.h"
#include "host/preflight.h"
#include "host/status.h"
#include "render/json.h"
#include "render/metrics_text.h"

static int json, records;
static const char *out_path;

static const char text[] =
"usage: luopol metrics [OPTION]... [LOG|-]...\n"
"Print the state of luo_lsm in the text format of Prometheus: policy, version, digest,\n"
"lock, enforcing, sessions, files, bytes, denials, what each statement decided, and\n"
"what a live update would meet; with --records also audit records by reason.\n"
"\n"
"  --out FILE     write FILE, whole at once, which ends in .prom for node_exporter\n"
"  --records      count audit records of denials, in LOGs as of luopol explain; those\n"
"                 that FILE has counted already are not read again\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 2 trouble; the metrics tell if luo_lsm could not be asked.\n";

static int set_option(int value, const char *argument)
{
	if (value != 'o')
		return set_module_option(value, argument);
	out_path = argument;
	return 0;
}

static int write_metrics(const struct metrics *metrics)
{
	size_t size;
	char *lines;
	FILE *out;
	int err;

	if (json) {
		json_print(metrics_json(metrics), false);
		return EXIT_GOOD;
	}
	if (!out_path) {
		metrics_text(stdout, metrics);
		return EXIT_GOOD;
	}
	out = open_memstream(&lines, &size);
	metrics_text(out, metrics);
	fclose(out);
	/* The collector runs as a user of its own, whose the folder may be */
	err = replace_entry(out_path, lines, size, 0644);
	free(lines);
	return err;
}

/* What cannot be asked is left out: one answer does not depend on another. */
static int measure(char **logs, int count)
{
	struct denial_records denials;
	struct preflight preflight = {};
	struct metrics metrics = {};
	struct hits hits = {};
	struct status status;
	int err, unread = 0;

	if (!status_read(&status))
		metrics.status = &status;
	if (metrics.status && module_has("hits") && !hits_read(&hits))
		metrics.hits = &hits;
	if (metrics.status && preflight_exists() && !preflight_ask(&preflight, NULL))
		metrics.preflight = &preflight;
	if (records) {
		unread = denial_records_count(&denials, out_path, logs, count);
		metrics.records = &denials;
	}
	err = write_metrics(&metrics) ?: unread;
	preflight_destroy(&preflight);
	if (metrics.hits)
		hits_destroy(&hits);
	status_destroy(&status);
	return err;
}

static int check_options(void)
{
	if (!records || !out_path || !json)
		return 0;
	complain("--json does not write the FILE that --records goes on from");
	return EXIT_TROUBLE;
}

int cmd_metrics(int argc, char **argv)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "json", no_argument, &json, 1 },
		{ "records", no_argument, &records, 1 },
		MODULE_OPTION,
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
	int count = parse_options(&usage, argc, argv);

	if (count < 0)
		return usage_status(count);
	if (count && !records) {
		complain("a log is read with --records only");
		return EXIT_TROUBLE;
	}
	return measure(argv, count);
}
