/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision as language.h and policy.h say it, statement by statement: slow,
 * and simple enough to be seen to be right.
 */

#ifndef _LUO_TESTS_BRUTE_H
#define _LUO_TESTS_BRUTE_H

#include <linux/string.h>
#include <linux/types.h>

#include "language.h"

static inline const char *brute_name(const struct luo_request *request,
				     enum luo_key key)
{
	switch (key) {
	case LUO_KEY_SESSION:
		return request->session;
	case LUO_KEY_TYPE:
		return request->type;
	default:
		return request->exe;
	}
}

static inline bool brute_id(const struct luo_value *value, u32 id)
{
	return value->kind == LUO_VALUE_RANGE && value->low <= id &&
	       id <= value->high;
}

static inline bool brute_owner(const struct luo_value *value,
			       const struct luo_request *request)
{
	bool create = request->op == LUO_OP_CREATE;
	bool known = create || request->owner_known;
	u32 owner = create ? request->uid : request->owner;

	if (value->kind == LUO_VALUE_UNKNOWN)
		return !known;
	if (value->kind == LUO_VALUE_SELF)
		return known && owner == request->uid;
	return known && brute_id(value, owner);
}

static inline bool brute_value(enum luo_key key, const struct luo_value *value,
			       const struct luo_request *request)
{
	const char *name;

	switch (key) {
	case LUO_KEY_UID:
		return brute_id(value, request->uid);
	case LUO_KEY_GID:
		return brute_id(value, request->gid);
	case LUO_KEY_OWNER:
		return brute_owner(value, request);
	default:
		name = brute_name(request, key);
		if (value->kind == LUO_VALUE_LITERAL)
			return !strcmp(value->text, name);
		return !strncmp(value->text, name, value->length);
	}
}

static inline bool brute_key(const struct luo_program *program,
			     const struct luo_statement *statement,
			     enum luo_key key,
			     const struct luo_request *request)
{
	const struct luo_value *value =
		program->values + statement->lists[key].first;
	u32 i;

	if (key <= LUO_KEY_EXE && !brute_name(request, key))
		return statement->verb == LUO_VERB_DENY;
	for (i = 0; i < statement->lists[key].count; i++) {
		if (brute_value(key, value + i, request))
			return true;
	}
	return false;
}

static inline bool brute_statement(const struct luo_program *program,
				   const struct luo_statement *statement,
				   const struct luo_request *request)
{
	enum luo_key key;

	if (!(statement->ops & BIT(request->op)))
		return false;
	if (statement->init_only && !request->init_userns)
		return false;
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (statement->keys & BIT(key) &&
		    !brute_key(program, statement, key, request))
			return false;
	}
	return true;
}

static inline void brute_decide(const struct luo_program *program,
				const struct luo_request *request,
				struct luo_verdict *verdict)
{
	const struct luo_statement *statement = program->statements;
	u32 allow = 0, deny = 0, i;
	bool audit = false;

	for (i = 0; i < program->statement_count; i++, statement++) {
		if (!brute_statement(program, statement, request))
			continue;
		if (statement->verb == LUO_VERB_DENY) {
			deny = deny ?: statement->line;
			continue;
		}
		allow = allow ?: statement->line;
		audit |= statement->audit;
	}
	*verdict = (struct luo_verdict){ .reason = LUO_REASON_NO_RULE };
	if (deny)
		*verdict = (struct luo_verdict){ false, false,
						 LUO_REASON_DENY_RULE, deny };
	else if (allow)
		*verdict = (struct luo_verdict){ true, audit,
						 LUO_REASON_ALLOW_RULE, allow };
}

static inline bool brute_same(const struct luo_verdict *a,
			      const struct luo_verdict *b)
{
	return a->allow == b->allow && a->audit == b->audit &&
	       a->reason == b->reason && a->line == b->line;
}

#endif /* _LUO_TESTS_BRUTE_H */
