/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy decides of a request, and what is missing for the opposite.
 */

#ifndef _LUOPOL_QUERY_H
#define _LUOPOL_QUERY_H

#include "analysis/answer.h"
#include "analysis/view.h"
#include "base/source.h"
#include "model/requests.h"

#define NEAREST		3	/* statements that are told about */

/**
 * struct query - A question to a policy.
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
 * struct near - A statement that does not match.
 * @statement: Its index in request_space.all.
 * @keys:      The keys that are in the way, a bit mask.
 */
struct near {
	u32 statement;
	u32 keys;
};

/**
 * query_build() - Read a request.
 * @query: The question, whose policy was loaded; query_destroy() frees it.
 * @words: Operations and conditions.
 * @count: How many @words there are.
 *
 * Return: 0, or EXIT_TROUBLE after a message.
 */
int query_build(struct query *query, char **words, int count);
void query_destroy(struct query *query);

/**
 * query_nearest() - The allows that come closest to a request that none allows.
 * @query:  The question.
 * @answer: The answer.
 * @op:     The operation.
 * @near:   NEAREST of them at most; those with the fewest keys in the way first.
 *
 * Return: How many there are.
 */
u32 query_nearest(struct query *query, const struct answer *answer, u32 op,
		  struct near *near);

/* The statement that allows just what was asked for, of the request's program. */
struct luo_statement query_smallest(const struct query *query, u32 op);

/**
 * query_lines() - The lines of statements that overlap what was asked.
 * @query:  The question.
 * @answer: The answer.
 * @rules:  The statements.
 * @behind: Only lines behind this one, which decides: the first in the text does.
 * @count:  How many lines there are.
 *
 * Return: The lines, ascending; the caller frees them.
 */
u32 *query_lines(const struct query *query, const struct answer *answer,
		 struct interval_index *rules, u32 behind, u32 *count);

/**
 * query_limits() - The limits of the session of a request that is allowed.
 * @query:   The question.
 * @request: The request.
 * @limits:  For each kind the limit. The line is 0 if there is none, or if the
 *           operation does not count.
 */
void query_limits(const struct query *query, const struct luo_request *request,
		  struct luo_limit *limits);

#endif /* _LUOPOL_QUERY_H */
