/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy decides of a request that may leave keys open.
 */

#ifndef _LUOPOL_ANSWER_H
#define _LUOPOL_ANSWER_H

#include "analysis/view.h"
#include "model/requests.h"

enum answer_kind {
	ANSWER_NEVER,		/* the kernel cannot make such a request */
	ANSWER_ALLOWED,
	ANSWER_DENIED,
	ANSWER_DEPENDS,
	ANSWER_GAVE_UP,
};

/**
 * struct answer - The decision on a set of requests.
 * @kind:    All are allowed, all are denied, or it depends.
 * @keys:    What it depends on: a bit mask of keys that were left open and that are in
 *           a statement.
 * @boxes:   The requests.
 * @count:   How many @boxes there are.
 * @allowed: One that is allowed, if any is.
 * @denied:  One that is denied, if any is.
 */
struct answer {
	enum answer_kind kind;
	u32 keys;
	struct request_box boxes[BOXES_MAX];
	u32 count;
	struct witness allowed;
	struct witness denied;
};

/**
 * answer_find() - What a policy decides of a request.
 * @answer:   The answer.
 * @view:     The policy, the first program of @space.
 * @space:    The request space.
 * @requests: Requests, the second program of @space.
 * @number:   Number of the request.
 * @op:       The operation.
 */
void answer_find(struct answer *answer, const struct view *view,
		 struct request_space *space, const struct requests *requests,
		 u32 number, u32 op);

#endif /* _LUOPOL_ANSWER_H */
