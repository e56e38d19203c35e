/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records as sentences.
 */

#ifndef _LUOPOL_EXPLAIN_TEXT_H
#define _LUOPOL_EXPLAIN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/suggest.h"
#include "base/source.h"
#include "host/records.h"

const char *record_op_name(const struct record *r);
/* @format is strftime()'s; the time is UTC. */
void print_time(FILE *out, const struct record *r, const char *format);
/* Print of a record of the freeze who may no longer do what, and why: no line feed. */
void print_revoked(FILE *out, const struct record *r);
/* Print a record as a sentence, without a line feed. */
void print_sentence(FILE *out, const struct record *r);
/* Whether a statement would allow the request; print_smallest() prints the narrowest. */
bool lacks_statement(const struct record *r);
void print_smallest(FILE *out, const struct record *r);
void suggest_record(struct suggestion *suggestion, const struct source *policy,
		    const struct luo_policy *compiled, const struct record *r);
/* "no statement allows it in policy NAME version N" */
void print_reason(FILE *out, const struct record *r);
/* Whether @policy is the one that decided, by name and version. */
bool is_policy_of(const struct source *policy, const struct record *r);
bool has_policy_line(const struct source *policy, const struct record *r);

/* What is missing in the log, on lines that begin with @head. */
void explain_missing(FILE *out, const struct records *records, const char *head);

/* @policy, unless it is NULL, has the text of the lines that decided. */
void explain_records(FILE *out, const struct records *records,
		     const struct source *policy);

#endif /* _LUOPOL_EXPLAIN_TEXT_H */
