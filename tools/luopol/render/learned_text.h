/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Learned statements as a policy.
 */

#ifndef _LUOPOL_LEARNED_TEXT_H
#define _LUOPOL_LEARNED_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "host/records.h"

/* The policy that allows what is in @records; see learn_find(). */
void learn_records(FILE *out, const struct records *records, const char *name,
		   u64 version, bool generalize, const struct source *base);

#endif /* _LUOPOL_LEARNED_TEXT_H */
