/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Denials over time, and by what they were about.
 */

#ifndef _LUOPOL_REPORT_H
#define _LUOPOL_REPORT_H

#include "base/intern.h"
#include "base/source.h"
#include "host/records.h"

#define REPORT_TIMES	96	/* columns over time at most */

enum report_kind {
	REPORT_STATEMENTS,
	REPORT_SESSIONS,
	REPORT_UNITS,
	REPORT_PROGRAMS,
	REPORT_NODES,
	REPORT_KINDS,
};

/**
 * struct tally_entry - Denials of one name.
 * @name:     The name as it is shown; empty if it is not known.
 * @denials:  How many there were.
 * @enforced: How many of them were enforced.
 * @last:     When the last one was, in seconds since 1970.
 * @line:     The line of the policy that was given, of a statement of it; else 0.
 */
struct tally_entry {
	const char *name;
	u64 denials;
	u64 enforced;
	u64 last;
	u32 line;
};

/**
 * struct tally - Denials by name.
 * @list:  The names, after report_sort() those of most denials first.
 * @count: How many there are.
 * @names: The names.
 */
struct tally {
	struct tally_entry *list;
	u32 count;
	struct interned names;
};

/**
 * struct timeline - Denials over time.
 * @first:    The number of the first column: it begins @first * @width seconds after 1970.
 * @width:    How long a column is, in seconds; 0 if there is none.
 * @count:    How many columns there are.
 * @denials:  Of each column.
 * @enforced: Likewise.
 */
struct timeline {
	u64 first;
	u64 width;
	u32 count;
	u64 denials[REPORT_TIMES];
	u64 enforced[REPORT_TIMES];
};

/**
 * struct report - All of it.
 * @policy:   The policy whose lines are told; NULL for none.
 * @denials:  How many denials there were.
 * @enforced: How many of them were enforced.
 * @allowed:  What an audit flag had logged.
 * @untimed:  Denials of which no time is known.
 * @times:    The others over time.
 * @by:       All by what they were about.
 */
struct report {
	const struct source *policy;
	u64 denials;
	u64 enforced;
	u64 allowed;
	u64 untimed;
	struct timeline times;
	struct tally by[REPORT_KINDS];
};

/* Add a record; @report is a struct report, all zero at first but for the policy. */
void report_add(void *report, const struct record *r);
void report_sort(struct report *report);
void report_destroy(struct report *report);

#endif /* _LUOPOL_REPORT_H */
