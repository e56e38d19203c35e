// SPDX-License-Identifier: GPL-2.0
/*
 * luopol hits: what the statements of the policy in force decided.
 */

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "host/hits.h"
#include "host/module.h"
#include "render/hits_json.h"
#include "render/hits_table.h"

static int json, unused;

static const char text[] =
"usage: luopol hits [OPTION]... [FILE]\n"
"Print how often each statement of the policy in force decided since it was loaded,\n"
"and when last; what decided least comes first. With FILE, only if that is the policy\n"
"in force.\n"
"\n"
"  --unused       only statements that never decided\n"
"  --json         print JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 1 there is no policy or FILE is another, 2 trouble.\n";

static void complain_other(const struct luo_program *active,
			   const struct source *file)
{
	const struct luo_program *other = &file->program;

	if (active->version == other->version &&
	    !strcmp(active->name, other->name))
		complain("%s: another text is in force as policy %s version %llu",
			 file->path, active->name, active->version);
	else
		complain("%s: policy %s version %llu is not in force, but policy %s version %llu",
			 file->path, other->name, other->version, active->name,
			 active->version);
	help("luopol hits without a file is about the policy in force; luopol show prints that");
}

/*
 * The file must have the text of the policy in force, so that the numbers of its lines
 * are those of the hits. It may be signed or not.
 */
static int check_same(const struct source *active, const char *path)
{
	struct source file;
	bool same;

	if (source_load(&file, path))
		return EXIT_TROUBLE;
	same = file.size == active->size &&
	       !memcmp(file.text, active->text, file.size);
	if (!same)
		complain_other(&active->program, &file);
	source_destroy(&file);
	return same ? 0 : EXIT_BAD;
}

static int print_hits(const struct hits *hits, const char *path)
{
	int err;

	if (!hits->policy.text) {
		complain("no policy is in force");
		return EXIT_BAD;
	}
	err = path ? check_same(&hits->policy, path) : 0;
	if (err)
		return err;
	if (json)
		hits_json(hits, unused);
	else
		hits_table(hits, unused);
	return EXIT_GOOD;
}

int cmd_hits(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "unused", no_argument, &unused, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_module_option,
		.min_args = 0,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv), status;
	struct hits hits;

	if (count < 0)
		return usage_status(count);
	if (hits_read(&hits))
		return EXIT_TROUBLE;
	status = print_hits(&hits, count ? argv[0] : NULL);
	hits_destroy(&hits);
	return status;
}
