// SPDX-License-Identifier: GPL-2.0
/*
 * luopol learn: a policy from what a permissive run was seen to do.
 *
 * Each record is a statement that allows just it: its operation, session, owner,
 * type, executable, cgroup and uid. Two statements that differ in one of these alone
 * become one with the values of both, again and again, so that all of them
 * together still allow what was seen and nothing else of these keys. Those of
 * process 1 are its own.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "options.h"
#include "records.h"

#define PREFIX_LEAST	3	/* bytes that names share, to be generalized */

/* Sorted, each once. */
struct words {
	char **at;
	u32 count;
};

/* What statements can differ in. */
enum part {
	PART_OPS,
	PART_TYPE,
	PART_SESSION,
	PART_OWNER,
	PART_CGROUP,
	PART_UID,
	PART_COUNT,
};

struct learned {
	struct words parts[PART_COUNT];
	char *exe;
	bool pid1;
	u64 count;
};

/* ---- Words ---- */

static int word_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct words one_word(char *word)
{
	struct words words = { xcalloc(1, sizeof(*words.at)), 1 };

	words.at[0] = word;
	return words;
}

static void free_words(struct words *words)
{
	u32 i;

	for (i = 0; i < words->count; i++)
		free(words->at[i]);
	free(words->at);
	*words = (struct words){};
}

static void add_words(struct words *to, struct words *from)
{
	u32 i, kept = 0;

	to->at = xrealloc(to->at, to->count + from->count, sizeof(*to->at));
	memcpy(to->at + to->count, from->at, from->count * sizeof(*to->at));
	to->count += from->count;
	free(from->at);
	*from = (struct words){};
	qsort(to->at, to->count, sizeof(*to->at), word_compare);
	for (i = 0; i < to->count; i++) {
		if (kept && !strcmp(to->at[kept - 1], to->at[i]))
			free(to->at[i]);
		else
			to->at[kept++] = to->at[i];
	}
	to->count = kept;
}

static int words_compare(const struct words *a, const struct words *b)
{
	u32 i;
	int order;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (i = 0; i < a->count; i++) {
		order = strcmp(a->at[i], b->at[i]);
		if (order)
			return order;
	}
	return 0;
}

/* ---- Joining ---- */

static enum part joining;	/* for qsort() */

static bool is_of_file(const struct learned *l)
{
	return l->parts[PART_TYPE].count;
}

static bool is_of_cgroup(const struct learned *l)
{
	return l->parts[PART_CGROUP].count;
}

/* All but what is joined; those with and without a file, or a cgroup, stay apart. */
static int others_compare(const void *a, const void *b)
{
	const struct learned *x = a, *y = b;
	int order = strcmp(x->exe, y->exe) ?: x->pid1 - y->pid1 ?:
		    is_of_file(x) - is_of_file(y) ?:
		    is_of_cgroup(x) - is_of_cgroup(y);
	enum part part;

	for (part = 0; !order && part < PART_COUNT; part++) {
		if (part != joining)
			order = words_compare(&x->parts[part],
					      &y->parts[part]);
	}
	return order;
}

static int learned_compare(const void *a, const void *b)
{
	const struct learned *x = a, *y = b;

	return others_compare(a, b) ?: words_compare(&x->parts[joining],
						     &y->parts[joining]);
}

static void free_learned(struct learned *l)
{
	enum part part;

	for (part = 0; part < PART_COUNT; part++)
		free_words(&l->parts[part]);
	free(l->exe);
}

/* Returns how many are left. */
static u32 join_part(struct learned *list, u32 count, enum part part)
{
	u32 i, kept = 0;

	joining = part;
	qsort(list, count, sizeof(*list), learned_compare);
	for (i = 1; i < count; i++) {
		if (others_compare(&list[kept], &list[i])) {
			list[++kept] = list[i];
			continue;
		}
		add_words(&list[kept].parts[part], &list[i].parts[part]);
		list[kept].count += list[i].count;
		free_learned(&list[i]);
	}
	return count ? kept + 1 : 0;
}

static u32 join_all(struct learned *list, u32 count)
{
	u32 before;
	enum part part;

	do {
		before = count;
		for (part = 0; part < PART_COUNT; part++)
			count = join_part(list, count, part);
	} while (count < before);
	joining = PART_COUNT;
	qsort(list, count, sizeof(*list), others_compare);
	return count;
}

/* ---- From records ---- */

static char *owner_word(const struct record *r)
{
	if (!r->owner_known)
		return xstrdup("unknown");
	if (r->ouid == r->uid)
		return xstrdup("self");
	return xasprintf("%u", r->ouid);
}

static bool is_to_be_allowed(const struct record *r)
{
	return r->op != OP_FREEZE && r->exe && !r->cut &&
	       (r->allowed || r->reason == LUO_REASON_NO_RULE ||
		r->reason == LUO_REASON_NO_POLICY);
}

/* The bytes that both names share, up to where one usually varies. */
static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	while (length && !strchr("-_.:/@", a[length - 1]))
		length--;
	return length;
}

/* What the sessions of both have in common; 0 if that is too little. */
static size_t common_session(const struct record *a, const struct record *b)
{
	size_t length;

	if (!strcmp(a->session, b->session))
		return 0;
	length = common_prefix(a->session, b->session);
	return length >= PREFIX_LEAST ? length : 0;
}

static size_t folder_length(const char *path)
{
	return strrchr(path, '/') + 1 - path;
}

/*
 * Likewise of cgroups: those of one program and user, side by side, whose own names
 * begin alike, as vm@1.service and session-3.scope do. What is above them says
 * nothing.
 */
static size_t common_cgroup(const struct record *a, const struct record *b)
{
	size_t length, folder;

	if (!is_to_be_allowed(b) || !b->cgroup || strcmp(a->exe, b->exe) ||
	    a->uid != b->uid || !strcmp(a->cgroup, b->cgroup))
		return 0;
	folder = folder_length(a->cgroup);
	length = common_prefix(a->cgroup, b->cgroup);
	return folder == folder_length(b->cgroup) &&
	       length >= folder + PREFIX_LEAST ? length : 0;
}

/*
 * What stands for @name, of @r: the prefix that it shares with all others that share
 * enough with it, or the name itself.
 */
static char *general_word(const struct records *records, const struct record *r,
			  const char *name,
			  size_t (*common)(const struct record *a,
					   const struct record *b))
{
	size_t length, best = 0;
	char *prefix, *word;
	u32 i;

	for (i = 0; i < records->count; i++) {
		length = common(r, &records->list[i]);
		if (length && (!best || length < best))
			best = length;
	}
	if (!best)
		return name_word(name, false);
	prefix = xstrndup(name, best);
	word = name_word(prefix, true);
	free(prefix);
	return word;
}

static struct words learn_name(const struct records *records,
			       const struct record *r, const char *name,
			       size_t (*common)(const struct record *a,
						const struct record *b),
			       bool generalize)
{
	if (!generalize)
		return one_word(name_word(name, false));
	return one_word(general_word(records, r, name, common));
}

static void learn_record(struct learned *l, const struct records *records,
			 const struct record *r, bool generalize)
{
	const char *op = luo_op_names[record_decided_as(r)];

	l->parts[PART_OPS] = one_word(xstrdup(op));
	l->parts[PART_SESSION] = learn_name(records, r, r->session,
					    common_session, generalize);
	if (r->cgroup)
		l->parts[PART_CGROUP] = learn_name(records, r, r->cgroup,
						   common_cgroup, generalize);
	if (r->type)
		l->parts[PART_TYPE] = one_word(name_word(r->type, false));
	if (r->op != LUO_OP_CREATE)
		l->parts[PART_OWNER] = one_word(owner_word(r));
	l->parts[PART_UID] = one_word(xasprintf("%u", r->uid));
	l->exe = name_word(r->exe, false);
	l->pid1 = r->pid1;
	l->count = r->count;
}

/* ---- The policy ---- */

static void write_words(FILE *out, const char *key, const struct words *words)
{
	u32 i;

	for (i = 0; i < words->count; i++)
		fprintf(out, "%s%s", i ? "," : key, words->at[i]);
}

static void write_learned(FILE *out, const struct learned *l)
{
	fprintf(out, "\n# %llu record%s\n", l->count, l->count > 1 ? "s" : "");
	write_words(out, "allow ", &l->parts[PART_OPS]);
	write_words(out, " session=", &l->parts[PART_SESSION]);
	write_words(out, " owner=", &l->parts[PART_OWNER]);
	write_words(out, " type=", &l->parts[PART_TYPE]);
	fprintf(out, " exe=%s%s", l->exe, l->pid1 ? " pid=1" : "");
	write_words(out, " cgroup=", &l->parts[PART_CGROUP]);
	write_words(out, " uid=", &l->parts[PART_UID]);
	fputc('\n', out);
}

static bool was_refused_still(const struct record *r)
{
	return !r->allowed && (r->reason == LUO_REASON_DENY_RULE ||
			       r->reason == LUO_REASON_LIMIT);
}

/* What a policy can not be learned from. */
static void write_left_out(FILE *out, const struct records *records)
{
	u64 unknown = 0, refused = 0, cut = 0;
	const struct record *r;
	u32 i;

	for (i = 0; i < records->count; i++) {
		r = &records->list[i];
		if (was_refused_still(r))
			refused += r->count;
		else if (r->op != OP_FREEZE && !r->exe)
			unknown += r->count;
		else if (r->op != OP_FREEZE && r->cut)
			cut += r->count;
	}
	if (refused)
		fprintf(out, "\n# left out: %llu refused by a deny or a limit\n",
			refused);
	if (unknown)
		fprintf(out, "\n# left out: %llu of which the executable is not known\n",
			unknown);
	if (cut)
		fprintf(out, "\n# left out: %llu of which not all of the cgroup is known\n",
			cut);
}

/* A policy as the kernel takes it, in its canonical form. */
static void write_formatted(FILE *out, char *text, size_t size)
{
	struct source source, to = {};

	source_set(&source, "learned", text, size);
	if (source_parse(&source) || format_source(&source, &to))
		give_up("what was learned is no policy");
	fwrite(to.text, 1, to.size, out);
	source_destroy(&source);
	source_destroy(&to);
}

void learn_records(FILE *out, const struct records *records, const char *name,
		   u64 version, bool generalize)
{
	struct learned *list = xcalloc(records->count, sizeof(*list));
	u32 i, count = 0;
	size_t size;
	char *text;
	FILE *policy = open_memstream(&text, &size);

	for (i = 0; i < records->count; i++) {
		if (is_to_be_allowed(&records->list[i]))
			learn_record(&list[count++], records,
				     &records->list[i], generalize);
	}
	count = join_all(list, count);
	fputs("# Learned from audit records: read it before you load it.\npolicy name=",
	      policy);
	write_name(policy, name, strlen(name), false);
	fprintf(policy, " version=%llu\n", version);
	for (i = 0; i < count; i++) {
		write_learned(policy, &list[i]);
		free_learned(&list[i]);
	}
	write_left_out(policy, records);
	fclose(policy);
	free(list);
	write_formatted(out, text, size);
}

static int generalize;
static const char *name = "learned";
static u64 version = 1;

static const char text[] =
"usage: luopol learn [OPTION]... [LOG|-]\n"
"Make a policy from the audit records of a permissive run (see explain for\n"
"LOG). It allows what was seen: session, owner, type, executable, cgroup and\n"
"uid, and nothing else of these. Read it before you load it.\n"
"\n"
"  --generalize   write a prefix for sessions, and for cgroups of one program\n"
"                 and user, that share one, as in vm-*\n"
"  --name NAME    name of the policy, instead of learned\n"
"  --version N    its version, instead of 1\n"
"\n"
"Exit status: 0, 1 there is no record of luo_lsm, 2 trouble.\n";

static int take_option(int value, const char *argument)
{
	char *end;

	if (value == 'n')
		name = argument;
	if (value != 'v')
		return 0;
	version = strtoull(argument, &end, 10);
	if (version && version <= S64_MAX && !*end)
		return 0;
	complain("bad version '%s': expected 1 to 9223372036854775807",
		 argument);
	return EXIT_TROUBLE;
}

int cmd_learn(int argc, char **argv)
{
	static const struct option options[] = {
		{ "generalize", no_argument, &generalize, 1 },
		{ "name", required_argument, NULL, 'n' },
		{ "version", required_argument, NULL, 'v' },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, take_option, 0, 1 };
	int count = parse_options(&usage, argc, argv), status;
	struct records records;

	if (count < 0)
		return usage_status(count);
	if (records_read(&records, count ? argv[0] : AUDIT_LOG))
		return EXIT_TROUBLE;
	status = records.count ? EXIT_GOOD : EXIT_BAD;
	if (records.count)
		learn_records(stdout, &records, name, version, generalize);
	else
		complain("there is no record of luo_lsm");
	records_destroy(&records);
	return status;
}
