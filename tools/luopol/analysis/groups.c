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

/* What names with other numbers begin with, and '*'. */
static struct group_name name_pattern(const char *name)
{
	size_t length = strcspn(name, DIGITS), at;

	if (!name[length]) {
		for (at = length; at && !strchr(SEPARATORS, name[at - 1]); at--)
			;
		if (!at)
			return (struct group_name){ xstrdup(name), -1 };
		length = at;
	}
	return (struct group_name){ xasprintf("%.*s*", (int)length, name), length };
}

/* The same of a unit, whose kind stays: vm-12.scope is vm-*.scope. */
static struct group_name unit_pattern(const char *cgroup)
{
	const char *name = strrchr(cgroup, '/') + 1, *kind = strrchr(name, '.');
	size_t length = strcspn(name, DIGITS);

	if (!*name)
		return (struct group_name){ xstrdup("/"), -1 };
	if (!name[length])
		return (struct group_name){ xstrdup(name), -1 };
	return (struct group_name){
		xasprintf("%.*s*%s", (int)length, name,
			  kind && kind >= name + length ? kind : ""),
		length,
	};
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

static int name_compare(const struct group_name *a, const struct group_name *b)
{
	return text_compare(a->text, b->text) ?: a->star - b->star;
}

static int alike_compare(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	const struct record *r = x->first, *s = y->first;

	return number_compare(r->op, s->op) ?: number_compare(r->allowed, s->allowed) ?:
	       number_compare(r->enforcing, s->enforcing) ?:
	       number_compare(r->reason, s->reason) ?: number_compare(r->line, s->line) ?:
	       number_compare(r->version, s->version) ?:
	       text_compare(r->policy, s->policy) ?: text_compare(r->node, s->node) ?:
	       text_compare(r->exe, s->exe) ?: text_compare(r->verity, s->verity) ?:
	       number_compare(r->foreign, s->foreign) ?:
	       name_compare(&x->sessions, &y->sessions) ?: name_compare(&x->unit, &y->unit);
}

/* Equal ones in the order of the log. */
static int most_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return -number_compare(x->count, y->count) ?:
	       (x->first > y->first) - (x->first < y->first);
}

static void free_group(struct group *group)
{
	free(group->sessions.text);
	free(group->unit.text);
}

static void join_group(struct group *to, struct group *from)
{
	if (from->first < to->first)
		to->first = from->first;
	if (from->seconds > to->seconds)
		to->seconds = from->seconds;
	to->kinds += from->kinds;
	to->count += from->count;
	free_group(from);
}

void groups_find(struct groups *groups, const struct records *records)
{
	const struct record *r;
	u32 i, kept = 0;

	groups->list = xcalloc(records->count, sizeof(*groups->list));
	for (i = 0; i < records->count; i++) {
		r = &records->list[i];
		groups->list[i] = (struct group){
			.first = r,
			.sessions = r->session ? name_pattern(r->session) : no_name(),
			.unit = r->cgroup && !r->cut ? unit_pattern(r->cgroup) : no_name(),
			.kinds = 1,
			.count = r->count,
			.seconds = r->seconds,
		};
	}
	qsort(groups->list, records->count, sizeof(*groups->list), alike_compare);
	for (i = 0; i < records->count; i++) {
		if (kept && !alike_compare(&groups->list[kept - 1], &groups->list[i]))
			join_group(&groups->list[kept - 1], &groups->list[i]);
		else
			groups->list[kept++] = groups->list[i];
	}
	groups->count = kept;
	qsort(groups->list, kept, sizeof(*groups->list), most_first);
}

void groups_destroy(struct groups *groups)
{
	u32 i;

	for (i = 0; i < groups->count; i++)
		free_group(&groups->list[i]);
	free(groups->list);
	*groups = (struct groups){};
}
