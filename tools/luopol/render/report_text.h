/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A report of denials as text, and as JSON.
 */

#ifndef _LUOPOL_REPORT_TEXT_H
#define _LUOPOL_REPORT_TEXT_H

#include <stdio.h>

#include "analysis/report.h"

#define REPORT_TOP	20	/* names that are told of each kind */

/**
 * struct report_words - What a kind is called.
 * @title:   The title of its table, and of its column.
 * @unknown: What is said for a name that is not known.
 * @more:    Several of them.
 */
struct report_words {
	const char *title;
	const char *unknown;
	const char *more;
};

extern const struct report_words report_words[REPORT_KINDS];

/* "1 h" */
const char *report_width(u64 seconds, char *buffer, size_t size);
/* A time in UTC; @format is strftime()'s. */
void report_time(FILE *out, u64 seconds, const char *format);
/* The line of the policy of a statement, if it is known; the caller frees it. */
char *report_line(const struct report *report, const struct tally_entry *entry);
/* The denials of all but the first REPORT_TOP names. */
u64 report_rest(const struct tally *tally);

void report_text(FILE *out, const struct report *report, const struct records *missing);
struct json_object *report_json(const struct report *report, const struct records *missing);

#endif /* _LUOPOL_REPORT_TEXT_H */
