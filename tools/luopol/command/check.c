// SPDX-License-Identifier: GPL-2.0
/*
 * luopol check: find errors and suspicious statements in policies.
 */

#include "analysis/check.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"

static int werror, no_files;
static const char *root = "/";

static int check_file(const char *path)
{
	struct source source;
	u32 warnings = 0;
	int err;

	err = source_read(&source, path);
	if (err)
		return err;
	err = source_parse(&source);
	if (!err)
		warnings = check_source(&source, no_files ? NULL : root);
	if (warnings && werror)
		err = EXIT_BAD;
	source_destroy(&source);
	return err;
}

static const char text[] =
"usage: luopol check [OPTION]... FILE...\n"
"Find mistakes in policies; '-' is standard input.\n"
"\n"
"  --werror     warnings are errors\n"
"  --no-files   do not look whether executables and contexts exist here\n"
"  --root DIR   look for executables below DIR, and for no contexts\n"
"\n"
"Exit status: 0 nothing is wrong, 1 an error, or a warning with --werror,\n"
"2 a file could not be read.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'r')
		root = argument;
	return 0;
}

int cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{ "werror", no_argument, &werror, 1 },
		{ "no-files", no_argument, &no_files, 1 },
		{ "root", required_argument, NULL, 'r' },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 1,
		.max_args = -1,
	};

	return each_file(&usage, argc, argv, check_file);
}
