/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers to a query as text.
 */

#ifndef _LUOPOL_QUERY_TEXT_H
#define _LUOPOL_QUERY_TEXT_H

#include <stdio.h>

#include "analysis/query.h"
#include "analysis/suggest.h"

void query_text(FILE *out, struct query *query, const struct answer *answer, u32 op);

/* The conditions of a statement that do not match, each with a blank before it. */
void write_wanted(FILE *out, const struct query *query, const struct near_miss *near);
/* The narrowest statement that allows the request. */
void write_smallest(FILE *out, const struct query *query, u32 op);
/* The same as a string; the caller frees it. */
char *smallest_statement(const struct query *query, u32 op);
/* "lines 3, 5 deny it": what a suggestion does not help against; it has lines. */
void write_obstacles(FILE *out, const struct suggestion *suggestion);

#endif /* _LUOPOL_QUERY_TEXT_H */
