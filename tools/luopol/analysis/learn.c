// SPDX-License-Identifier: GPL-2.0
/*
 * Statements that allow what audit records show.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/learn.h"
#include "base/policy_text.h"
#include "common/memory.h"

#define PREFIX_LEAST	3	/* bytes of the shortest prefix that --generalize writes */

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

static bool is_of_file(const struct learned_statement *l)
{
	return l->parts[PART_TYPE].count;
}

static bool is_of_cgroup(const struct learned_statement *l)
{
	return l->parts[PART_CGROUP].count;
}

/* Compare all parts but @joining. Whether there is a file or a cgroup counts, too. */
static int others_compare(const void *a, const void *b)
{
	const struct learned_statement *x = a, *y = b;
	int order = strcmp(x->program, y->program) ?: x->pid1 - y->pid1 ?:
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
	const struct learned_statement *x = a, *y = b;

	return others_compare(a, b) ?: words_compare(&x->parts[joining],
						     &y->parts[joining]);
}

static void free_learned(struct learned_statement *l)
{
	enum part part;

	for (part = 0; part < PART_COUNT; part++)
		free_words(&l->parts[part]);
	free(l->program);
}

/* A tenant stands alone: it is in no list of values. */
static bool may_join(const struct learned_statement *x, const struct learned_statement *y,
		     enum part part)
{
	if ((part != PART_SESSION && part != PART_CGROUP) || (!x->tenant && !y->tenant))
		return true;
	return x->tenant == y->tenant && !words_compare(&x->parts[part], &y->parts[part]);
}

/* Join statements that differ in @part alone. Returns how many are left. */
static u32 join_part(struct learned_statement *list, u32 count, enum part part)
{
	u32 i, kept = 0;

	joining = part;
	qsort(list, count, sizeof(*list), learned_compare);
	for (i = 1; i < count; i++) {
		if (others_compare(&list[kept], &list[i]) ||
		    !may_join(&list[kept], &list[i], part)) {
			list[++kept] = list[i];
			continue;
		}
		add_words(&list[kept].parts[part], &list[i].parts[part]);
		list[kept].count += list[i].count;
		free_learned(&list[i]);
	}
	return count ? kept + 1 : 0;
}

static u32 join_all(struct learned_statement *list, u32 count)
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
	return r->op != OP_FREEZE && (r->exe || r->verity) && !r->cut &&
	       (r->allowed || r->reason == LUO_REASON_NO_RULE ||
		r->reason == LUO_REASON_NO_POLICY);
}

/* The length of the common prefix, cut back to the last separator. */
static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	while (length && !strchr("-_.:/@", a[length - 1]))
		length--;
	return length;
}

/* The length of the common prefix of both sessions' names; 0 if it is too short. */
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

/* Of programs that both are to be allowed. */
static bool same_program(const struct record *a, const struct record *b)
{
	if (!a->exe || !b->exe)
		return !a->exe && !b->exe && !strcmp(a->verity, b->verity);
	return !strcmp(a->exe, b->exe);
}

/*
 * Likewise of cgroups: both have the same executable, uid and parent cgroup, and their
 * own names share a prefix, as vm@1.service and vm@2.service do.
 */
static size_t common_cgroup(const struct record *a, const struct record *b)
{
	size_t length, folder;

	if (!is_to_be_allowed(b) || !b->cgroup || !same_program(a, b) ||
	    a->uid != b->uid || !strcmp(a->cgroup, b->cgroup))
		return 0;
	folder = folder_length(a->cgroup);
	length = common_prefix(a->cgroup, b->cgroup);
	return folder == folder_length(b->cgroup) &&
	       length >= folder + PREFIX_LEAST ? length : 0;
}

/*
 * Generalize @name, of @r, to the shortest prefix that @common finds with another
 * record, or return the name itself.
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

/* Where @cgroup of @r has @mine, the cgroup of @other has @others, and all else is equal. */
static const char *find_tenant(const struct record *r, const char *mine,
			       const struct record *other, const char *others)
{
	size_t length = strlen(mine), other_length = strlen(others), before;
	const char *at = r->cgroup;

	while ((at = strstr(at, mine))) {
		before = at - r->cgroup;
		if (!strncmp(r->cgroup, other->cgroup, before) &&
		    !strncmp(other->cgroup + before, others, other_length) &&
		    !strcmp(other->cgroup + before + other_length, at + length))
			return at;
		at++;
	}
	return NULL;
}

/*
 * If two records of one program, as one user, differ in what follows a prefix of the
 * session, and their cgroups in the same: learn a statement for all such tenants.
 */
static bool learn_tenant(struct learned_statement *l, const struct records *records,
			 const struct record *r)
{
	const char *mine, *at, *found = NULL;
	const struct record *other;
	size_t length, best = 0;
	u32 i;

	for (i = 0; i < records->count && r->cgroup; i++) {
		other = &records->list[i];
		if (!is_to_be_allowed(other) || !other->cgroup || r->uid != other->uid ||
		    !same_program(r, other))
			continue;
		length = common_session(r, other);
		mine = r->session + length;
		if (!length || (found && length >= best) || !*mine || !other->session[length] ||
		    strchr(mine, '/') || strchr(other->session + length, '/'))
			continue;
		at = find_tenant(r, mine, other, other->session + length);
		if (!at)
			continue;
		found = at;
		best = length;
	}
	if (!found)
		return false;
	l->tenant = true;
	l->parts[PART_SESSION] = one_word(tenant_word(r->session, best, ""));
	l->parts[PART_CGROUP] = one_word(tenant_word(r->cgroup, found - r->cgroup,
						     found + strlen(r->session + best)));
	return true;
}

static void learn_names(struct learned_statement *l, const struct records *records,
			const struct record *r, bool generalize)
{
	if (generalize && learn_tenant(l, records, r))
		return;
	l->parts[PART_SESSION] = learn_name(records, r, r->session,
					    common_session, generalize);
	if (r->cgroup)
		l->parts[PART_CGROUP] = learn_name(records, r, r->cgroup,
						   common_cgroup, generalize);
}

/* A program by its path, or by its digest where it is at no path. */
static char *program_condition(const struct record *r)
{
	char *name, *condition;

	if (!r->exe)
		return xasprintf("verity=%s", r->verity);
	name = name_word(r->exe, false);
	condition = xasprintf("exe=%s", name);
	free(name);
	return condition;
}

static void learn_record(struct learned_statement *l, const struct records *records,
			 const struct record *r, bool generalize)
{
	const char *op = luo_op_names[r->op];

	l->parts[PART_OPS] = one_word(xstrdup(op));
	learn_names(l, records, r, generalize);
	if (r->type)
		l->parts[PART_TYPE] = one_word(name_word(r->type, false));
	if (r->op != LUO_OP_CREATE)
		l->parts[PART_OWNER] = one_word(owner_word(r));
	l->parts[PART_UID] = one_word(xasprintf("%u", r->uid));
	l->program = program_condition(r);
	l->pid1 = r->pid1;
	l->count = r->count;
}

static bool was_denied_anyway(const struct record *r)
{
	return !r->allowed && (r->reason == LUO_REASON_DENY_RULE ||
			       r->reason == LUO_REASON_LIMIT);
}

/* Count the records from which no statement is learned. */
static void count_left_out(struct learned *learned,
			   const struct records *records)
{
	const struct record *r;
	u32 i;

	for (i = 0; i < records->count; i++) {
		r = &records->list[i];
		if (was_denied_anyway(r))
			learned->refused += r->count;
		else if (r->op != OP_FREEZE && !r->exe && !r->verity)
			learned->unknown += r->count;
		else if (r->op != OP_FREEZE && r->cut)
			learned->cut += r->count;
	}
}

void learn_find(struct learned *learned, const struct records *records,
		bool generalize)
{
	u32 i;

	*learned = (struct learned){
		.list = xcalloc(records->count, sizeof(*learned->list)),
	};
	for (i = 0; i < records->count; i++) {
		if (is_to_be_allowed(&records->list[i]))
			learn_record(&learned->list[learned->count++], records,
				     &records->list[i], generalize);
	}
	learned->count = join_all(learned->list, learned->count);
	count_left_out(learned, records);
}

void learn_destroy(struct learned *learned)
{
	u32 i;

	for (i = 0; i < learned->count; i++)
		free_learned(&learned->list[i]);
	free(learned->list);
}
