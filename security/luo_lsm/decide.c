// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: a pure function of a compiled policy and a request. compiled.h
 * says how it is found, and what it costs.
 */

#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "compiled.h"

const char *const luo_reason_names[LUO_REASON_COUNT] = {
	[LUO_REASON_ALLOW_RULE]	= "allow-rule",
	[LUO_REASON_DENY_RULE]	= "deny-rule",
	[LUO_REASON_NO_RULE]	= "no-rule",
	[LUO_REASON_NO_POLICY]	= "no-policy",
};

/* The first statements that match so far, as lines; U32_MAX if none does. */
struct decision {
	const struct luo_policy *policy;
	u32 classes[LUO_KEY_COUNT];
	u32 deny;
	u32 allow;
	bool audit;
};

/* ---- Classes ---- */

/* The class of a pattern that is the first @length bytes of @name, or 0. */
static u32 find_pattern(const struct luo_names *names, const char *name,
			u32 length, bool prefix, u32 hash)
{
	const struct luo_pattern *pattern;
	u32 slot, class;

	hash = luo_hash_end(hash, prefix);
	for (slot = hash & names->mask; (class = names->slots[slot]);
	     slot = (slot + 1) & names->mask) {
		pattern = &names->patterns[class - 1];
		if (pattern->hash == hash && pattern->length == length &&
		    pattern->prefix == prefix &&
		    !memcmp(names->text + pattern->text, name, length))
			return class;
	}
	return 0;
}

/* Add the bytes of @name from @length up to @stop to @hash. */
static u32 hash_up_to(const char *name, u32 length, u32 stop, u32 *hash)
{
	u32 sum = *hash;

	for (; length < stop && name[length]; length++)
		sum = luo_hash_byte(sum, name[length]);
	*hash = sum;
	return length;
}

static u32 name_class(const struct luo_names *names, const char *name)
{
	const u16 *stop = names->lengths;
	const u16 *end = stop + names->length_count;
	u32 hash = LUO_HASH_START;
	u32 class = 0, length = 0;

	if (!name)
		return names->count + 1;
	for (; stop < end; stop++) {
		length = hash_up_to(name, length, *stop, &hash);
		if (length < *stop)
			break;
		class = find_pattern(names, name, length, true, hash) ?: class;
	}
	/* A literal as long as the name; none is longer than the longest. */
	length = hash_up_to(name, length, names->longest, &hash);
	if (name[length])
		return class;
	return find_pattern(names, name, length, false, hash) ?: class;
}

static u32 id_class(const struct luo_ids *ids, u32 id)
{
	const struct luo_bound *bound = ids->bounds;
	u32 slot = luo_hash_id(id) & ids->mask;
	u32 count = ids->bound_count, half;

	for (; ids->singles[slot].class; slot = (slot + 1) & ids->mask) {
		if (ids->singles[slot].id == id)
			return ids->singles[slot].class;
	}
	/* The last bound that is not above @id, without a branch on the data. */
	for (; count > 1; count -= half) {
		half = count / 2;
		bound = bound[half].id <= id ? bound + half : bound;
	}
	return bound->class;
}

static u32 owner_class(const struct luo_policy *policy,
		       const struct luo_request *request)
{
	const struct luo_ids *ids = &policy->ids[LUO_KEY_OWNER - LUO_KEY_UID];
	u32 own = policy->domain[LUO_KEY_OWNER] / 2;

	if (request->op == LUO_OP_CREATE)
		return own + 1 + id_class(ids, request->uid);
	if (!request->owner_known)
		return 0;
	return (request->owner == request->uid ? own : 0) + 1 +
	       id_class(ids, request->owner);
}

static u32 request_class(const struct luo_policy *policy, enum luo_key key,
			 const struct luo_request *request)
{
	const struct luo_names *names = policy->names;
	const struct luo_ids *ids = policy->ids;

	switch (key) {
	case LUO_KEY_SESSION:
		return name_class(names + LUO_KEY_SESSION, request->session);
	case LUO_KEY_TYPE:
		return name_class(names + LUO_KEY_TYPE, request->type);
	case LUO_KEY_EXE:
		return name_class(names + LUO_KEY_EXE, request->exe);
	case LUO_KEY_UID:
		return id_class(ids, request->uid);
	case LUO_KEY_GID:
		return id_class(ids + LUO_KEY_GID - LUO_KEY_UID, request->gid);
	case LUO_KEY_OWNER:
		return owner_class(policy, request);
	default:
		return request->init_userns;
	}
}

/* ---- Rules ---- */

/* Whether @class is in one of the intervals: the last that begins before it. */
static bool search_intervals(const struct luo_interval *at, u32 count,
			     u32 class)
{
	u32 half;

	for (; count > 1; count -= half) {
		half = count / 2;
		at = at[half].low <= class ? at + half : at;
	}
	return class - at->low <= at->span;
}

static bool rule_matches(const struct decision *decision,
			 const struct luo_rule *rule)
{
	const struct luo_policy *policy = decision->policy;
	const struct luo_condition *at = policy->conditions + rule->first;
	const struct luo_condition *end = at + rule->count;

	for (; at < end; at++) {
		if (!search_intervals(policy->intervals + at->first, at->count,
				      decision->classes[at->key]))
			return false;
	}
	return true;
}

static void visit_rule(struct decision *decision, u32 index)
{
	const struct luo_rule *rule = &decision->policy->rules[index];

	if (!rule_matches(decision, rule))
		return;
	if (rule->deny) {
		decision->deny = min(decision->deny, rule->line);
		return;
	}
	decision->allow = min(decision->allow, rule->line);
	decision->audit |= rule->audit;
}

/* ---- Index ---- */

static void visit_leaf(struct decision *decision, const u32 *leaf)
{
	const u32 *end = leaf + 1 + *leaf;

	for (leaf++; leaf < end; leaf++)
		visit_rule(decision, *leaf);
}

static u32 direct_part(const u32 *node, u32 class)
{
	class -= node[2];
	return class < node[3] ? node[4 + class] : LUO_REF_NONE;
}

static u32 search_part(const u32 *node, u32 class)
{
	u32 parts = node[2], count, half;
	const u32 *start = node + 3;

	if (class < *start)
		return LUO_REF_NONE;
	for (count = parts; count > 1; count -= half) {
		half = count / 2;
		start = start[half] <= class ? start + half : start;
	}
	return start[parts];
}

/* Each node leaves its rest to be visited, so that they are few: a stack. */
static void visit_index(struct decision *decision, u32 ref)
{
	const u32 *index = decision->policy->index;
	u32 rests[LUO_INDEX_DEPTH];
	u32 count = 0;
	const u32 *node;

	for (;;) {
		node = LUO_REF_KIND(ref) ? index + LUO_REF_OFFSET(ref) : NULL;
		switch (LUO_REF_KIND(ref)) {
		case LUO_REF_DIRECT:
			if (node[1])
				rests[count++] = node[1];
			ref = direct_part(node, decision->classes[node[0]]);
			continue;
		case LUO_REF_SEARCH:
			if (node[1])
				rests[count++] = node[1];
			ref = search_part(node, decision->classes[node[0]]);
			continue;
		case LUO_REF_LEAF:
			visit_leaf(decision, node);
			break;
		default:
			if (ref != LUO_REF_NONE)
				visit_rule(decision, LUO_REF_OFFSET(ref) - 1);
		}
		if (!count)
			return;
		ref = rests[--count];
	}
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
	struct decision decision;
	unsigned long keys;

	*verdict = (struct luo_verdict){ .reason = LUO_REASON_NO_POLICY };
	if (!policy)
		return;
	verdict->reason = LUO_REASON_NO_RULE;
	if (request->op >= LUO_OP_COUNT)
		return;

	decision.policy = policy;
	decision.deny = U32_MAX;
	decision.allow = U32_MAX;
	decision.audit = false;
	for (keys = policy->keys[request->op]; keys; keys &= keys - 1)
		decision.classes[__ffs(keys)] =
			request_class(policy, __ffs(keys), request);
	visit_index(&decision, policy->root[request->op]);

	if (decision.deny != U32_MAX) {
		verdict->reason = LUO_REASON_DENY_RULE;
		verdict->line = decision.deny;
	} else if (decision.allow != U32_MAX) {
		verdict->reason = LUO_REASON_ALLOW_RULE;
		verdict->line = decision.allow;
		verdict->allow = true;
		verdict->audit = decision.audit;
	}
}
