/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records that are alike, for logs with too many to read each.
 */

#ifndef _LUOPOL_GROUPS_H
#define _LUOPOL_GROUPS_H

#include "base/intern.h"
#include "host/records.h"

/**
 * struct group_name - A name, or one that stands for several.
 * @text: The name; NULL for none.
 * @star: Where in it is a '*' that stands for what differs; -1 if all is literal.
 */
struct group_name {
	const char *text;
	int star;
};

/**
 * struct group - Records that differ in sessions, cgroups, users and files only.
 * @first:    One of them.
 * @sessions: Their sessions: a name, or what they begin with and '*'; or none.
 * @unit:     Likewise the last part of their cgroups; none if it is unknown.
 * @kinds:    How many different records there are.
 * @count:    How many records.
 * @seconds:  Time of the last one.
 */
struct group {
	const struct record *first;
	struct group_name sessions;
	struct group_name unit;
	u32 kinds;
	u64 count;
	u64 seconds;
};

/**
 * struct groups - All of them.
 * @list:   The groups, those of most records first.
 * @count:  How many there are.
 * @names:  Their names.
 * @place:  Hash table of the list, while it is made: numbers from 1.
 * @places: Its size, a power of two.
 */
struct groups {
	struct group *list;
	u32 count;
	struct interned names;
	u32 *place;
	u32 places;
};

/* The records outlive the groups; groups_destroy() frees these. */
void groups_find(struct groups *groups, const struct records *records);
void groups_destroy(struct groups *groups);

#endif /* _LUOPOL_GROUPS_H */
