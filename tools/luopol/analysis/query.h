/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy decides of a request, and what would change the decision.
 */

#ifndef _LUOPOL_QUERY_H
#define _LUOPOL_QUERY_H

#include "analysis/answer.h"
#include "analysis/view.h"
#include "base/source.h"
#include "model/requests.h"

#define NEAREST		3	/* statements that are shown */
#define QUERY_HEAD	"query "	/* is before a request, also in messages about it */

/**
 * struct query - A policy and a request.
 * @source:   The policy.
 * @requests: The request.
 * @space:    The request space of both.
 * @view:     The policy in it.
 */
struct query {
	struct source source;
	struct requests requests;
	struct request_space space;
	struct view view;
};

/**
 * struct near_miss - A statement that does not match.
 * @statement: Its index in request_space.all.
 * @keys:      The keys that do not match, a bit mask.
 */
struct near_miss {
	u32 statement;
	u32 keys;
};

/**
 * query_build() - Read a request.
 * @query: The query, whose policy was loaded; query_destroy() frees it.
 * @words: Operations and conditions.
 * @count: How many @words there are.
 *
 * Return: 0, or EXIT_TROUBLE after a message.
 */
int query_build(struct query *query, char **words, int count);
void query_destroy(struct query *query);

/**
 * query_nearest() - The allows that come closest to a request that none allows.
 * @query:  The query.
 * @answer: The answer.
 * @op:     The operation.
 * @near:   NEAREST of them at most, those with the fewest mismatches first.
 *
 * Return: How many there are.
 */
u32 query_nearest(struct query *query, const struct answer *answer, u32 op,
		  struct near_miss *near);

/* The narrowest statement that allows the request; its values are the request's. */
struct luo_statement query_smallest(const struct query *query, u32 op);

/* The request as it was asked; the caller frees it. */
char *query_text_of(const struct query *query);

/**
 * query_lines() - The lines of statements that overlap the request.
 * @query:  The query.
 * @answer: The answer.
 * @op:     The operation.
 * @rules:  The statements.
 * @behind: Return only lines after this one; it is the line that decides.
 * @count:  How many lines there are.
 *
 * Return: The lines, ascending; the caller frees them.
 */
u32 *query_lines(const struct query *query, const struct answer *answer, u32 op,
		 struct interval_index *rules, u32 behind, u32 *count);

/**
 * query_is_quiet() - Whether nothing of what is denied is logged.
 * @query:  The query.
 * @answer: The answer, which is that all of it is denied.
 * @op:     The operation.
 *
 * Return: True if no deny that is not quiet matches any of the requests, and a quiet
 *         one matches.
 */
bool query_is_quiet(const struct query *query, const struct answer *answer, u32 op);

/**
 * query_limits() - The limits that an allowed request has to stay within.
 * @query:   The query.
 * @request: The request.
 * @limits:  For each kind, the limit. The line is 0 if there is none, or if the
 *           operation does not count.
 */
void query_limits(const struct query *query, const struct luo_request *request,
		  struct luo_limit *limits);

#endif /* _LUOPOL_QUERY_H */
