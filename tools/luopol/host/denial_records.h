/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many audit records of denials there were, by reason: a counter that goes on where
 * its last run ended, as logs are rotated and removed.
 */

#ifndef _LUOPOL_DENIAL_RECORDS_H
#define _LUOPOL_DENIAL_RECORDS_H

#include "language.h"

/* The metrics that have them, and that the next run reads. */
#define DENIAL_RECORDS		"luo_lsm_denial_records_total"
#define DENIAL_RECORDS_UNTIL	"luo_lsm_denial_records_until_seconds"

/**
 * struct denial_records - The counter.
 * @count: By reason, which is none of LUO_REASON_ALLOW_RULE.
 * @until: Records of up to then are counted, in seconds since 1970; 0 if none are.
 */
struct denial_records {
	u64 count[LUO_REASON_COUNT];
	u64 until;
};

/**
 * denial_records_count() - Count on.
 * @records: The result, which is what it was before if no log can be read.
 * @before:  The metrics of the last run, which need not be there; NULL for none.
 * @logs:    The logs; without any those of records_read().
 * @count:   How many logs there are.
 *
 * Return: 0, or EXIT_TROUBLE after a message.
 */
int denial_records_count(struct denial_records *records, const char *before, char **logs,
			 int count);

#endif /* _LUOPOL_DENIAL_RECORDS_H */
