/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision as language.h and policy.h say it, statement by statement: slow,
 * and simple enough to be seen to be right.
 */

#ifndef _LUO_TESTS_BRUTE_H
#define _LUO_TESTS_BRUTE_H

#include <stdio.h>

#include <linux/limits.h>
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
	case LUO_KEY_SUBJ:
		return request->subj;
	case LUO_KEY_CGROUP:
		return request->cgroup;
	case LUO_KEY_LABEL:
		return request->label;
	case LUO_KEY_OBJ:
		return request->obj;
	case LUO_KEY_VERITY:
		return request->verity;
	default:
		return request->exe;
	}
}

static inline bool brute_known(const struct luo_request *request,
			       enum luo_key key)
{
	if (key < LUO_KEY_UID)
		return brute_name(request, key);
	if (key == LUO_KEY_FOWNER)
		return request->fowner_known;
	return key != LUO_KEY_SIZE || request->size_known;
}

static inline bool brute_pattern(const struct luo_value *value,
				 const char *name)
{
	if (value->kind == LUO_VALUE_LITERAL)
		return !strcmp(value->text, name);
	if (value->kind == LUO_VALUE_TENANT)
		return true;	/* brute_tenants() looks */
	return !strncmp(value->text, name, value->length);
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
	switch (key) {
	case LUO_KEY_UID:
		return brute_id(value, request->uid);
	case LUO_KEY_GID:
		return brute_id(value, request->gid);
	case LUO_KEY_OWNER:
		return brute_owner(value, request);
	case LUO_KEY_FOWNER:
		return brute_id(value, request->fowner);
	case LUO_KEY_SIZE:
		return request->size <= value->size;
	default:
		return brute_pattern(value, brute_name(request, key));
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

	if (!brute_known(request, key))
		return statement->verb == LUO_VERB_DENY;
	for (i = 0; i < statement->lists[key].count; i++) {
		if (brute_value(key, value + i, request))
			return true;
	}
	return false;
}

/* The name is what is before the '%', @length bytes from @tenant, and what is behind. */
static inline bool brute_is_made_of(const struct luo_value *value, const char *name,
				    const char *tenant, size_t length)
{
	const char *suffix = value->text + strlen(value->text) + 1;
	char whole[8192];

	snprintf(whole, sizeof(whole), "%s%.*s%s", value->text, (int)length, tenant,
		 suffix);
	return !strcmp(whole, name);
}

static inline bool brute_is_tenant(const struct luo_program *program,
				   const struct luo_statement *statement,
				   const struct luo_request *request,
				   const char *tenant, size_t length)
{
	const struct luo_value *value;
	enum luo_key key;

	for (key = 0; key < LUO_KEY_UID; key++) {
		value = program->values + statement->lists[key].first;
		if (!statement->lists[key].count || value->kind != LUO_VALUE_TENANT ||
		    !brute_known(request, key))
			continue;
		if (!brute_is_made_of(value, brute_name(request, key), tenant, length))
			return false;
	}
	return true;
}

/*
 * There are bytes without '/', one at least, that are what '%' stands for in all names
 * that are known: any part of the first of them is tried.
 */
static inline bool brute_tenants(const struct luo_program *program,
				 const struct luo_statement *statement,
				 const struct luo_request *request)
{
	const struct luo_value *value;
	const char *name = NULL, *from;
	enum luo_key key;
	size_t length;

	for (key = 0; key < LUO_KEY_UID && !name; key++) {
		value = program->values + statement->lists[key].first;
		if (statement->lists[key].count && value->kind == LUO_VALUE_TENANT)
			name = brute_name(request, key);
	}
	if (!name)
		return true;
	for (from = name; *from; from++) {
		for (length = 1; length <= strcspn(from, "/"); length++) {
			if (brute_is_tenant(program, statement, request, from, length))
				return true;
		}
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
	if (statement->keys & BIT(LUO_KEY_PID) && !request->pid1)
		return false;
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (statement->keys & BIT(key) &&
		    !brute_key(program, statement, key, request))
			return false;
	}
	return brute_tenants(program, statement, request);
}

static inline void brute_decide(const struct luo_program *program,
				const struct luo_request *request,
				struct luo_verdict *verdict)
{
	const struct luo_statement *statement = program->statements;
	u32 allow = 0, deny = 0, i;
	bool audit = false, quiet = true;

	for (i = 0; i < program->statement_count; i++, statement++) {
		if (!brute_statement(program, statement, request))
			continue;
		if (statement->verb == LUO_VERB_DENY) {
			deny = deny ?: statement->line;
			quiet &= statement->quiet;
			continue;
		}
		allow = allow ?: statement->line;
		audit |= statement->audit;
	}
	*verdict = (struct luo_verdict){ .reason = LUO_REASON_NO_RULE };
	if (deny)
		*verdict = (struct luo_verdict){ false, false, quiet,
						 LUO_REASON_DENY_RULE, deny };
	else if (allow)
		*verdict = (struct luo_verdict){ true, audit, false,
						 LUO_REASON_ALLOW_RULE, allow };
}

static inline bool brute_same(const struct luo_verdict *a,
			      const struct luo_verdict *b)
{
	return a->allow == b->allow && a->audit == b->audit &&
	       a->quiet == b->quiet && a->reason == b->reason && a->line == b->line;
}

/* ---- Limits ---- */

/* A session, and of whom; @name is NULL if it is not known. */
struct brute_session {
	const char *name;
	u32 uid;
	bool uid_known;
};

static inline bool brute_limit(const struct luo_program *program,
			       const struct luo_statement *statement,
			       const struct brute_session *session)
{
	const struct luo_value *values = program->values, *value;
	bool name = !(statement->keys & BIT(LUO_KEY_SESSION)) || !session->name;
	bool uid = !(statement->keys & BIT(LUO_KEY_UID)) || !session->uid_known;
	u32 i;

	for (i = 0; i < statement->lists[LUO_KEY_SESSION].count && !name; i++) {
		value = values + statement->lists[LUO_KEY_SESSION].first + i;
		name = brute_pattern(value, session->name);
	}
	for (i = 0; i < statement->lists[LUO_KEY_UID].count && !uid; i++) {
		value = values + statement->lists[LUO_KEY_UID].first + i;
		uid = brute_id(value, session->uid);
	}
	return name && uid;
}

static inline struct luo_limit
brute_tightest(const struct luo_program *program, enum luo_limit_kind kind,
	       const struct brute_session *session)
{
	const struct luo_statement *statement = program->statements;
	struct luo_limit limit = { .most = U64_MAX };
	u32 i;

	for (i = 0; i < program->statement_count; i++, statement++) {
		if (statement->limits & BIT(kind) &&
		    statement->most[kind] < limit.most &&
		    brute_limit(program, statement, session))
			limit = (struct luo_limit){ statement->most[kind],
						    statement->line };
	}
	return limit;
}

static inline bool brute_same_limit(struct luo_limit a, struct luo_limit b)
{
	return a.most == b.most && a.line == b.line;
}

/* Mark visited limits; the caller has an array for all limits on sessions. */
static inline int brute_mark(void *data, u32 number)
{
	u8 *marks = data;

	marks[number]++;
	return 0;
}

/* Limits of sessions are numbered in the order of the text. */
static inline bool brute_check_sessions(const struct luo_program *program,
					const struct luo_policy *policy,
					const struct brute_session *session,
					u8 *marks)
{
	const struct luo_statement *statement = program->statements;
	struct luo_limit limit;
	u32 i, number = 0;

	memset(marks, 0, luo_policy_session_limits(policy));
	if (luo_policy_visit_session_limits(policy, session->name, session->uid,
					    session->uid_known, brute_mark,
					    marks))
		return false;
	for (i = 0; i < program->statement_count; i++, statement++) {
		if (!(statement->limits & BIT(LUO_LIMIT_SESSIONS)))
			continue;
		if (number == luo_policy_session_limits(policy))
			return false;
		luo_policy_session_limit(policy, number, &limit);
		if (limit.line != statement->line ||
		    limit.most != statement->most[LUO_LIMIT_SESSIONS] ||
		    marks[number++] != brute_limit(program, statement, session))
			return false;
	}
	return number == luo_policy_session_limits(policy);
}

/* The policy limits the session as its statements do one by one. */
static inline bool brute_check_limits(const struct luo_program *program,
				      const struct luo_policy *policy,
				      const struct brute_session *session,
				      u8 *marks)
{
	struct luo_limits got;

	luo_policy_limits(policy, session->name, session->uid,
			  session->uid_known, &got);
	return brute_same_limit(got.files,
				brute_tightest(program, LUO_LIMIT_FILES, session)) &&
	       brute_same_limit(got.bytes,
				brute_tightest(program, LUO_LIMIT_BYTES, session)) &&
	       brute_check_sessions(program, policy, session, marks);
}

#endif /* _LUO_TESTS_BRUTE_H */
