// SPDX-License-Identifier: GPL-2.0
/*
 * luopol build: put fragments together to one policy.
 */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/limits.h>

#include "analysis/compose.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/replace.h"
#include "command/commands.h"
#include "common/memory.h"
#include "host/counter.h"
#include "render/format.h"
#include "render/json.h"

#define DEFAULT_FOLDER	"/etc/luo/policy.d"

static const char *name, *out_path, *counter_path;
static char digits[COUNTER_DIGITS + 1];
static u64 version;
static int check_only, json, from_git;

/* ---- Which fragments ---- */

struct paths {
	char **list;
	u32 count;
};

static int path_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_path(struct paths *paths, char *path)
{
	paths->list = xrealloc(paths->list, paths->count + 1, sizeof(*paths->list));
	paths->list[paths->count++] = path;
}

static bool is_fragment(const char *file)
{
	size_t length = strlen(file);

	return *file != '.' && length > 4 && !strcmp(file + length - 4, ".luo");
}

/* All of a folder that end in .luo, in the order of their bytes; or a file. */
static int add_paths(struct paths *paths, const char *path)
{
	const struct dirent *entry;
	u32 first = paths->count;
	struct stat st;
	DIR *dir;

	if (!strcmp(path, "-")) {
		add_path(paths, xstrdup(path));
		return 0;
	}
	if (stat(path, &st)) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	if (!S_ISDIR(st.st_mode)) {
		add_path(paths, xstrdup(path));
		return 0;
	}
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (is_fragment(entry->d_name))
			add_path(paths, xasprintf("%s/%s", path, entry->d_name));
	}
	if (!dir || paths->count == first) {
		complain("%s: %s", path, dir ? "no fragment, which ends in .luo" :
			 strerror(errno));
		if (dir)
			closedir(dir);
		return EXIT_TROUBLE;
	}
	closedir(dir);
	qsort(paths->list + first, paths->count - first, sizeof(*paths->list),
	      path_compare);
	return 0;
}

static void free_paths(struct paths *paths)
{
	u32 i;

	for (i = 0; i < paths->count; i++)
		free(paths->list[i]);
	free(paths->list);
}

/* ---- What comes of it ---- */

/* Read the file of --out. Returns whether it is there. */
static bool read_old(struct source *old)
{
	struct stat st;

	return out_path && !stat(out_path, &st) && S_ISREG(st.st_mode) &&
	       !source_read(old, out_path);
}

/* Whether the file has the text already, and else whether it is signed. */
static bool is_current(const struct source *policy, bool *is_signed)
{
	struct source old;
	bool same;

	*is_signed = false;
	if (!read_old(&old))
		return false;
	same = old.size == policy->size && !memcmp(old.text, policy->text, old.size);
	*is_signed = old.signature;
	source_destroy(&old);
	return same;
}

static int put_policy(const struct source *policy, const struct luo_program *program,
		      u32 fragments)
{
	bool is_signed, current = is_current(policy, &is_signed);
	struct json_object *object;

	if (json) {
		object = json_begin("build");
		json_add_policy(object, program->name, program->version);
		json_add_number(object, "fragments", fragments);
		json_add_number(object, "statements", program->statement_count);
		json_add_flag(object, "changed", out_path && !current);
		json_add(object, "text", policy->text);
		json_print(object, false);
	} else if (!out_path) {
		fwrite(policy->text, 1, policy->size, stdout);
	}
	if (check_only && !current) {
		complain("%s: not what the fragments give", out_path);
		return EXIT_BAD;
	}
	if (!out_path || current)
		return EXIT_GOOD;
	if (is_signed) {
		complain("%s: signed, so not replaced by what is not", out_path);
		help("build another file, sign that with luopol sign, and put it in place");
		return EXIT_BAD;
	}
	return replace_file(out_path, policy->text, policy->size, 0644);
}

/* ---- Versions ---- */

/* The version of the policy in the file of --out; 0 if there is none. */
static u64 old_version(void)
{
	struct luo_policy_error error;
	struct source old;
	u64 number = 0;

	if (!read_old(&old))
		return 0;
	if (!luo_program_parse(&old.program, old.text, old.size, &error))
		number = old.program.version;
	source_destroy(&old);
	return number;
}

/* What is compared has always the same version. */
static int choose_version(struct paths *paths)
{
	struct composition first;
	int err;

	if (from_git)
		return git_version(paths->list[0], &version);
	if (!counter_path)
		return 0;
	err = compose(&first, paths->list, paths->count, name, S64_MAX);
	if (!err) {
		counter_digest(first.text, first.size, digits);
		err = counter_version(counter_path, digits, old_version(), &version);
	}
	composition_destroy(&first);
	return err;
}

static int build(struct paths *paths)
{
	struct composition whole = {};
	struct source policy = {}, formatted = {};
	int err;

	err = choose_version(paths) ?:
	      compose(&whole, paths->list, paths->count, name, version) ?:
	      composition_parse(&whole, &policy) ?: format_source(&policy, &formatted);
	if (!err)
		err = put_policy(&formatted, &policy.program, paths->count);
	if (!err && counter_path && !check_only)
		err = counter_keep(counter_path, version, digits);
	source_destroy(&formatted);
	source_destroy(&policy);
	composition_destroy(&whole);
	return err;
}

static const char text[] =
"usage: luopol build [OPTION]... [FILE|DIR]...\n"
"Put fragments together to one policy, in canonical form. Of a DIR these are the\n"
"files that end in .luo, in the order of their names; the default is\n"
DEFAULT_FOLDER ". Each statement has a comment that says where it is from.\n"
"\n"
"  --out FILE          write FILE, if it differs, and not standard output\n"
"  --check             only check that FILE is what the fragments give\n"
"  --name NAME         name of the policy\n"
"  --version N         its version\n"
"  --version-from-git  its version is the number of commits\n"
"  --counter FILE      its version is that in FILE, and one more whenever the policy\n"
"                      has changed\n"
"  --json              print JSON\n"
"\n"
"Exit status: 0, 1 a mistake in a fragment, or FILE differs (--check), 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'n')
		name = argument;
	else if (value == 'o')
		out_path = argument;
	else if (value == 'c')
		counter_path = argument;
	return value == 'v' ? parse_version(argument, &version) : 0;
}

static int check_options(void)
{
	if (!!version + from_git + !!counter_path > 1) {
		complain("--version, --version-from-git and --counter exclude each other");
		return EXIT_TROUBLE;
	}
	if (check_only && !out_path) {
		complain("--check needs the file: --out FILE");
		return EXIT_TROUBLE;
	}
	return 0;
}

int cmd_build(int argc, char **argv)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "check", no_argument, &check_only, 1 },
		{ "name", required_argument, NULL, 'n' },
		{ "version", required_argument, NULL, 'v' },
		{ "version-from-git", no_argument, &from_git, 1 },
		{ "counter", required_argument, NULL, 'c' },
		{ "json", no_argument, &json, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.check = check_options,
		.min_args = 0,
		.max_args = FRAGMENTS_MAX,
	};
	int count = parse_options(&usage, argc, argv), i, err = 0;
	struct paths paths = {};

	if (count < 0)
		return usage_status(count);
	for (i = 0; !err && i < (count ?: 1); i++)
		err = add_paths(&paths, count ? argv[i] : DEFAULT_FOLDER);
	if (!err)
		err = build(&paths);
	free_paths(&paths);
	return err;
}
