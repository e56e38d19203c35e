// SPDX-License-Identifier: GPL-2.0
/*
 * Whether two policies have equal statements.
 */

#include <string.h>

#include "analysis/same_program.h"
#include "base/policy_text.h"

static bool same_value(const struct luo_value *a, const struct luo_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case LUO_VALUE_LITERAL:
	case LUO_VALUE_PREFIX:
		return !strcmp(a->text, b->text);
	case LUO_VALUE_TENANT:
		return !strcmp(a->text, b->text) &&
		       !strcmp(luo_value_suffix(a), luo_value_suffix(b));
	case LUO_VALUE_RANGE:
		return a->low == b->low && a->high == b->high;
	case LUO_VALUE_SIZE:
		return a->size == b->size;
	default:
		return true;
	}
}

static bool same_statement(const struct luo_program *p,
			   const struct luo_statement *a,
			   const struct luo_program *q,
			   const struct luo_statement *b)
{
	u32 key, i;

	if (a->verb != b->verb || a->ops != b->ops || a->audit != b->audit ||
	    a->quiet != b->quiet || a->init_only != b->init_only || a->limits != b->limits ||
	    a->keys != b->keys || memcmp(a->most, b->most, sizeof(a->most)))
		return false;
	for (key = 0; key_has_values(key); key++) {
		if (a->lists[key].count != b->lists[key].count)
			return false;
		for (i = 0; i < a->lists[key].count; i++) {
			if (!same_value(p->values + a->lists[key].first + i,
					q->values + b->lists[key].first + i))
				return false;
		}
	}
	return true;
}

bool same_program(const struct luo_program *p, const struct luo_program *q)
{
	u32 i;

	if (strcmp(p->name, q->name) || p->version != q->version ||
	    p->statement_count != q->statement_count)
		return false;
	for (i = 0; i < p->statement_count; i++) {
		if (!same_statement(p, p->statements + i, q,
				    q->statements + i))
			return false;
	}
	return true;
}
