// SPDX-License-Identifier: GPL-2.0
/*
 * luopol fmt: put policies into their canonical form.
 */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/replace.h"
#include "base/source.h"
#include "command/commands.h"
#include "render/format.h"
#include "render/json.h"

static int check_only, in_place, escape, json;
static struct json_object *formatted;	/* an array, with --json */

/* A file that has other names is not replaced: they would keep the old text. */
static int replace_single(const char *path, const struct source *to)
{
	struct stat st;

	if (stat(path, &st) || st.st_nlink < 2)
		return replace_file(path, to->text, to->size, 0644);
	complain("%s: not formatted, as it has %lu names, and the others would keep the old text",
		 path, (unsigned long)st.st_nlink);
	help("write it to another file with luopol fmt, and copy that over it with cat");
	return EXIT_TROUBLE;
}

/* A signed policy is not replaced, because its signature would not match any more. */
static int replace_unsigned(const char *path, const struct source *source,
			    const struct source *to)
{
	if (!source->signature)
		return replace_single(path, to);
	complain("%s: not formatted, as that would break its signature", path);
	help("format the unsigned policy, and sign it again");
	return EXIT_TROUBLE;
}

static void print_json(const char *path, const struct source *to, bool same)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "file", path);
	json_add_flag(object, "canonical", same);
	json_add(object, "text", to->text);
	json_object_array_add(formatted, object);
}

/* Print or write what was asked for. */
static int put_formatted(const char *path, const struct source *source,
			 const struct source *to, bool same)
{
	if (json)
		print_json(path, to, same);
	else if (check_only && !same)
		puts(path);
	else if (!check_only && !in_place)
		fwrite(to->text, 1, to->size, stdout);
	if (in_place && !same)
		return replace_unsigned(path, source, to);
	return check_only && !same ? EXIT_BAD : EXIT_GOOD;
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
		err = put_formatted(path, &source, &to, same);
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
"  --json       print JSON: for each file whether it was in that form, and the form\n"
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
		{ "json", no_argument, &json, 1 },
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

	int status;

	formatted = json_object_new_array();
	status = each_file(&usage, argc, argv, format_file);
	if (json && json_object_array_length(formatted))
		json_print_list("fmt", "files", formatted);
	else
		json_object_put(formatted);
	return status;
}
