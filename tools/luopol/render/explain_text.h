/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records as sentences.
 */

#ifndef _LUOPOL_EXPLAIN_TEXT_H
#define _LUOPOL_EXPLAIN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/source.h"
#include "host/records.h"

const char *record_op_name(const struct record *r);
/* @format is strftime()'s; the time is UTC. */
void print_time(FILE *out, const struct record *r, const char *format);
/* Without a line feed. */
void print_sentence(FILE *out, const struct record *r);
/* A statement is all that is missing: the smallest is printed. */
bool lacks_statement(const struct record *r);
void print_smallest(FILE *out, const struct record *r);
bool has_policy_line(const struct source *policy, const struct record *r);

/* All of them; with the lines of @policy that decided, unless it is NULL. */
void explain_records(FILE *out, const struct records *records,
		     const struct source *policy);

#endif /* _LUOPOL_EXPLAIN_TEXT_H */
