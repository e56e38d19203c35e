// SPDX-License-Identifier: GPL-2.0
/*
 * Statements that allow what audit records show.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/generalize.h"
#include "analysis/learn_base.h"
#include "analysis/learn.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "common/memory.h"

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

/* Sort, and drop what is there twice. */
static void sort_words(struct words *words)
{
	u32 i, kept = 0;

	qsort(words->at, words->count, sizeof(*words->at), word_compare);
	for (i = 0; i < words->count; i++) {
		if (kept && !strcmp(words->at[kept - 1], words->at[i]))
			free(words->at[i]);
		else
			words->at[kept++] = words->at[i];
	}
	words->count = kept;
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

static bool is_of(const struct learned_statement *l, enum part part)
{
	return l->parts[part].count;
}

/* Compare all parts but @joining. Whether it is there counts, too. */
static int others_compare(const void *a, const void *b)
{
	const struct learned_statement *x = a, *y = b;
	int order = strcmp(x->program, y->program) ?: x->pid1 - y->pid1 ?:
		    x->foreign - y->foreign ?:
		    is_of(x, PART_TYPE) - is_of(y, PART_TYPE) ?:
		    is_of(x, PART_FOWNER) - is_of(y, PART_FOWNER) ?:
		    is_of(x, PART_CGROUP) - is_of(y, PART_CGROUP);
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

/* How many of the statements from the first one on can be joined with it. */
static u32 run_length(const struct learned_statement *list, u32 count, enum part part)
{
	u32 i = 1;

	while (i < count && !others_compare(&list[0], &list[i]) &&
	       may_join(&list[0], &list[i], part))
		i++;
	return i;
}

/* Join @count statements with the first one of them. */
static void join_run(struct learned_statement *list, u32 count, enum part part)
{
	struct words *to = &list->parts[part], *from;
	u32 i, words = 0;

	for (i = 0; i < count; i++)
		words += list[i].parts[part].count;
	to->at = xrealloc(to->at, words, sizeof(*to->at));
	for (i = 1; i < count; i++) {
		from = &list[i].parts[part];
		if (from->count)
			memcpy(to->at + to->count, from->at,
			       from->count * sizeof(*to->at));
		to->count += from->count;
		free(from->at);
		*from = (struct words){};
		list->count += list[i].count;
		list->by_owner |= list[i].by_owner;
		list->style |= list[i].style;
		free_learned(&list[i]);
	}
	if (words)
		sort_words(to);
}

/* Join statements that differ in @part alone. Returns how many are left. */
static u32 join_part(struct learned_statement *list, u32 count, enum part part)
{
	u32 i, length, kept = 0;

	joining = part;
	qsort(list, count, sizeof(*list), learned_compare);
	for (i = 0; i < count; i += length) {
		length = run_length(list + i, count - i, part);
		if (length > 1)
			join_run(list + i, length, part);
		list[kept++] = list[i];
	}
	return kept;
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
	return r->op < OP_FREEZE && (r->exe || r->verity || r->foreign) &&
	       !r->cut && !r->exe_cut &&
	       (r->allowed || r->reason == LUO_REASON_NO_RULE ||
		r->reason == LUO_REASON_NO_POLICY);
}

/* Records are in one array, in the order of the log. */
static int session_compare(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	return strcmp((*x)->session, (*y)->session) ?: (*x > *y) - (*x < *y);
}

/**
 * struct sessions - What is learned from.
 * @list:  The records, by session.
 * @count: How many there are.
 */
struct sessions {
	const struct record **list;
	u32 count;
};

static void sessions_init(struct sessions *sessions, const struct records *records)
{
	u32 i;

	*sessions = (struct sessions){
		xcalloc(records->count, sizeof(*sessions->list)), 0,
	};
	for (i = 0; i < records->count; i++) {
		if (is_to_be_allowed(&records->list[i]))
			sessions->list[sessions->count++] = &records->list[i];
	}
	qsort(sessions->list, sessions->count, sizeof(*sessions->list),
	      session_compare);
}

/* ---- A statement for each record ---- */

static void learn_names(struct learned_statement *l, const struct record *r,
			struct generalizer *general, const struct luo_program *base)
{
	char *session, *cgroup;

	if (base && base_tenant(base, r, &session, &cgroup)) {
		l->tenant = true;
		l->style = true;
		l->parts[PART_SESSION] = one_word(session);
		l->parts[PART_CGROUP] = one_word(cgroup);
		return;
	}
	if (general && generalize_tenant(general, r, &session, &cgroup)) {
		l->tenant = true;
		l->parts[PART_SESSION] = one_word(session);
		l->parts[PART_CGROUP] = one_word(cgroup);
		return;
	}
	session = general ? generalize_session(general, r, &l->by_owner) :
			    name_word(r->session, false);
	l->parts[PART_SESSION] = one_word(session);
	if (!r->cgroup)
		return;
	cgroup = general ? generalize_cgroup(general, r) : name_word(r->cgroup, false);
	l->parts[PART_CGROUP] = one_word(cgroup);
}

/* A program by its path, or by its digest where it is at no path; empty for neither. */
static char *program_condition(const struct record *r)
{
	char *name, *condition;

	if (!r->exe)
		return r->verity ? xasprintf("verity=%s", r->verity) :
				   xstrdup("");
	name = name_word(r->exe, false);
	condition = xasprintf("exe=%s", name);
	free(name);
	return condition;
}

/* @general is NULL if nothing is to be generalized. */
static void learn_record(struct learned_statement *l, const struct record *r,
			 struct generalizer *general, const struct luo_program *base)
{
	l->parts[PART_OPS] = one_word(xstrdup(luo_op_names[r->op]));
	learn_names(l, r, general, base);
	if (r->type)
		l->parts[PART_TYPE] = one_word(name_word(r->type, false));
	if (r->type && r->fowner_known)
		l->parts[PART_FOWNER] = one_word(xasprintf("%u", r->fowner));
	if (r->op != LUO_OP_CREATE)
		l->parts[PART_OWNER] = one_word(owner_word(r));
	l->parts[PART_UID] = one_word(xasprintf("%u", r->uid));
	l->program = program_condition(r);
	l->pid1 = r->pid1;
	l->foreign = r->foreign;
	l->count = r->count;
}

static bool was_denied_anyway(const struct record *r)
{
	return r->op != OP_MISSED && !r->allowed &&
	       (r->reason == LUO_REASON_DENY_RULE ||
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
		else if (r->op < OP_FREEZE && (r->cut || r->exe_cut))
			learned->cut += r->count;
		else if (r->op < OP_FREEZE && !r->exe && !r->verity &&
			 !r->foreign)
			learned->unknown += r->count;
	}
}

/* Who only saw how files were preserved has seen half of a live update. */
static void count_unrestored(struct learned *learned, const struct sessions *sessions)
{
	const struct record *r;
	u32 i, next, ops;

	for (i = 0; i < sessions->count; i = next) {
		r = sessions->list[i];
		ops = 0;
		for (next = i; next < sessions->count; next++) {
			if (strcmp(sessions->list[next]->session, r->session))
				break;
			ops |= BIT(sessions->list[next]->op);
		}
		if (!(ops & BIT(LUO_OP_PRESERVE)) || ops & BIT(LUO_OP_RESTORE))
			continue;
		if (!learned->unrestored++)
			learned->example = r->session;
	}
}

void learn_find(struct learned *learned, const struct records *records,
		bool generalize, const struct source *base)
{
	struct luo_policy *policy = base ? compile_source(base) : NULL;
	struct generalizer *general = NULL;
	struct sessions sessions;
	u32 i;

	sessions_init(&sessions, records);
	if (generalize)
		general = generalizer_new(sessions.list, sessions.count);
	*learned = (struct learned){
		.list = xcalloc(records->count, sizeof(*learned->list)),
	};
	for (i = 0; i < records->count; i++) {
		if (is_to_be_allowed(&records->list[i]) &&
		    (!base || base_lacks(policy, &records->list[i], learned)))
			learn_record(&learned->list[learned->count++],
				     &records->list[i], general,
				     base ? &base->program : NULL);
	}
	luo_policy_free(policy);
	generalizer_free(general);
	count_unrestored(learned, &sessions);
	free(sessions.list);
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
