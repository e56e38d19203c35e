// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy lacks of what was recorded, in its own style.
 */

#include <string.h>

#include "analysis/learn_base.h"
#include "analysis/recorded.h"
#include "base/policy_text.h"

bool base_lacks(const struct luo_policy *policy, const struct record *r,
		struct learned *learned)
{
	struct luo_request request;
	struct luo_verdict verdict;

	recorded_request(&request, r);
	luo_policy_decide(policy, &request, &verdict);
	if (verdict.allow)
		learned->known += r->count;
	else if (verdict.line)
		learned->forbidden += r->count;
	return !verdict.allow && !verdict.line;
}

/* What the '%' of a value stands for in @name: its place and length; or NULL. */
static const char *tenant_in(const struct luo_value *value, const char *name,
			     size_t *length)
{
	size_t size = strlen(name);

	if (value->kind != LUO_VALUE_TENANT || size <= value->length + value->suffix ||
	    memcmp(name, value->text, value->length) ||
	    strcmp(name + size - value->suffix, luo_value_suffix(value)))
		return NULL;
	*length = size - value->length - value->suffix;
	return memchr(name + value->length, '/', *length) ? NULL : name + value->length;
}

static bool statement_tenant(const struct luo_program *base,
			     const struct luo_statement *s, const struct record *r)
{
	const struct luo_value *session, *cgroup;
	const char *mine, *theirs;
	size_t length, size;

	if (s->verb != LUO_VERB_ALLOW || !(s->tenants & BIT(LUO_KEY_SESSION)) ||
	    !(s->tenants & BIT(LUO_KEY_CGROUP)))
		return false;
	session = base->values + s->lists[LUO_KEY_SESSION].first;
	cgroup = base->values + s->lists[LUO_KEY_CGROUP].first;
	mine = tenant_in(session, r->session, &length);
	theirs = tenant_in(cgroup, r->cgroup, &size);
	return mine && theirs && length == size && !memcmp(mine, theirs, size);
}

bool base_tenant(const struct luo_program *base, const struct record *r, char **session,
		 char **cgroup)
{
	const struct luo_statement *s;
	const struct luo_value *value;
	u32 i;

	for (i = 0; r->cgroup && i < base->statement_count; i++) {
		s = base->statements + i;
		if (!statement_tenant(base, s, r))
			continue;
		value = base->values + s->lists[LUO_KEY_SESSION].first;
		*session = tenant_word(value->text, value->length, luo_value_suffix(value));
		value = base->values + s->lists[LUO_KEY_CGROUP].first;
		*cgroup = tenant_word(value->text, value->length, luo_value_suffix(value));
		return true;
	}
	return false;
}
