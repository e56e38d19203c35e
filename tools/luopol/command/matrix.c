// SPDX-License-Identifier: GPL-2.0
/*
 * luopol matrix: who may carry what.
 */

#include "analysis/matrix.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "render/matrix_html.h"
#include "render/matrix_json.h"
#include "render/matrix_table.h"

static int json, html;

static const char text[] =
"usage: luopol matrix [--json|--html] FILE\n"
"Show who may carry what: a row for each caller, session and file. 'partly' means\n"
"allowed except where the denies in the lines under EXCEPT match.\n"
"\n"
"  --json   print JSON\n"
"  --html   print a self-contained page with a search\n"
"\n"
"Exit status: 0, or 2 for trouble.\n";

/* --json and --html exclude each other. */
static int check_options(void)
{
	if (!json || !html)
		return 0;
	complain("--json and --html exclude each other");
	return EXIT_TROUBLE;
}

int cmd_matrix(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "html", no_argument, &html, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.check = check_options,
		.min_args = 1,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv);
	struct matrix matrix;
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (source_load(&source, argv[0]))
		return EXIT_TROUBLE;
	matrix_find(&matrix, &source);
	if (html)
		matrix_html(stdout, &matrix);
	else if (json)
		matrix_json(&matrix);
	else
		matrix_table(&matrix);
	matrix_destroy(&matrix);
	source_destroy(&source);
	return EXIT_GOOD;
}
