/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers to a question, as text.
 */

#ifndef _LUOPOL_QUERY_TEXT_H
#define _LUOPOL_QUERY_TEXT_H

#include <stdio.h>

#include "analysis/query.h"

void query_text(struct query *query, const struct answer *answer, u32 op);

/* The conditions of a statement that are in the way, a blank before each. */
void write_wanted(FILE *out, const struct query *query, const struct near *near);
/* The smallest statement that allows what was asked. */
void write_smallest(FILE *out, const struct query *query, u32 op);

#endif /* _LUOPOL_QUERY_TEXT_H */
