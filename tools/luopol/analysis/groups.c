// SPDX-License-Identifier: GPL-2.0
/*
 * Records that are alike.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/groups.h"
#include "common/memory.h"

#define DIGITS		"0123456789"
#define SEPARATORS	"-_:/@"

/* A name for comparisons: what it begins with, and '*'. */
static struct group_name pattern(struct groups *groups, const char *name, int star,
				 const char *kind)
{
	char *text = xasprintf("%.*s%s%s", star < 0 ? (int)strlen(name) : star, name,
			       star < 0 ? "" : "*", star < 0 ? "" : kind);
	struct group_name made = { interned_text(&groups->names, text), star };

	free(text);
	return made;
}

/* What names with other numbers begin with, and '*'. */
static struct group_name name_pattern(struct groups *groups, const char *name)
{
	size_t length = strcspn(name, DIGITS), at;

	if (!name[length]) {
		for (at = length; at && !strchr(SEPARATORS, name[at - 1]); at--)
			;
		if (!at)
			return pattern(groups, name, -1, "");
		length = at;
	}
	return pattern(groups, name, length, "");
}

/* The same of a unit, whose kind stays: vm-12.scope is vm-*.scope. */
static struct group_name unit_pattern(struct groups *groups, const char *cgroup)
{
	const char *name = strrchr(cgroup, '/') + 1, *kind = strrchr(name, '.');
	size_t length = strcspn(name, DIGITS);

	if (!*name)
		return pattern(groups, "/", -1, "");
	if (!name[length])
		return pattern(groups, name, -1, "");
	return pattern(groups, name, length, kind && kind >= name + length ? kind : "");
}

static struct group_name no_name(void)
{
	return (struct group_name){ NULL, -1 };
}

static int text_compare(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !!a - !!b;
}

static int number_compare(u64 a, u64 b)
{
	return (a > b) - (a < b);
}

static bool is_same_name(const struct group_name *a, const struct group_name *b)
{
	return a->text == b->text && a->star == b->star;
}

static bool is_alike(const struct group *x, const struct group *y)
{
	const struct record *r = x->first, *s = y->first;

	return r->op == s->op && r->allowed == s->allowed && r->enforcing == s->enforcing &&
	       r->reason == s->reason && r->line == s->line && r->version == s->version &&
	       r->foreign == s->foreign && is_same_name(&x->sessions, &y->sessions) &&
	       is_same_name(&x->unit, &y->unit) && !text_compare(r->policy, s->policy) &&
	       !text_compare(r->node, s->node) && !text_compare(r->exe, s->exe) &&
	       !text_compare(r->verity, s->verity);
}

/* Equal ones in the order of the log. */
static int most_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return -number_compare(x->count, y->count) ?:
	       (x->first > y->first) - (x->first < y->first);
}

static u64 hash_group(const struct group *group)
{
	const struct record *r = group->first;
	u64 hash = hash_text(r->op << 16 | r->reason << 8 | r->allowed, group->sessions.text);

	hash = hash_text(hash ^ r->line, group->unit.text);
	hash = hash_text(hash ^ r->version, r->policy);
	hash = hash_text(hash, r->node);
	hash = hash_text(hash, r->verity);
	hash = hash_text(hash, r->exe);
	return hash ^ hash >> 32;
}

/* The place of a group that is alike in the hash table, or of none. */
static u32 *find_place(const struct groups *groups, const struct group *group)
{
	u32 at = hash_group(group) & (groups->places - 1);

	while (groups->place[at] && !is_alike(&groups->list[groups->place[at] - 1], group))
		at = (at + 1) & (groups->places - 1);
	return &groups->place[at];
}

static void make_room(struct groups *groups)
{
	u32 i;

	if (2 * (groups->count + 1) < groups->places)
		return;
	groups->places = groups->places ? 2 * groups->places : 64;
	groups->list = xrealloc(groups->list, groups->places / 2, sizeof(*groups->list));
	free(groups->place);
	groups->place = xcalloc(groups->places, sizeof(*groups->place));
	for (i = 0; i < groups->count; i++)
		*find_place(groups, &groups->list[i]) = i + 1;
}

static void add_to_group(struct groups *groups, const struct group *one)
{
	struct group *group;
	u32 *place;

	make_room(groups);
	place = find_place(groups, one);
	if (!*place) {
		groups->list[groups->count++] = *one;
		*place = groups->count;
		return;
	}
	group = &groups->list[*place - 1];
	if (one->seconds > group->seconds)
		group->seconds = one->seconds;
	group->kinds += one->kinds;
	group->count += one->count;
}

void groups_find(struct groups *groups, const struct records *records)
{
	const struct record *r;
	struct group one;
	u32 i;

	*groups = (struct groups){};
	for (i = 0; i < records->count; i++) {
		r = &records->list[i];
		one = (struct group){
			.first = r,
			.sessions = r->session ? name_pattern(groups, r->session) : no_name(),
			.unit = r->cgroup && !r->cut ? unit_pattern(groups, r->cgroup) :
						       no_name(),
			.kinds = 1,
			.count = r->count,
			.seconds = r->seconds,
		};
		add_to_group(groups, &one);
	}
	if (groups->count)
		qsort(groups->list, groups->count, sizeof(*groups->list), most_first);
}

void groups_destroy(struct groups *groups)
{
	free(groups->list);
	free(groups->place);
	interned_destroy(&groups->names);
	*groups = (struct groups){};
}
