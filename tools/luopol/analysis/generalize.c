// SPDX-License-Identifier: GPL-2.0
/*
 * Prefixes of sessions and cgroups that keep tenants apart.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/generalize.h"
#include "base/policy_text.h"
#include "common/memory.h"

#define SEPARATORS	"-_.:/@"
/* With how many records a record is compared to find its tenant */
#define TENANT_TRIES	256
#define PREFIX_LEAST	3	/* bytes of the shortest prefix that is written */

/* Whether a prefix of the sessions from @first on is a tenant's: what was found out. */
struct known {
	u32 first;
	u32 length;	/* 0 if this is not used */
	u32 tenant;
	bool own;
	bool is;
};

/* Something that has a name of a session, by the name's number. */
struct named {
	u32 who;
	u32 name;
};

/* No user has these numbers. */
#define NO_OWNER	0x100000000ULL	/* of a session, in no record */
#define MANY_OWNERS	0x200000000ULL

/**
 * struct generalizer - Records in the orders in which they are looked up.
 * @count:    How many there are.
 * @sessions: By session.
 * @tenants:  The number of the tenant of each of @sessions.
 * @names:    The number of the name of each of @sessions, from 0.
 * @owners:   The one owner that records of a name know, or NO_OWNER, or MANY_OWNERS.
 * @ownerless: How many names before each one have NO_OWNER.
 * @owned:    Names with one owner, by owner and name.
 * @owned_count: How many these are.
 * @held:     Names of each tenant, by tenant and name.
 * @held_count: How many these are.
 * @cgroups:  Those with a cgroup, by uid, program, session, parent of the cgroup, and
 *            cgroup.
 * @cgroup_count: How many those are.
 * @programs: Those with a cgroup, by uid and program, in the order of the log.
 * @skip:     For each of @programs the next one of another session.
 * @known:    A hash table.
 * @room:     Its size, a power of two.
 * @used:     How many of it are used.
 */
struct generalizer {
	u32 count;
	const struct record **sessions;
	u32 *tenants;
	u32 *names;
	u64 *owners;
	u32 *ownerless;
	struct named *owned;
	u32 owned_count;
	struct named *held;
	u32 held_count;
	const struct record **cgroups;
	u32 cgroup_count;
	const struct record **programs;
	u32 *skip;
	struct known *known;
	u32 room;
	u32 used;
};

/* ---- Orders ---- */

static int text_compare(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !!a - !!b;
}

/* By digest only where there is no path: a path is what the statement will name. */
static int program_compare(const struct record *a, const struct record *b)
{
	return (a->uid > b->uid) - (a->uid < b->uid) ?:
	       a->foreign - b->foreign ?: text_compare(a->exe, b->exe) ?:
	       (a->exe ? 0 : text_compare(a->verity, b->verity));
}

/* Tenants are told apart by uid, executable and cgroup. */
static int tenant_compare(const struct record *a, const struct record *b)
{
	return program_compare(a, b) ?: text_compare(a->verity, b->verity) ?:
	       text_compare(a->cgroup, b->cgroup);
}

static size_t folder_length(const char *path)
{
	return strrchr(path, '/') + 1 - path;
}

/* All but the last part of the cgroup, and whatever else has to be equal. */
static int folder_compare(const struct record *a, const struct record *b)
{
	size_t x = folder_length(a->cgroup), y = folder_length(b->cgroup);

	return program_compare(a, b) ?: strcmp(a->session, b->session) ?:
	       (x > y) - (x < y) ?: strncmp(a->cgroup, b->cgroup, x);
}

static int by_tenant(const void *a, const void *b)
{
	const struct record *const *const *x = a, *const *const *y = b;

	return tenant_compare(**x, **y);
}

static int by_cgroup(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	return folder_compare(*x, *y) ?: strcmp((*x)->cgroup, (*y)->cgroup);
}

/* Records are in one array, in the order of the log. */
static int by_program(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	return program_compare(*x, *y) ?: (*x > *y) - (*x < *y);
}

/* ---- Making them ---- */

static void number_tenants(struct generalizer *g)
{
	const struct record ***order = xcalloc(g->count, sizeof(*order));
	u32 i, number = 0;

	g->tenants = xcalloc(g->count, sizeof(*g->tenants));
	for (i = 0; i < g->count; i++)
		order[i] = &g->sessions[i];
	qsort(order, g->count, sizeof(*order), by_tenant);
	for (i = 0; i < g->count; i++) {
		if (i && tenant_compare(*order[i - 1], *order[i]))
			number++;
		g->tenants[order[i] - g->sessions] = number;
	}
	free(order);
}

static int by_who(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->who > y->who) - (x->who < y->who) ?:
	       (x->name > y->name) - (x->name < y->name);
}

static void note_owner(u64 *owner, const struct record *r)
{
	if (!r->owner_known)
		return;
	if (*owner == NO_OWNER)
		*owner = r->ouid;
	else if (*owner != r->ouid)
		*owner = MANY_OWNERS;
}

static void number_names(struct generalizer *g)
{
	u32 i, name = 0;

	g->names = xcalloc(g->count, sizeof(*g->names));
	g->owners = xcalloc(g->count, sizeof(*g->owners));
	g->held = xcalloc(g->count, sizeof(*g->held));
	for (i = 0; i < g->count; i++) {
		if (i && strcmp(g->sessions[i - 1]->session, g->sessions[i]->session))
			name++;
		if (!i || name != g->names[i - 1])
			g->owners[name] = NO_OWNER;
		g->names[i] = name;
		note_owner(&g->owners[name], g->sessions[i]);
		g->held[i] = (struct named){ g->tenants[i], name };
	}
	if (g->count)
		qsort(g->held, g->count, sizeof(*g->held), by_who);
	for (i = 0; i < g->count; i++) {
		if (!i || by_who(&g->held[g->held_count - 1], &g->held[i]))
			g->held[g->held_count++] = g->held[i];
	}
}

static void order_owners(struct generalizer *g)
{
	u32 names = g->count ? g->names[g->count - 1] + 1 : 0, i;

	g->ownerless = xcalloc(names + 1, sizeof(*g->ownerless));
	g->owned = xcalloc(names, sizeof(*g->owned));
	for (i = 0; i < names; i++) {
		g->ownerless[i + 1] = g->ownerless[i] + (g->owners[i] == NO_OWNER);
		if (g->owners[i] < NO_OWNER)
			g->owned[g->owned_count++] = (struct named){ g->owners[i], i };
	}
	if (g->owned_count)
		qsort(g->owned, g->owned_count, sizeof(*g->owned), by_who);
}

static void order_cgroups(struct generalizer *g)
{
	u32 i;

	g->cgroups = xcalloc(g->count, sizeof(*g->cgroups));
	g->programs = xcalloc(g->count, sizeof(*g->programs));
	g->skip = xcalloc(g->count, sizeof(*g->skip));
	for (i = 0; i < g->count; i++) {
		if (g->sessions[i]->cgroup)
			g->cgroups[g->cgroup_count++] = g->sessions[i];
	}
	if (!g->cgroup_count)
		return;
	memcpy(g->programs, g->cgroups, g->cgroup_count * sizeof(*g->programs));
	qsort(g->cgroups, g->cgroup_count, sizeof(*g->cgroups), by_cgroup);
	qsort(g->programs, g->cgroup_count, sizeof(*g->programs), by_program);
	for (i = g->cgroup_count; i-- > 0;)
		g->skip[i] = i + 1 < g->cgroup_count &&
			     !strcmp(g->programs[i]->session, g->programs[i + 1]->session) ?
			     g->skip[i + 1] : i + 1;
}

struct generalizer *generalizer_new(const struct record **list, u32 count)
{
	struct generalizer *g = xcalloc(1, sizeof(*g));

	g->sessions = list;
	g->count = count;
	for (g->room = 64; g->room < 8 * count; g->room *= 2)
		;
	g->known = xcalloc(g->room, sizeof(*g->known));
	number_tenants(g);
	number_names(g);
	order_owners(g);
	order_cgroups(g);
	return g;
}

void generalizer_free(struct generalizer *g)
{
	if (!g)
		return;
	free(g->tenants);
	free(g->names);
	free(g->owners);
	free(g->ownerless);
	free(g->owned);
	free(g->held);
	free(g->cgroups);
	free(g->programs);
	free(g->skip);
	free(g->known);
	free(g);
}

/* ---- Sessions by prefix ---- */

/*
 * Before which record the sessions are less than @name of @length bytes, or with @behind,
 * not greater.
 */
static u32 bisect_sessions(const struct generalizer *g, const char *name, size_t length,
			   bool behind)
{
	u32 low = 0, high = g->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strncmp(g->sessions[middle]->session, name, length);
		if (order < 0 || (behind && !order))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first of @list that is not before the name of @who. */
static u32 bisect_named(const struct named *list, u32 count, u32 who, u32 name)
{
	const struct named key = { who, name };
	u32 low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (by_who(&list[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of equal sessions, the records are in the order of the log. */
static u32 tenant_of(const struct generalizer *g, const struct record *r)
{
	u32 low = 0, high = g->count, middle;
	const struct record *at;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		at = g->sessions[middle];
		order = strcmp(at->session, r->session);
		if (order < 0 || (!order && at < r))
			low = middle + 1;
		else
			high = middle;
	}
	return g->tenants[low];
}

/* Whether owner=self tells them apart: each has what it created. */
static bool is_own(const struct record *r)
{
	return r->op != LUO_OP_CREATE && r->owner_known && r->ouid == r->uid;
}

/* Whether no record of the name knows another owner than @uid: creators own what they create. */
static bool is_of_no_other(const struct generalizer *g, u32 name, u32 uid)
{
	return g->owners[name] == NO_OWNER || g->owners[name] == uid;
}

/*
 * Whether a statement may have a prefix of @length bytes of the session of @r, which is
 * that of record @i for the first time: the tenant has another session that begins so,
 * and all others are the tenant's, too, or if @own, of other owners.
 */
static bool find_out(const struct generalizer *g, const struct record *r, u32 i,
		     size_t length, u32 tenant, bool own)
{
	u32 end = bisect_sessions(g, r->session, length, true);
	u32 first = g->names[i], last = g->names[end - 1] + 1;
	u32 from = bisect_named(g->held, g->held_count, tenant, first);
	u32 to = bisect_named(g->held, g->held_count, tenant, last);
	u32 wanted = last - first, ours = to - from;

	if (ours < 2 || !own)
		return ours >= 2 && ours == wanted;
	/* Those that nobody else is known to own have to be the tenant's */
	wanted = g->ownerless[last] - g->ownerless[first] +
		 bisect_named(g->owned, g->owned_count, r->uid, last) -
		 bisect_named(g->owned, g->owned_count, r->uid, first);
	for (ours = 0; from < to; from++)
		ours += is_of_no_other(g, g->held[from].name, r->uid);
	return ours == wanted;
}

static struct known *look_up(struct generalizer *g, const struct known *key)
{
	u64 hash = ((u64)key->first * 0x9e3779b97f4a7c15ULL) ^
		   ((u64)key->tenant * 0xc2b2ae3d27d4eb4fULL) ^
		   ((u64)key->length << 7) ^ key->own;
	u32 at = (hash ^ hash >> 32) & (g->room - 1);

	while (g->known[at].length &&
	       (g->known[at].first != key->first || g->known[at].length != key->length ||
		g->known[at].tenant != key->tenant || g->known[at].own != key->own))
		at = (at + 1) & (g->room - 1);
	return &g->known[at];
}

static bool is_of_tenant(struct generalizer *g, const struct record *r, size_t length,
			 u32 tenant, bool own)
{
	struct known key = {
		.first = bisect_sessions(g, r->session, length, false),
		.length = length, .tenant = tenant, .own = own,
	};
	struct known *known = look_up(g, &key);

	if (known->length)
		return known->is;
	key.is = find_out(g, r, key.first, length, tenant, own);
	if (g->used < g->room / 2) {
		g->used++;
		*known = key;
	}
	return key.is;
}

/* The shortest prefix of the session of @r that is_of_tenant(), or 0. */
static size_t general_length(struct generalizer *g, const struct record *r, u32 tenant,
			     bool own)
{
	size_t length, size = strlen(r->session);

	for (length = PREFIX_LEAST; length <= size; length++) {
		if (strchr(SEPARATORS, r->session[length - 1]) &&
		    is_of_tenant(g, r, length, tenant, own))
			return length;
	}
	return 0;
}

/* The first @length bytes of a name and '*'. */
static char *prefix_word(const char *name, size_t length)
{
	char *prefix = xstrndup(name, length);
	char *word = name_word(prefix, true);

	free(prefix);
	return word;
}

char *generalize_session(struct generalizer *g, const struct record *r, bool *by_owner)
{
	u32 tenant = tenant_of(g, r);
	size_t length = general_length(g, r, tenant, false);

	if (!length && is_own(r)) {
		length = general_length(g, r, tenant, true);
		*by_owner = length;
	}
	return length ? prefix_word(r->session, length) : name_word(r->session, false);
}

/* ---- Cgroups by prefix ---- */

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

/*
 * Before which record the cgroups are less than the first @length bytes of that of @r,
 * or with @behind, not greater.
 */
static u32 bisect_cgroups(const struct generalizer *g, const struct record *r,
			  size_t length, bool behind)
{
	u32 low = 0, high = g->cgroup_count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = folder_compare(g->cgroups[middle], r) ?:
			strncmp(g->cgroups[middle]->cgroup, r->cgroup, length);
		if (order < 0 || (behind && !order))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Less than all of the cgroup, if that of the other is another. */
static size_t shared_length(const struct record *r, const struct record *other)
{
	if (!strcmp(r->cgroup, other->cgroup))
		return strlen(r->cgroup);
	return common_prefix(r->cgroup, other->cgroup);
}

/*
 * Records of the same executable, uid, session and parent cgroup whose own names share a
 * prefix, as vm@1.service and vm@2.service do. If they had different sessions, each
 * could have the other's. Of those that share the shortest prefix with a separator at its
 * end, the first and the last have least in common with @r.
 */
char *generalize_cgroup(const struct generalizer *g, const struct record *r)
{
	size_t length = folder_length(r->cgroup) + PREFIX_LEAST, size = strlen(r->cgroup);
	const struct record *first, *last;
	size_t with_first, with_last;

	while (length <= size && !strchr(SEPARATORS, r->cgroup[length - 1]))
		length++;
	if (length > size || (!r->exe && !r->verity))
		return name_word(r->cgroup, false);
	first = g->cgroups[bisect_cgroups(g, r, length, false)];
	last = g->cgroups[bisect_cgroups(g, r, length, true) - 1];
	if (!strcmp(first->cgroup, last->cgroup))
		return name_word(r->cgroup, false);
	with_first = shared_length(r, first);
	with_last = shared_length(r, last);
	return prefix_word(r->cgroup, with_first < with_last ? with_first : with_last);
}

/* ---- Tenants ---- */

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

static u32 first_program(const struct generalizer *g, const struct record *r)
{
	u32 low = 0, high = g->cgroup_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (program_compare(g->programs[middle], r) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A pair of records as tenants: how many bytes of the session are before the tenant. */
static const char *compare_tenant(const struct record *r, const struct record *other,
				  size_t *length)
{
	const char *mine, *others;

	*length = common_prefix(r->session, other->session);
	mine = r->session + *length;
	others = other->session + *length;
	if (*length < PREFIX_LEAST || !*mine || !*others || strchr(mine, '/') ||
	    strchr(others, '/'))
		return NULL;
	return find_tenant(r, mine, other, others);
}

bool generalize_tenant(const struct generalizer *g, const struct record *r,
		       char **session, char **cgroup)
{
	const char *at, *found = NULL;
	size_t length, best = 0;
	u32 tries = TENANT_TRIES, i;

	/* Those that look at first like tenants are tenants, or few are */
	for (i = r->cgroup && (r->exe || r->verity) ? first_program(g, r) : g->cgroup_count;
	     i < g->cgroup_count && tries;) {
		if (program_compare(g->programs[i], r))
			break;
		if (!strcmp(g->programs[i]->session, r->session)) {
			i = g->skip[i];
			continue;
		}
		at = compare_tenant(r, g->programs[i++], &length);
		tries--;
		if (!at || (found && length >= best))
			continue;
		found = at;
		best = length;
	}
	if (!found)
		return false;
	*session = tenant_word(r->session, best, "");
	*cgroup = tenant_word(r->cgroup, found - r->cgroup,
			      found + strlen(r->session + best));
	return true;
}
