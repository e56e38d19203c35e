// SPDX-License-Identifier: GPL-2.0
/*
 * Denials over time, and by what they were about.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/report.h"
#include "base/policy_text.h"
#include "common/memory.h"

#define YEAR_10000	253402300800	/* a log may claim any time */

/* ---- Over time ---- */

/* How long columns may be: each is a multiple of the one before. */
static const u32 widths[] = {
	60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 7 * 86400,
};

static u64 next_width(u64 width)
{
	size_t i;

	for (i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		if (widths[i] > width)
			return widths[i];
	}
	return 2 * width;
}

/* Join columns to longer ones. */
static void widen(struct timeline *times)
{
	u64 width = next_width(times->width), factor = width / times->width;
	struct timeline wide = { .first = times->first / factor, .width = width };
	u32 i, to;

	for (i = 0; i < times->count; i++) {
		to = (times->first + i) / factor - wide.first;
		wide.denials[to] += times->denials[i];
		wide.enforced[to] += times->enforced[i];
		wide.count = to + 1;
	}
	*times = wide;
}

/* Let the columns begin @by earlier. */
static void begin_earlier(struct timeline *times, u32 by)
{
	memmove(times->denials + by, times->denials, times->count * sizeof(*times->denials));
	memmove(times->enforced + by, times->enforced, times->count * sizeof(*times->enforced));
	memset(times->denials, 0, by * sizeof(*times->denials));
	memset(times->enforced, 0, by * sizeof(*times->enforced));
	times->first -= by;
	times->count += by;
}

static void add_time(struct timeline *times, u64 seconds, bool enforced)
{
	u64 at, first, last;

	if (!times->width) {
		times->width = widths[0];
		times->first = seconds / times->width;
	}
	for (;; widen(times)) {
		at = seconds / times->width;
		first = at < times->first ? at : times->first;
		last = times->first + (times->count ? times->count - 1 : 0);
		last = at > last ? at : last;
		if (last - first < REPORT_TIMES)
			break;
	}
	if (first < times->first)
		begin_earlier(times, times->first - first);
	times->count = last - first + 1;
	times->denials[at - first]++;
	times->enforced[at - first] += enforced;
}

/* ---- By name ---- */

static struct tally_entry *add_to(struct tally *tally, const char *name,
				  const struct record *r)
{
	struct tally_entry *entry;
	u32 at = intern(&tally->names, name);

	if (at == tally->count) {
		tally->list = xgrow(tally->list, tally->count, sizeof(*tally->list));
		tally->list[tally->count++] = (struct tally_entry){
			.name = tally->names.text[at],
		};
	}
	entry = &tally->list[at];
	entry->denials++;
	entry->enforced += r->enforcing;
	entry->last = r->seconds > entry->last ? r->seconds : entry->last;
	return entry;
}

static void add_name(struct tally *tally, const char *name, bool cut, const struct record *r)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (name)
		write_name(out, name, strlen(name), cut);
	fclose(out);
	add_to(tally, text, r);
	free(text);
}

/* The last part of the cgroup. */
static void add_unit(struct tally *tally, const struct record *r)
{
	const char *slash = r->cgroup && !r->cut ? strrchr(r->cgroup, '/') : NULL;

	add_name(tally, slash && slash[1] ? slash + 1 : slash, false, r);
}

static bool is_of(const struct source *policy, const struct record *r)
{
	return policy && r->policy && !strcmp(r->policy, policy->program.name) &&
	       r->version == policy->program.version;
}

/* What decided: a line, or that there is none. */
static void add_statement(struct tally *tally, const struct source *policy,
			  const struct record *r)
{
	struct tally_entry *entry;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (r->reason == LUO_REASON_NO_POLICY)
		fputs("no policy", out);
	else if (r->reason == LUO_REASON_NO_RULE)
		fputs("no statement", out);
	else
		fprintf(out, "%s in line %u",
			r->reason == LUO_REASON_LIMIT ? "limit" : "deny", r->line);
	if (r->policy && r->reason != LUO_REASON_NO_POLICY) {
		fputs(" of policy ", out);
		write_name(out, r->policy, strlen(r->policy), false);
		fprintf(out, " version %llu", r->version);
	}
	fclose(out);
	entry = add_to(tally, text, r);
	entry->line = is_of(policy, r) ? r->line : 0;
	free(text);
}

void report_add(void *context, const struct record *r)
{
	struct report *report = context;

	if (r->op == OP_MISSED)
		return;
	if (r->allowed) {
		report->allowed++;
		return;
	}
	report->denials++;
	report->enforced += r->enforcing;
	if (r->seconds && r->seconds < YEAR_10000)
		add_time(&report->times, r->seconds, r->enforcing);
	else
		report->untimed++;
	add_statement(&report->by[REPORT_STATEMENTS], report->policy, r);
	add_name(&report->by[REPORT_SESSIONS], r->session, false, r);
	add_unit(&report->by[REPORT_UNITS], r);
	add_name(&report->by[REPORT_PROGRAMS], r->exe, r->exe_cut, r);
	if (r->node)
		add_name(&report->by[REPORT_NODES], r->node, false, r);
}

static int most_first(const void *a, const void *b)
{
	const struct tally_entry *x = a, *y = b;

	return (x->denials < y->denials) - (x->denials > y->denials) ?:
	       strcmp(x->name, y->name);
}

void report_sort(struct report *report)
{
	struct tally *tally;
	int kind;

	for (kind = 0; kind < REPORT_KINDS; kind++) {
		tally = &report->by[kind];
		if (tally->count)
			qsort(tally->list, tally->count, sizeof(*tally->list), most_first);
	}
}

void report_destroy(struct report *report)
{
	int kind;

	for (kind = 0; kind < REPORT_KINDS; kind++) {
		free(report->by[kind].list);
		interned_destroy(&report->by[kind].names);
	}
	*report = (struct report){};
}
