/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy would decide with one more statement: whether a suggestion is enough.
 */

#ifndef _LUOPOL_SUGGEST_H
#define _LUOPOL_SUGGEST_H

#include "analysis/answer.h"
#include "base/source.h"

/**
 * struct suggestion - The decision on a request with the suggested statement in place.
 * @kind:  The decision; ANSWER_ALLOWED: the statement is enough.
 * @lines: Lines of the denies that deny some of the request, ascending. Lines of the
 *         policy keep their numbers.
 * @count: How many @lines there are.
 * @keys:  ANSWER_DEPENDS: what it depends on, a bit mask.
 */
struct suggestion {
	enum answer_kind kind;
	u32 *lines;
	u32 count;
	u32 keys;
};

/**
 * suggest_decide() - Decide a request as if a statement were in a policy, too.
 * @suggestion: The result; free() frees its lines.
 * @policy:     The policy, which is parsed.
 * @statement:  The statement.
 * @request:    The request, as "luopol query" takes it.
 * @op:         Its operation, or one of them.
 */
void suggest_decide(struct suggestion *suggestion, const struct source *policy,
		    const char *statement, const char *request, u32 op);

#endif /* _LUOPOL_SUGGEST_H */
