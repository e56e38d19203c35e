/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens now, as a screen, and as JSON.
 */

#ifndef _LUOPOL_TOP_TEXT_H
#define _LUOPOL_TOP_TEXT_H

#include <stdio.h>

#include "analysis/rates.h"
#include "host/records.h"
#include "host/status.h"

#define TOP_DENIALS	64	/* that are kept */

/**
 * struct top - What happens now.
 * @status:  The state; NULL if luo_lsm cannot be asked.
 * @hits:    What statements decided; NULL if that is not known.
 * @rates:   How often they do.
 * @denials: The last denials as lines, the latest first.
 * @count:   How many there are.
 * @message: What went wrong; NULL if nothing did.
 */
struct top {
	const struct status *status;
	const struct hits *hits;
	struct rates rates;
	char *denials[TOP_DENIALS];
	u32 count;
	const char *message;
};

/* Add a record, if it is of a denial; @top is a struct top. */
void top_add(void *top, const struct record *r);
void top_forget(struct top *top);

/* Lines, not more than @rows, and each not wider than @columns. */
void top_text(FILE *out, const struct top *top, u32 rows, u32 columns);
struct json_object *top_json(const struct top *top);

#endif /* _LUOPOL_TOP_TEXT_H */
