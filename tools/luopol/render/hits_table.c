// SPDX-License-Identifier: GPL-2.0
/*
 * What statements decided, as a table.
 */

#include <stdio.h>
#include <stdlib.h>

#include <libsmartcols.h>

#include "base/message.h"
#include "base/origin.h"
#include "base/policy_text.h"
#include "common/memory.h"
#include "render/hits_table.h"

static struct libscols_table *new_table(void)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "LINE", SCOLS_FL_RIGHT },
		{ "HITS", SCOLS_FL_RIGHT },
		{ "LAST", 0 },
		{ "STATEMENT", 0 },
	};
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		out_of_memory();
	for (i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags))
			out_of_memory();
	}
	return table;
}

/* How long ago, in the largest unit of which there is one at least. */
static char *age(const struct hits *hits, const struct hit *hit)
{
	u64 s = hit->last < hits->now ? (hits->now - hit->last) / 1000 : 0;

	if (!hit->count)
		return xstrdup("never");
	if (s < 60)
		return xstrdup("just now");
	if (s < 60 * 60)
		return xasprintf("%llu min ago", s / 60);
	if (s < 24 * 60 * 60)
		return xasprintf("%llu h ago", s / (60 * 60));
	return xasprintf("%llu d ago", s / (24 * 60 * 60));
}

/* The statement, and where luopol build has it from. */
static char *hit_text(const struct hits *hits, const struct hit *hit)
{
	char *text = statement_text(&hits->policy.program, hit->statement), *whole;
	char *origin = line_origin(&hits->policy, hit->statement->line);

	if (!origin)
		return text;
	whole = xasprintf("%s  # from %s", text, origin);
	free(origin);
	free(text);
	return whole;
}

static void add_line(struct libscols_table *table, const struct hits *hits,
		     const struct hit *hit)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line ||
	    scols_line_refer_data(line, 0,
				  xasprintf("%u", hit->statement->line)) ||
	    scols_line_refer_data(line, 1, xasprintf("%llu", hit->count)) ||
	    scols_line_refer_data(line, 2, age(hits, hit)) ||
	    scols_line_refer_data(line, 3, hit_text(hits, hit)))
		out_of_memory();
}

void hits_table(const struct hits *hits, bool unused)
{
	struct libscols_table *table = new_table();
	u32 i;

	for (i = 0; i < hits->count; i++) {
		if (!unused || !hits->hits[i].count)
			add_line(table, hits, hits->hits + i);
	}
	if (scols_print_table(table))
		die("cannot print the table");
	scols_unref_table(table);
}
