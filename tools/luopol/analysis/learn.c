// SPDX-License-Identifier: GPL-2.0
/*
 * Statements that allow what audit records show.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/learn.h"
#include "base/policy_text.h"
#include "common/memory.h"

#define SEPARATORS	"-_.:/@"
/* With how many records a record is compared to find its tenant */
#define TENANT_TRIES	256
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
		list[kept].by_owner |= list[i].by_owner;
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
	return r->op < OP_FREEZE && (r->exe || r->verity || r->foreign) &&
	       !r->cut && !r->exe_cut &&
	       (r->allowed || r->reason == LUO_REASON_NO_RULE ||
		r->reason == LUO_REASON_NO_POLICY);
}

/* The length of the common prefix, cut back to the last separator. */
static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	while (length && !strchr(SEPARATORS, a[length - 1]))
		length--;
	return length;
}

static size_t folder_length(const char *path)
{
	return strrchr(path, '/') + 1 - path;
}

/* Of programs that both are to be allowed. */
static bool same_program(const struct record *a, const struct record *b)
{
	if (!a->exe || !b->exe)
		return !a->exe && !b->exe && a->verity && b->verity &&
		       !strcmp(a->verity, b->verity);
	return !strcmp(a->exe, b->exe);
}

/*
 * The common prefix of two cgroups; 0 if it is too short. Both have the same executable,
 * uid, session and parent cgroup, and their own names share a prefix, as vm@1.service
 * and vm@2.service do. If they had different sessions, each could have the other's.
 */
static size_t common_cgroup(const struct record *a, const struct record *b)
{
	size_t length, folder;

	if (!is_to_be_allowed(b) || !b->cgroup || !same_program(a, b) ||
	    a->uid != b->uid || strcmp(a->session, b->session) ||
	    !strcmp(a->cgroup, b->cgroup))
		return 0;
	folder = folder_length(a->cgroup);
	length = common_prefix(a->cgroup, b->cgroup);
	return folder == folder_length(b->cgroup) &&
	       length >= folder + PREFIX_LEAST ? length : 0;
}

/* Generalize the cgroup of @r to the shortest prefix that it shares, or return it. */
static char *general_cgroup(const struct records *records, const struct record *r)
{
	size_t length, best = 0;
	char *prefix, *word;
	u32 i;

	for (i = 0; i < records->count; i++) {
		length = common_cgroup(r, &records->list[i]);
		if (length && (!best || length < best))
			best = length;
	}
	if (!best)
		return name_word(r->cgroup, false);
	prefix = xstrndup(r->cgroup, best);
	word = name_word(prefix, true);
	free(prefix);
	return word;
}

/* ---- Sessions by prefix, tenants apart ---- */

/* Tenants are told apart by uid, executable and cgroup. */
static int tenant_compare(const struct record *a, const struct record *b)
{
	int order = (a->uid > b->uid) - (a->uid < b->uid) ?:
		    a->foreign - b->foreign ?: !a->exe - !b->exe ?:
		    !a->verity - !b->verity ?: !a->cgroup - !b->cgroup;

	if (!order && a->exe)
		order = strcmp(a->exe, b->exe);
	if (!order && a->verity)
		order = strcmp(a->verity, b->verity);
	if (!order && a->cgroup)
		order = strcmp(a->cgroup, b->cgroup);
	return order;
}

static int session_compare(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a;
	const struct record *y = *(struct record *const *)b;

	return strcmp(x->session, y->session) ?: tenant_compare(x, y);
}

/**
 * struct sessions - What --generalize looks prefixes up in.
 * @list:  The records that are learned from, by session, then by tenant.
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

/* The first of the records whose session is not less than @name of @length bytes. */
static u32 first_session(const struct sessions *sessions, const char *name,
			 size_t length)
{
	u32 low = 0, high = sessions->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strncmp(sessions->list[middle]->session, name, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether owner=self tells them apart: each has what it created. */
static bool is_own(const struct record *r)
{
	return r->op != LUO_OP_CREATE && r->owner_known && r->ouid == r->uid;
}

/* Creators own what they create, so the owner is known with each of its operations. */
static bool is_of_others(const struct record *r, const struct record *other)
{
	return other->owner_known && other->ouid != r->uid;
}

/*
 * Whether a statement may have a prefix of @length bytes of the session of @r: the tenant
 * has another session that begins so, and all others are the tenant's, too, or if
 * @by_owner, of other owners.
 */
static bool is_of_tenant(const struct sessions *sessions, const struct record *r,
			 size_t length, bool by_owner)
{
	u32 i = first_session(sessions, r->session, length);
	const struct record *other, *name = NULL;
	bool more = false, ours = true;

	for (; i < sessions->count; i++) {
		other = sessions->list[i];
		if (strncmp(other->session, r->session, length))
			break;
		if (!name || strcmp(name->session, other->session)) {
			if (!ours)
				return false;
			name = other;
			ours = false;
		}
		if (!tenant_compare(r, other)) {
			ours = true;
			more |= strcmp(r->session, other->session) != 0;
		} else if (by_owner && is_own(r) && is_of_others(r, other)) {
			ours = true;
		}
	}
	return more && ours;
}

/* The shortest prefix of the session of @r that is_of_tenant(), or 0. */
static size_t general_length(const struct sessions *sessions, const struct record *r,
			     bool by_owner)
{
	size_t length, size = strlen(r->session);

	for (length = PREFIX_LEAST; length <= size; length++) {
		if (strchr(SEPARATORS, r->session[length - 1]) &&
		    is_of_tenant(sessions, r, length, by_owner))
			return length;
	}
	return 0;
}

/* The session of @r, or a prefix, if need be one that owner=self makes the tenant's. */
static char *general_session(const struct sessions *sessions, const struct record *r,
			     bool *by_owner)
{
	size_t length = general_length(sessions, r, false);
	char *prefix, *word;

	if (!length)
		length = general_length(sessions, r, true);
	else
		by_owner = NULL;
	if (!length)
		return name_word(r->session, false);
	if (by_owner)
		*by_owner = true;
	prefix = xstrndup(r->session, length);
	word = name_word(prefix, true);
	free(prefix);
	return word;
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
	u32 tries = TENANT_TRIES;
	u32 i;

	for (i = 0; i < records->count && r->cgroup; i++) {
		other = &records->list[i];
		if (r->uid != other->uid || r->foreign != other->foreign || !other->cgroup ||
		    !is_to_be_allowed(other) || !same_program(r, other) ||
		    !strcmp(r->session, other->session))
			continue;
		/* Those that look at first like tenants are tenants, or few are */
		if (!tries--)
			break;
		length = common_prefix(r->session, other->session);
		mine = r->session + length;
		if (length < PREFIX_LEAST || (found && length >= best) ||
		    !*mine || !other->session[length] ||
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

/* ---- A statement for each record ---- */

static void learn_names(struct learned_statement *l, const struct records *records,
			const struct record *r, const struct sessions *sessions)
{
	char *word;

	if (sessions && learn_tenant(l, records, r))
		return;
	word = sessions ? general_session(sessions, r, &l->by_owner) :
			  name_word(r->session, false);
	l->parts[PART_SESSION] = one_word(word);
	if (!r->cgroup)
		return;
	word = sessions ? general_cgroup(records, r) : name_word(r->cgroup, false);
	l->parts[PART_CGROUP] = one_word(word);
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

/* @sessions is NULL if nothing is to be generalized. */
static void learn_record(struct learned_statement *l, const struct records *records,
			 const struct record *r, const struct sessions *sessions)
{
	l->parts[PART_OPS] = one_word(xstrdup(luo_op_names[r->op]));
	learn_names(l, records, r, sessions);
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
		bool generalize)
{
	struct sessions sessions;
	u32 i;

	sessions_init(&sessions, records);
	*learned = (struct learned){
		.list = xcalloc(records->count, sizeof(*learned->list)),
	};
	for (i = 0; i < records->count; i++) {
		if (is_to_be_allowed(&records->list[i]))
			learn_record(&learned->list[learned->count++], records,
				     &records->list[i],
				     generalize ? &sessions : NULL);
	}
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
