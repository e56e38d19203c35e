// SPDX-License-Identifier: GPL-2.0
/*
 * luopol fmt: put policies into their canonical form.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "common/memory.h"
#include "render/format.h"

static int check_only, in_place, escape;

/* Replace a file by rename(), so that readers see the old text or the new one. */
static int replace(const char *path, const struct source *to)
{
	char *real = realpath(path, NULL);
	char *beside = xasprintf("%s.XXXXXX", real ?: path);
	int fd = real ? mkstemp(beside) : -1;
	struct stat st;
	bool good;

	good = fd >= 0 && !stat(real, &st) && !fchmod(fd, st.st_mode & 07777) &&
	       (!fchown(fd, st.st_uid, st.st_gid) || errno == EPERM) &&
	       write(fd, to->text, to->size) == to->size && !fsync(fd);
	if (fd >= 0)
		close(fd);
	if (good)
		good = !rename(beside, real);
	if (!good) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	free(real);
	return good ? EXIT_GOOD : EXIT_TROUBLE;
}

/* A signed policy is not replaced, because its signature would not match any more. */
static int replace_unsigned(const char *path, const struct source *source,
			    const struct source *to)
{
	if (!source->signature)
		return replace(path, to);
	complain("%s: not formatted, as that would break its signature", path);
	help("format the unsigned policy, and sign it again");
	return EXIT_TROUBLE;
}

static int format_file(const char *path)
{
	struct source source, to = {};
	bool same, escaped = false;
	int err;

	err = source_read(&source, path);
	if (!err && escape)
		escaped = escape_source(&source);
	if (err || source_parse(&source))
		err = EXIT_TROUBLE;
	if (!err)
		err = format_source(&source, &to);
	if (!err) {
		same = !escaped && source.size == to.size &&
		       !memcmp(source.text, to.text, to.size);
		if (check_only && !same) {
			puts(path);
			err = EXIT_BAD;
		} else if (in_place && !same) {
			err = replace_unsigned(path, &source, &to);
		} else if (!check_only && !in_place) {
			fwrite(to.text, 1, to.size, stdout);
		}
	}
	source_destroy(&source);
	source_destroy(&to);
	return err;
}

static const char text[] =
"usage: luopol fmt [OPTION]... FILE...\n"
"Print policies in their canonical form: one spelling for each value, keys in a\n"
"fixed order, operations aligned. Comments stay.\n"
"\n"
"  --check      only print the names of files that are not in that form\n"
"  --in-place   rewrite the files\n"
"  --escape     write characters that a reader does not see, which are refused\n"
"               otherwise, as escapes\n"
"\n"
"Exit status: 0, 1 a file is not in that form (--check), 2 trouble.\n";

/* --check and --in-place exclude each other. */
static int check_options(void)
{
	if (!check_only || !in_place)
		return 0;
	complain("--check and --in-place exclude each other");
	return EXIT_TROUBLE;
}

int cmd_fmt(int argc, char **argv)
{
	static const struct option options[] = {
		{ "check", no_argument, &check_only, 1 },
		{ "in-place", no_argument, &in_place, 1 },
		{ "escape", no_argument, &escape, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.check = check_options,
		.min_args = 1,
		.max_args = -1,
	};

	return each_file(&usage, argc, argv, format_file);
}
