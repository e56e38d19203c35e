// SPDX-License-Identifier: GPL-2.0
/*
 * Learned statements as a policy.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/learn.h"
#include "base/message.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "base/source.h"
#include "render/explain_text.h"
#include "render/format.h"
#include "render/learned_text.h"

static void write_words(FILE *out, const char *key, const struct words *words)
{
	u32 i;

	for (i = 0; i < words->count; i++)
		fprintf(out, "%s%s", i ? "," : key, words->at[i]);
}

static void write_learned(FILE *out, const struct learned_statement *l)
{
	fprintf(out, "\n# %llu record%s\n", l->count, l->count > 1 ? "s" : "");
	if (l->style)
		fputs("# A statement of the policy has these tenants\n", out);
	else if (l->tenant)
		fputs("# % keeps tenants apart: each has the sessions of its own cgroup\n",
		      out);
	if (l->by_owner)
		fputs("# Others have sessions with this prefix: owner=self keeps them apart\n",
		      out);
	write_words(out, "allow ", &l->parts[PART_OPS]);
	write_words(out, " session=", &l->parts[PART_SESSION]);
	write_words(out, " owner=", &l->parts[PART_OWNER]);
	write_words(out, " type=", &l->parts[PART_TYPE]);
	write_words(out, " fowner=", &l->parts[PART_FOWNER]);
	if (*l->program)
		fprintf(out, " %s", l->program);
	fputs(l->pid1 ? " pid=1" : "", out);
	write_words(out, " cgroup=", &l->parts[PART_CGROUP]);
	write_words(out, " uid=", &l->parts[PART_UID]);
	fputs(l->foreign ? " userns=any\n" : "\n", out);
}

static void write_left_out(FILE *out, const struct learned *learned)
{
	if (learned->refused)
		fprintf(out, "\n# left out: %llu refused by a deny or a limit\n",
			learned->refused);
	if (learned->unknown)
		fprintf(out, "\n# left out: %llu of which the executable is not known\n",
			learned->unknown);
	if (learned->cut)
		fprintf(out, "\n# left out: %llu of which not all of %s is known\n",
			learned->cut, "the cgroup or program");
}

static void write_unrestored(FILE *out, const struct learned *learned)
{
	if (!learned->unrestored)
		return;
	fprintf(out, "\n# not restored in these records: files of %u session%s, such as ",
		learned->unrestored, learned->unrestored == 1 ? "" : "s");
	write_name(out, learned->example, strlen(learned->example), false);
	fputs(": nobody may restore them by what was learned\n", out);
}

/* A policy that lacks what nobody saw denies it, once it is enforced. */
static void write_missing(FILE *out, const struct records *records)
{
	if (!records_are_missing(records))
		return;
	fputs("\n# Not all that happened is in the log, and so not all of it is allowed here:\n",
	      out);
	explain_missing(out, records, "# ");
	if (records->skipped)
		fprintf(out, "# missing: %llu incomplete\n", records->skipped);
}

static void write_base(FILE *out, const struct learned *learned)
{
	if (learned->known)
		fprintf(out, "\n# left out: %llu that are allowed already\n",
			learned->known);
	if (learned->forbidden)
		fprintf(out, "\n# left out: %llu that a deny denies, which no allow changes\n",
			learned->forbidden);
}

static void write_head(FILE *out, const char *name, u64 version, const struct source *base)
{
	fputs("# Learned from audit records: read it before you load it.\n", out);
	if (base) {
		name = base->program.name;
		version = base->program.version;
	}
	fputs("policy name=", out);
	write_name(out, name, strlen(name), false);
	fprintf(out, " version=%llu\n", version);
}

/* The policy statement of a base is in the base. */
static void write_without_policy(FILE *out, const struct source *policy)
{
	const char *line;
	size_t length;
	u32 i;

	for (i = 1; i <= policy->line_count; i++) {
		line = source_line(policy, i, &length);
		if (i != policy->program.policy_line)
			fprintf(out, "%.*s\n", (int)length, line);
	}
}

/* Write a policy in canonical form; exit if it is not valid. */
static void write_formatted(FILE *out, char *text, size_t size, const struct source *base)
{
	struct source source, to = {};

	source_set(&source, "learned", text, size);
	if (source_parse(&source) || format_source(&source, &to))
		die("the learned policy is not valid: not printed");
	if (base)
		write_without_policy(out, &to);
	else
		fwrite(to.text, 1, to.size, out);
	source_destroy(&source);
	source_destroy(&to);
}

/*
 * Of a base, a fragment of what it lacks, which luopol build puts together with it.
 * Else, a whole policy.
 */
void learn_records(FILE *out, const struct records *records, const char *name,
		   u64 version, bool generalize, const struct source *base)
{
	struct learned learned;
	size_t size;
	char *text;
	FILE *policy = open_memstream(&text, &size);
	u32 i;

	learn_find(&learned, records, generalize, base);
	write_head(policy, name, version, base);
	for (i = 0; i < learned.count; i++)
		write_learned(policy, &learned.list[i]);
	write_left_out(policy, &learned);
	write_base(policy, &learned);
	write_unrestored(policy, &learned);
	write_missing(policy, records);
	fputs("\nend\n", policy);
	fclose(policy);
	learn_destroy(&learned);
	write_formatted(out, text, size, base);
}
