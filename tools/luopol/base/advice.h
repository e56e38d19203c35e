/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to do about an error of the kernel's parser.
 */

#ifndef _LUOPOL_ADVICE_H
#define _LUOPOL_ADVICE_H

#include <stdbool.h>

#include "base/source.h"

/* One line, or NULL if there is nothing to advise. The caller frees it. */
char *policy_advice(const struct source *source,
		    const struct luo_policy_error *error);

/* The length of the word in which the error is; 0 if it is in none. */
u32 policy_error_width(const struct source *source,
		       const struct luo_policy_error *error);

/* Whether the file is no text at all, so that its further errors tell nothing. */
bool is_no_text(const struct source *source);

/* Finds the number of a user or a group of this machine. */
typedef bool (*account_lookup)(bool group, const char *name, u32 *id);
void advise_accounts(account_lookup lookup);

#endif /* _LUOPOL_ADVICE_H */
