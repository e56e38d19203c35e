// SPDX-License-Identifier: GPL-2.0
/*
 * luopol load: check a policy, compare it with the active one, and load it.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/check.h"
#include "analysis/diff.h"
#include "base/diagnostic.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "host/module.h"
#include "host/permissive.h"
#include "host/preflight.h"
#include "host/trust.h"
#include "render/diff_text.h"
#include "render/findings_text.h"
#include "render/json.h"
#include "render/preflight_json.h"
#include "render/preflight_text.h"

static int dry_run, weaken, force, werror, no_files, json;
static struct json_object *answer_json;	/* what --json prints */
static u32 permissive;

/* Sentences are for people: --json has the same in its fields. */
static void say(const char *sentence)
{
	if (!json)
		puts(sentence);
}

static void say_policy(const struct source *new, const char *what)
{
	if (!json)
		printf("%s: policy %s version %llu %s\n", new->path, new->program.name,
		       new->program.version, what);
}

static bool same_text(const struct source *a, const struct source *b)
{
	return a->raw_size == b->raw_size &&
	       !memcmp(a->raw, b->raw, a->raw_size);
}

/* Refuse what the kernel would refuse because of its state. */
static int check_state(const struct source *new)
{
	bool all, lock, signatures;

	if (module_status_is("lock", "all", &all) ||
	    module_status_is("lock", "signed", &lock) ||
	    module_status_is("require_signature", "1", &signatures))
		return EXIT_TROUBLE;
	if (signatures && !new->signature) {
		complain("%s: not signed, but this kernel requires a signature",
			 new->path);
		help("sign it with luopol sign and a key that the kernel trusts");
		return EXIT_BAD;
	}
	if (lock && !new->signature) {
		complain("%s: not signed, but the lock accepts signed policies only",
			 new->path);
		help("sign it with luopol sign and a key that the kernel trusts");
		return EXIT_BAD;
	}
	if (all) {
		complain("%s: not loaded, as the policy in force is locked",
			 new->path);
		help("only a cold boot unlocks it");
		return EXIT_TROUBLE;
	}
	return 0;
}

/* Refuse a version that the kernel would refuse. */
static int check_version(const struct source *active, const struct source *new)
{
	u64 version = active->program.version;

	if (!active->text || new->program.version > version)
		return 0;
	complain_at(new, new->program.policy_line, 1, 6,
		    "error: version %llu is not above that of the policy in force",
		    new->program.version);
	help("write version=%llu", version + 1);
	return EXIT_BAD;
}

/*
 * Print what @new allows and @active does not. Returns the number of differences, or a
 * negative number, after a message, if the search gave up.
 */
static int print_more(const struct source *active, const struct source *new)
{
	struct diff diff;
	int more;

	diff_find(&diff, active, new, false);
	diff_complain(&diff.more);
	if (!json)
		diff_text(&diff.more, "+");
	more = diff.more.gave_up ? -1 : diff.more.count;
	diff_destroy(&diff);
	return more;
}

/* Refuse a policy that allows more than the one in force, unless --weaken is given. */
static int check_weaker(const struct source *active, const struct source *new)
{
	int more;

	if (!active->text)
		return 0;
	more = print_more(active, new);
	if (json && more >= 0)
		json_add_number(answer_json, "allows_more", more);
	if (!more) {
		say("nothing more is allowed");
		return 0;
	}
	if (more < 0 && !weaken)
		help("load it with --weaken if it may allow more");
	if (more > 0 && !weaken) {
		complain("%s: not loaded, as it allows more than the policy in force",
			 new->path);
		help("load it with --weaken if that is intended");
	}
	return weaken ? 0 : EXIT_BAD;
}

/*
 * Refuse a policy that would call the next live update off, unless --force is given: it
 * forbids what was preserved already.
 */
static int check_preflight(const struct source *new)
{
	struct preflight answer;
	int err;

	if (force)
		return 0;
	if (!preflight_exists()) {
		complain("this kernel cannot tell if the policy would call a live update off");
		return 0;
	}
	err = preflight_ask(&answer, new);
	if (!err && answer.refused) {
		if (json)
			json_object_object_add(answer_json, "preflight",
					       preflight_json(&answer));
		else
			preflight_text(stdout, &answer);
		complain("%s: not loaded, as it would call a live update off",
			 new->path);
		help("close the sessions or allow what they have; or load it with --force");
		err = EXIT_BAD;
	}
	preflight_destroy(&answer);
	return err;
}

/* Print the kernel's message about @new, "LINE:COLUMN: MESSAGE". */
static void complain_last_error(const struct source *new)
{
	u32 line, column;
	size_t size;
	char *text;
	int skip = 0;

	if (module_read("last_error", &text, &size))
		return;
	text[strcspn(text, "\n")] = '\0';
	if (sscanf(text, "%u:%u: %n", &line, &column, &skip) == 2 && skip &&
	    line && column)
		complain_at(new, line, column, 1, "error: the kernel says: %s",
			    text + skip);
	else if (size)
		complain("the kernel says: %s", text);
	free(text);
}

static int write_policy(const struct source *new)
{
	int err = module_write("policy", new->raw, new->raw_size);

	switch (err) {
	case 0:
		say_policy(new, "is in force");
		return 0;
	case EINVAL:
	case E2BIG:
	case ESTALE:
	case EBADMSG:
	case EKEYREJECTED:
	case ENOKEY:
	case ENOPKG:
		complain("%s: %s", new->path, strerror(err));
		complain_last_error(new);
		return EXIT_BAD;
	default:
		module_complain("policy", err);
		return EXIT_TROUBLE;
	}
}

/*
 * The same text is in force already. Writing it again would change nothing, and would
 * fail where the policy is locked.
 */
static int keep_policy(const struct source *new)
{
	say_policy(new, "is in force already");
	return 0;
}

static int put_into_force(const struct source *new, bool same)
{
	return same ? keep_policy(new) : write_policy(new);
}

/* Turn enforcing off before the load: the new policy might deny what runs. */
static int load_permissive(const struct source *new, bool same)
{
	bool before;
	int err;

	if (module_read_flag("enforce", &before) || permissive_for(permissive))
		return EXIT_TROUBLE;
	err = put_into_force(new, same);
	if (err && before)
		module_write_flag("enforce", true);
	return err;
}

/* Print warnings, and refuse the policy if there are any and --werror is given. */
static int check_warnings(const struct source *new)
{
	struct findings findings = {};
	bool refuse;

	check_source(&findings, new, no_files ? NULL : "/");
	findings_text(new, &findings);
	refuse = findings.count && werror;
	findings_destroy(&findings);
	if (!refuse)
		return 0;
	complain("%s: not loaded, as there are warnings", new->path);
	return EXIT_BAD;
}

static int load(const struct source *new)
{
	struct source active;
	bool same = false;
	int err;

	err = module_read_policy(&active);
	if (!err && active.text && source_parse(&active))
		err = EXIT_TROUBLE;
	if (!err)
		same = active.text && same_text(&active, new);
	if (json)
		json_add_flag(answer_json, "same", same);
	if (!err && !same)
		err = check_version(&active, new) ?: check_state(new) ?:
		      check_weaker(&active, new) ?: check_preflight(new);
	source_destroy(&active);
	if (err)
		return err;
	if (dry_run && !same) {
		say("not loaded: this was a dry run");
		return EXIT_GOOD;
	}
	return permissive && !dry_run ? load_permissive(new, same) :
					put_into_force(new, same);
}

static const char text[] =
"usage: luopol load [OPTION]... FILE\n"
"Check a policy and put it into force. Refuse one that allows more than the\n"
"policy in force, unless --weaken is given, and one that would call a live update\n"
"off now, unless --force is given.\n"
"\n"
"  --dry-run              check it, but do not load it\n"
"  --weaken               load it although it allows more\n"
"  --force                load it although it would call a live update off\n"
"  --werror               do not load it if there are warnings\n"
"  --cert CERT            load it only if the key of this PEM certificate, or of\n"
"                         another --cert, signed it; the kernel has its own keys\n"
"  --no-files             do not look whether executables and contexts exist here\n"
"  --json                 print JSON\n"
"  --permissive-for TIME  turn enforcing off for TIME, such as 90s or 15m; it is\n"
"                         turned on again even if luopol is killed\n"
"  --module DIR           the module's files, instead of /sys/kernel/security/luo_lsm\n"
"\n"
"Exit status: 0, 1 the policy is wrong or refused, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'p')
		return parse_duration(argument, &permissive);
	if (value == 'c')
		return trust_certificate(argument);
	return set_module_option(value, argument);
}

int cmd_load(int argc, char **argv)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, &dry_run, 1 },
		{ "weaken", no_argument, &weaken, 1 },
		{ "force", no_argument, &force, 1 },
		{ "werror", no_argument, &werror, 1 },
		{ "no-files", no_argument, &no_files, 1 },
		{ "json", no_argument, &json, 1 },
		{ "cert", required_argument, NULL, 'c' },
		{ "permissive-for", required_argument, NULL, 'p' },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 1,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv), err;
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (json)
		answer_json = json_begin("load");
	err = source_read(&source, argv[0]) ?: source_parse(&source);
	if (!err && json)
		json_add_policy(answer_json, source.program.name, source.program.version);
	if (!err && any_trusted())
		err = verify_source(&source);
	if (!err)
		err = check_warnings(&source);
	if (!err)
		err = load(&source);
	source_destroy(&source);
	if (json) {
		json_add_flag(answer_json, "loaded", !err && !dry_run);
		json_print(answer_json, false);
	}
	forget_certificates();
	return err;
}
