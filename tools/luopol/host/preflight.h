/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of a live update that is not asked for yet.
 */

#ifndef _LUOPOL_PREFLIGHT_H
#define _LUOPOL_PREFLIGHT_H

#include <stdbool.h>

#include "base/source.h"
#include "host/records.h"

/**
 * struct refusal - A session or file that would be refused.
 * @record: Its record, as the freeze would write it.
 * @token:  Token of the file, as the kernel writes it; NULL for a session.
 */
struct refusal {
	struct record record;
	char *token;
};

/**
 * struct lost - A session that came over and would not go on.
 * @session: Its name; NULL if it is not known which these are.
 * @state:   "unclaimed" or "claimed"; "unread" or "unreadable" if they are not known.
 * @files:   How many files it has.
 * @lost:    How many of them would be lost.
 */
struct lost {
	char *session;
	char *state;
	u64 files;
	u64 lost;
};

/**
 * struct preflight - The answer.
 * @refusals:  What would be refused, or, if the module does not enforce, would be if it
 *             did: the records say which.
 * @refusal_count: Their number.
 * @lost:      What would be lost.
 * @lost_count: Their number.
 * @load:      "LINE:COLUMN: MESSAGE": why the policy would not be loaded; or NULL.
 * @error:     Likewise: why it was not judged; or NULL.
 * @sessions:  How many sessions were judged.
 * @files:     How many files.
 * @refused:   How many refusals would call the live update off.
 * @whole:     The answer is complete.
 */
struct preflight {
	struct refusal *refusals;
	u32 refusal_count;
	struct lost *lost;
	u32 lost_count;
	char *load;
	char *error;
	u64 sessions;
	u64 files;
	u64 refused;
	bool whole;
};

/*
 * Ask by the policy in force, or by @policy. Returns 0; EXIT_BAD, after a message, if the
 * kernel does not take the policy; or EXIT_TROUBLE after a message.
 * preflight_destroy() frees @preflight in any case.
 */
int preflight_ask(struct preflight *preflight, const struct source *policy);
void preflight_destroy(struct preflight *preflight);

/* Whether this kernel can be asked. */
bool preflight_exists(void);

#endif /* _LUOPOL_PREFLIGHT_H */
