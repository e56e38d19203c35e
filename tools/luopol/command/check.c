// SPDX-License-Identifier: GPL-2.0
/*
 * luopol check: find errors and suspicious statements in policies.
 */

#include "analysis/check.h"
#include "analysis/check_errors.h"
#include "analysis/score.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "render/findings_json.h"
#include "render/findings_text.h"
#include "render/json.h"

static int werror, no_files, json, sarif, with_score, standard_input;
static const char *root = "/";
static struct json_object *found;	/* an array, if one of json and sarif is set */

static struct json_object *take(struct json_object *array, size_t index)
{
	return json_object_get(json_object_array_get_idx(array, index));
}

static void print_found(const struct source *source, const struct findings *findings,
			const struct score *score)
{
	struct json_object *results;
	size_t i;

	if (json) {
		json_object_array_add(found, findings_json(source, findings, score));
	} else if (sarif) {
		results = findings_sarif(source, findings);
		for (i = 0; i < json_object_array_length(results); i++)
			json_object_array_add(found, take(results, i));
		json_object_put(results);
	} else {
		findings_text(source, findings);
		if (score)
			score_text(source, score);
	}
}

static int check_file(const char *path)
{
	struct findings findings = {};
	struct source source;
	struct score score;
	bool good;
	int err;

	err = source_read(&source, path);
	if (err)
		return err;
	good = check_errors(&findings, &source);
	if (good)
		check_source(&findings, &source, no_files ? NULL : root);
	if (good && with_score)
		score_find(&score, &source, &findings);
	print_found(&source, &findings, good && with_score ? &score : NULL);
	if (!good || (findings.count && werror))
		err = EXIT_BAD;
	findings_destroy(&findings);
	source_destroy(&source);
	return err;
}

static const char text[] =
"usage: luopol check [OPTION]... FILE...\n"
"Find mistakes in policies, up to 20 errors in each; '-' is standard input.\n"
"\n"
"  --werror     warnings are errors\n"
"  --score      sum up how open the policy is: 0 is tight, 10 allows everything\n"
"  --no-files   do not look whether executables and contexts exist here\n"
"  --root DIR   look for executables below DIR, and for no contexts\n"
"  --stdin      check standard input, as an editor does, in place of files\n"
"  --json       print JSON\n"
"  --sarif      print SARIF 2.1.0\n"
"\n"
"Exit status: 0 nothing is wrong, 1 an error, or a warning with --werror,\n"
"2 a file could not be read.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'r')
		root = argument;
	return 0;
}

static int check_options(void)
{
	if (json && sarif) {
		complain("--json and --sarif exclude each other");
		return EXIT_TROUBLE;
	}
	return 0;
}

static void print_json(void)
{
	if (sarif)
		json_print(sarif_log(found), false);
	else
		json_print_list("check", "files", found);
}

/* Returns the highest of the statuses. */
static int check_files(char **paths, int count)
{
	int i, err, worst = EXIT_GOOD;

	for (i = 0; i < count; i++) {
		err = check_file(paths[i]);
		worst = err > worst ? err : worst;
	}
	return worst;
}

int cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{ "werror", no_argument, &werror, 1 },
		{ "score", no_argument, &with_score, 1 },
		{ "no-files", no_argument, &no_files, 1 },
		{ "root", required_argument, NULL, 'r' },
		{ "stdin", no_argument, &standard_input, 1 },
		{ "json", no_argument, &json, 1 },
		{ "sarif", no_argument, &sarif, 1 },
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
	static char dash[2] = "-";
	char *standard = dash;
	int count = parse_options(&usage, argc, argv), status;

	if (count < 0)
		return usage_status(count);
	if (!count == !standard_input) {
		complain(count ? "--stdin is checked in place of files" : "no file to check");
		help("luopol check --help lists the options");
		return EXIT_TROUBLE;
	}
	if (json || sarif)
		found = json_object_new_array();
	status = check_files(count ? argv : &standard, count ?: 1);
	if (found)
		print_json();
	return status;
}
