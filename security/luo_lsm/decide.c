// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: a pure function of a compiled policy and a request.
 */

#include <linux/string.h>

#include "compiled.h"

const char *const luo_reason_names[LUO_REASON_COUNT] = {
	[LUO_REASON_ALLOW_RULE]	= "allow-rule",
	[LUO_REASON_DENY_RULE]	= "deny-rule",
	[LUO_REASON_NO_RULE]	= "no-rule",
	[LUO_REASON_NO_POLICY]	= "no-policy",
};

/* The name a request has for @key, or NULL. */
static const char *request_name(const struct luo_request *request,
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

static bool name_matches(const struct luo_value *value, const char *name)
{
	if (value->kind == LUO_VALUE_LITERAL)
		return !strcmp(value->text, name);
	return !strncmp(value->text, name, value->length);
}

static bool id_matches(const struct luo_value *value, u32 id)
{
	return value->kind == LUO_VALUE_RANGE && value->low <= id &&
	       id <= value->high;
}

static bool owner_matches(const struct luo_value *value,
			  const struct luo_request *request)
{
	bool create = request->op == LUO_OP_CREATE;
	bool known = create || request->owner_known;
	u32 owner = create ? request->uid : request->owner;

	switch (value->kind) {
	case LUO_VALUE_SELF:
		return known && owner == request->uid;
	case LUO_VALUE_UNKNOWN:
		return !known;
	default:
		return known && id_matches(value, owner);
	}
}

static bool value_matches(enum luo_key key, const struct luo_value *value,
			  const struct luo_request *request)
{
	switch (key) {
	case LUO_KEY_UID:
		return id_matches(value, request->uid);
	case LUO_KEY_GID:
		return id_matches(value, request->gid);
	case LUO_KEY_OWNER:
		return owner_matches(value, request);
	default:
		return name_matches(value, request_name(request, key));
	}
}

static bool key_matches(const struct luo_program *program,
			const struct luo_statement *statement,
			enum luo_key key, const struct luo_request *request)
{
	const struct luo_value *value;
	u32 i;

	/* What is not known is not allowed, and does not evade a deny. */
	if (key <= LUO_KEY_EXE && !request_name(request, key))
		return statement->verb == LUO_VERB_DENY;
	value = program->values + statement->lists[key].first;
	for (i = 0; i < statement->lists[key].count; i++) {
		if (value_matches(key, value + i, request))
			return true;
	}
	return false;
}

static bool statement_matches(const struct luo_program *program,
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
		    !key_matches(program, statement, key, request))
			return false;
	}
	return true;
}

/**
 * luo_policy_decide() - Answer a request.
 * @policy:  The policy; NULL if none was ever loaded.
 * @request: The request.
 * @verdict: The answer.
 *
 * Denies in every case that no allow covers.
 *
 * Context: Any.
 */
void luo_policy_decide(const struct luo_policy *policy,
		       const struct luo_request *request,
		       struct luo_verdict *verdict)
{
	const struct luo_program *program;
	const struct luo_statement *statement;
	u32 allow = 0, deny = 0, i;
	bool audit = false;

	*verdict = (struct luo_verdict){ .reason = LUO_REASON_NO_POLICY };
	if (!policy)
		return;
	verdict->reason = LUO_REASON_NO_RULE;
	if (request->op >= LUO_OP_COUNT)
		return;

	program = &policy->program;
	for (i = 0; i < program->statement_count; i++) {
		statement = &program->statements[i];
		if (!statement_matches(program, statement, request))
			continue;
		if (statement->verb == LUO_VERB_DENY) {
			deny = deny ?: statement->line;
			continue;
		}
		allow = allow ?: statement->line;
		audit |= statement->audit;
	}
	if (deny) {
		verdict->reason = LUO_REASON_DENY_RULE;
		verdict->line = deny;
	} else if (allow) {
		verdict->reason = LUO_REASON_ALLOW_RULE;
		verdict->line = allow;
		verdict->allow = true;
		verdict->audit = audit;
	}
}
