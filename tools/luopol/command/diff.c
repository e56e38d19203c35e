// SPDX-License-Identifier: GPL-2.0
/*
 * luopol diff: what a new policy allows in addition, and what it no longer allows.
 */

#include <stdio.h>

#include "analysis/diff.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "render/diff_json.h"
#include "render/diff_text.h"

static int json, exit_code, no_more;

static void print_summary(const struct diff_way *more, const struct diff_way *less)
{
	if (more->gave_up || less->gave_up)
		return;
	if (!more->count && !less->count)
		puts("no difference in what is allowed");
	else if (!more->count)
		puts("nothing more is allowed");
	else if (!less->count)
		puts("nothing less is allowed");
}

static void print_diff(const struct diff *diff)
{
	diff_complain(&diff->more);
	diff_complain(&diff->less);
	if (json) {
		diff_json(diff);
		return;
	}
	diff_text(&diff->more, "+");
	diff_text(&diff->less, "-");
	diff_text_quiet(&diff->more, "no longer logged");
	diff_text_quiet(&diff->less, "logged from now on");
	print_summary(&diff->more, &diff->less);
}

static int compare(const struct source *old, const struct source *new)
{
	u32 more, less, quiet, gave_up;
	struct diff diff;

	diff_find(&diff, old, new, true);
	print_diff(&diff);
	more = diff.more.count;
	less = diff.less.count;
	quiet = diff.more.quiet_count + diff.less.quiet_count;
	gave_up = diff.more.gave_up + diff.less.gave_up;
	diff_destroy(&diff);
	if (gave_up)
		return EXIT_TROUBLE;
	if (no_more)
		return more ? EXIT_BAD : EXIT_GOOD;
	return exit_code && (more || less || quiet) ? EXIT_BAD : EXIT_GOOD;
}

static const char text[] =
"usage: luopol diff [OPTION]... OLD NEW\n"
"Show what NEW allows in addition (+) and what it no longer allows (-): for each\n"
"pair of statements that decide differently, one request. Show what both deny, and\n"
"one of them quietly (~): for each quiet deny, one request. Exact, no sampling.\n"
"\n"
"  --exit-code   exit 1 if anything is decided or logged differently\n"
"  --no-more     exit 1 only if NEW allows anything in addition\n"
"  --json        print JSON\n"
"\n"
"Exit status: 0, 1 as described above, 2 trouble, or the search gave up.\n";

int cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "exit-code", no_argument, &exit_code, 1 },
		{ "no-more", no_argument, &no_more, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.min_args = 2,
		.max_args = 2,
	};
	int count = parse_options(&usage, argc, argv), status = EXIT_TROUBLE;
	struct source old, new = {};

	if (count < 0)
		return usage_status(count);
	if (!source_load(&old, argv[0]) && !source_load(&new, argv[1]))
		status = compare(&old, &new);
	source_destroy(&old);
	source_destroy(&new);
	return status;
}
