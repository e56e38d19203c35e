// SPDX-License-Identifier: GPL-2.0
/*
 * The decision, a pure function of a compiled policy and a request; and the
 * limits of a session. compiled.h describes the index that both search, and what
 * a search costs.
 */

#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#ifdef CONFIG_DCACHE_WORD_ACCESS
#include <asm/word-at-a-time.h>
#endif

#include "compiled.h"

const char *const luo_reason_names[LUO_REASON_COUNT] = {
	[LUO_REASON_ALLOW_RULE]	= "allow-rule",
	[LUO_REASON_DENY_RULE]	= "deny-rule",
	[LUO_REASON_NO_RULE]	= "no-rule",
	[LUO_REASON_NO_POLICY]	= "no-policy",
	[LUO_REASON_LIMIT]	= "limit",
};

/* The names of a request that may have tenants, and their lengths. */
struct tenant_names {
	const char *at[LUO_NAME_KEYS];
	u32 lengths[LUO_NAME_KEYS];
};

/*
 * A search of the index below one root: @match is called for each rule that matches.
 * @names is set if a rule there has tenants. It lies elsewhere: who has no tenants does
 * not pay for a larger stack that is cleared.
 */
struct visit {
	const struct luo_policy *policy;
	u32 classes[LUO_CLASS_KEYS];
	const struct tenant_names *names;
	void (*match)(struct visit *visit, u32 rule);
};

/*
 * What matched so far: the lowest lines of a deny and of an allow, U32_MAX for none,
 * and whether one of the denies, or of the allows, is to be logged.
 */
struct decision {
	struct visit visit;
	u32 deny;
	u32 allow;
	bool log_deny;
	bool log_allow;
};

/* ---- Classes ---- */

/*
 * The length of a name, or @most if it is longer: strnlen(), which takes a byte at a time
 * in the kernel. As in sized_strscpy() a word may reach beyond the end of the name, into
 * a page that is not there, which reads as zeros; and not where KMSAN would take that for
 * a use.
 */
static u32 name_length(const char *name, u32 most)
{
#if defined(CONFIG_DCACHE_WORD_ACCESS) && !defined(CONFIG_KMSAN)
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long word, zeros;
	u32 at;

	for (at = 0; at < most; at += sizeof(word)) {
		word = load_unaligned_zeropad(name + at);
		if (!has_zero(word, &zeros, &constants))
			continue;
		zeros = prep_zero_mask(word, zeros, &constants);
		return min(at + (u32)find_zero(create_zero_mask(zeros)), most);
	}
	return most;
#else
	return strnlen(name, most);
#endif
}

/*
 * The class of a pattern that is the first @length bytes of @name, or 0. @words
 * is the hash of its whole words, @last where its last eight bytes for the hash are.
 * Inlined: most of a decision is spent here.
 */
static __always_inline u32 find_pattern(const struct luo_names *names,
					const char *name, const char *last,
					u32 length, bool prefix, u64 words)
{
	u32 hash = luo_hash_end(words, name, last, length, prefix);
	const struct luo_pattern *pattern;
	u32 slot, class;

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

/* The class of a name: the longest pattern that covers it. */
static u32 find_name_class(const struct luo_names *names, const char *name)
{
	/* What follows the longest pattern cannot change the class. */
	u32 length = name_length(name, names->longest + 1);
	const u16 *stop = names->lengths;
	const u16 *end = stop + names->length_count;
	u64 hash = LUO_HASH_START;
	u32 class = 0, done = 0;

	for (; stop < end && *stop <= length; stop++) {
		hash = luo_hash_up_to(hash, name, &done, *stop);
		class = find_pattern(names, name, name + *stop - sizeof(u64),
				     *stop, true, hash) ?: class;
	}
	if (length > names->longest)
		return class;
	hash = luo_hash_up_to(hash, name, &done, length);
	return find_pattern(names, name, name + length - sizeof(u64), length,
			    false, hash) ?: class;
}

/* The class of the tail of a name, which ends before @end: the longest suffix. */
static u32 find_tail_class(const struct luo_names *tails, const char *end,
			   u32 length)
{
	const u16 *stop = tails->lengths;
	const u16 *last = stop + tails->length_count;
	u64 hash = LUO_HASH_START;
	u32 class = 0, done = 0;

	for (; stop < last && *stop <= length; stop++) {
		hash = luo_hash_back_to(hash, end, &done, *stop);
		class = find_pattern(tails, end - *stop, end - *stop, *stop,
				     true, hash) ?: class;
	}
	return class;
}

static u32 class_of_name(const struct luo_policy *policy, enum luo_key key,
			 const char *name)
{
	if (!name)
		return luo_unknown_class(policy, key);
	return find_name_class(&policy->names[key - LUO_KEY_SESSION], name);
}

static u32 find_id_class(const struct luo_ids *ids, u32 id)
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

static u32 class_of_id(const struct luo_policy *policy, enum luo_key key,
		       u32 id, bool known)
{
	if (!known)
		return luo_unknown_class(policy, key);
	return find_id_class(&policy->ids[key - LUO_KEY_UID], id);
}

static u32 class_of_owner(const struct luo_policy *policy,
			  const struct luo_request *request)
{
	const struct luo_ids *ids = &policy->ids[LUO_KEY_OWNER - LUO_KEY_UID];
	u32 own = policy->domain[LUO_KEY_OWNER] / 2;

	if (request->op == LUO_OP_CREATE)
		return own + 1 + find_id_class(ids, request->uid);
	if (!request->owner_known)
		return 0;
	return (request->owner == request->uid ? own : 0) + 1 +
	       find_id_class(ids, request->owner);
}

static u32 class_of_size(const struct luo_policy *policy,
			 const struct luo_request *request)
{
	if (!request->size_known)
		return luo_unknown_class(policy, LUO_KEY_SIZE);
	return luo_size_class(&policy->sizes, request->size);
}

static const char *name_of(const struct luo_request *request, enum luo_key key)
{
	switch (key) {
	case LUO_KEY_SESSION:
		return request->session;
	case LUO_KEY_TYPE:
		return request->type;
	case LUO_KEY_EXE:
		return request->exe;
	case LUO_KEY_SUBJ:
		return request->subj;
	case LUO_KEY_CGROUP:
		return request->cgroup;
	case LUO_KEY_LABEL:
		return request->label;
	default:
		return request->obj;
	}
}

static u32 class_of(const struct luo_policy *policy, enum luo_key key,
		    const struct luo_request *request)
{
	switch (key) {
	case LUO_KEY_SESSION:
		return class_of_name(policy, key, request->session);
	case LUO_KEY_TYPE:
		return class_of_name(policy, key, request->type);
	case LUO_KEY_EXE:
		return class_of_name(policy, key, request->exe);
	case LUO_KEY_SUBJ:
		return class_of_name(policy, key, request->subj);
	case LUO_KEY_CGROUP:
		return class_of_name(policy, key, request->cgroup);
	case LUO_KEY_LABEL:
		return class_of_name(policy, key, request->label);
	case LUO_KEY_OBJ:
		return class_of_name(policy, key, request->obj);
	case LUO_KEY_VERITY:
		return class_of_name(policy, key, request->verity);
	case LUO_KEY_UID:
		return class_of_id(policy, key, request->uid, true);
	case LUO_KEY_GID:
		return class_of_id(policy, key, request->gid, true);
	case LUO_KEY_OWNER:
		return class_of_owner(policy, request);
	case LUO_KEY_FOWNER:
		return class_of_id(policy, key, request->fowner,
				   request->fowner_known);
	case LUO_KEY_SIZE:
		return class_of_size(policy, request);
	case LUO_KEY_USERNS:
		return request->init_userns;
	default:
		return request->pid1;
	}
}

static u32 class_of_tail(const struct visit *visit, u32 tail)
{
	enum luo_key key = LUO_TAIL_KEY(tail);
	const char *name = visit->names->at[key - LUO_KEY_SESSION];
	u32 length = visit->names->lengths[key - LUO_KEY_SESSION];

	if (!name)
		return luo_unknown_class(visit->policy, tail);
	return find_tail_class(&visit->policy->tails[key - LUO_KEY_SESSION],
			       name + length, length);
}

/**
 * luo_policy_classify() - Look classes up, for more than one decision.
 * @policy:  The policy.
 * @request: A request. The operation does not matter, as the owner is no key of this.
 * @keys:    Of which keys, a bit mask of enum luo_key without LUO_KEY_OWNER. Those that
 *           no rule has are left out.
 * @classes: Their classes are added.
 *
 * Context: Any.
 */
void luo_policy_classify(const struct luo_policy *policy,
			 const struct luo_request *request, u32 keys,
			 struct luo_classes *classes)
{
	unsigned long left, used = 0;
	int op;

	for (op = 0; op < LUO_OP_COUNT; op++)
		used |= policy->keys[op];

	for (left = keys & used; left; left &= left - 1)
		classes->of[__ffs(left)] =
			class_of(policy, __ffs(left), request);
	classes->keys |= keys & used;
}

/* The classes of all keys of a root, those that are not known yet by look-up. */
static void visit_classify(struct visit *visit,
			   const struct luo_request *request)
{
	const struct luo_classes *known = request->classes;
	unsigned long keys = visit->policy->keys[request->op] &
			     (BIT(LUO_KEY_COUNT) - 1);

	if (known) {
		memcpy(visit->classes, known->of, sizeof(known->of));
		keys &= ~known->keys;
	}
	for (; keys; keys &= keys - 1)
		visit->classes[__ffs(keys)] =
			class_of(visit->policy, __ffs(keys), request);
}

/* ---- Rules ---- */

/*
 * Whether @class is in one of the intervals. They are sorted and disjoint, so
 * only the last that begins at or below @class can have it.
 */
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

/*
 * Whether all names that are known have the same tenant, where the classes say that
 * they begin and end as they have to. Only a deny comes here with a name that is not
 * known: it is taken for one that has the tenant of the others.
 */
static noinline bool tenants_match(const struct visit *visit,
				   const struct luo_rule *rule)
{
	const struct luo_tenant *at = visit->policy->tenants + rule->tenant;
	const struct luo_tenant *end = at + rule->tenants;
	const char *tenant = NULL, *name;
	u32 length = 0, bytes, around;

	for (; at < end; at++) {
		name = visit->names->at[at->key - LUO_KEY_SESSION];
		bytes = visit->names->lengths[at->key - LUO_KEY_SESSION];
		around = at->prefix + at->suffix;
		if (!name)
			continue;
		if (bytes <= around)
			return false;
		bytes -= around;
		name += at->prefix;
		if (!tenant && memchr(name, '/', bytes))
			return false;
		if (tenant && (bytes != length || memcmp(name, tenant, bytes)))
			return false;
		tenant = name;
		length = bytes;
	}
	return true;
}

static bool rule_matches(const struct visit *visit,
			 const struct luo_rule *rule)
{
	const struct luo_policy *policy = visit->policy;
	const struct luo_condition *at = policy->conditions + rule->first;
	const struct luo_condition *end = at + rule->count;

	for (; at < end; at++) {
		if (!search_intervals(policy->intervals + at->first, at->count,
				      visit->classes[at->key]))
			return false;
	}
	return !rule->tenants || tenants_match(visit, rule);
}

static void visit_rule(struct visit *visit, u32 rule)
{
	if (rule_matches(visit, visit->policy->rules + rule))
		visit->match(visit, rule);
}

/* ---- Index ---- */

static void visit_leaf(struct visit *visit, const u32 *leaf)
{
	const u32 *end = leaf + 1 + *leaf;

	for (leaf++; leaf < end; leaf++)
		visit_rule(visit, *leaf);
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

/*
 * Depth first. Each node on the way puts its rest, the rules that its key does
 * not tell apart, on a stack of at most LUO_INDEX_DEPTH.
 */
static void visit_root(struct visit *visit, u32 root)
{
	const u32 *index = visit->policy->index;
	u32 rests[LUO_INDEX_DEPTH];
	u32 ref = visit->policy->root[root];
	u32 count = 0;
	const u32 *node;

	for (;;) {
		node = LUO_REF_KIND(ref) ? index + LUO_REF_OFFSET(ref) : NULL;
		switch (LUO_REF_KIND(ref)) {
		case LUO_REF_DIRECT:
			if (node[1])
				rests[count++] = node[1];
			ref = direct_part(node, visit->classes[node[0]]);
			continue;
		case LUO_REF_SEARCH:
			if (node[1])
				rests[count++] = node[1];
			ref = search_part(node, visit->classes[node[0]]);
			continue;
		case LUO_REF_LEAF:
			visit_leaf(visit, node);
			break;
		default:
			if (ref != LUO_REF_NONE)
				visit_rule(visit, LUO_REF_OFFSET(ref) - 1);
		}
		if (!count)
			return;
		ref = rests[--count];
	}
}

/* Visit a root whose rules have tenants: classify the tails of names, too. */
static noinline void visit_tenants(struct visit *visit, u32 root,
				   const struct luo_request *request)
{
	unsigned long keys = visit->policy->tenant_keys[root];
	unsigned long tails = visit->policy->keys[root] >> LUO_KEY_COUNT
							<< LUO_KEY_COUNT;
	struct tenant_names names;
	const char *name;
	u32 i;

	for (; keys; keys &= keys - 1) {
		i = __ffs(keys) - LUO_KEY_SESSION;
		name = name_of(request, __ffs(keys));
		names.at[i] = name;
		names.lengths[i] = name ? name_length(name, U32_MAX) : 0;
	}
	visit->names = &names;
	for (; tails; tails &= tails - 1)
		visit->classes[__ffs(tails)] = class_of_tail(visit, __ffs(tails));
	visit_root(visit, root);
}

/* ---- Decisions ---- */

static void match_access(struct visit *visit, u32 index)
{
	struct decision *decision = container_of(visit, struct decision, visit);
	const struct luo_rule *rule = &visit->policy->rules[index];

	if (rule->deny) {
		decision->deny = min(decision->deny, rule->line);
		decision->log_deny |= rule->log;
		return;
	}
	decision->allow = min(decision->allow, rule->line);
	decision->log_allow |= rule->log;
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

	*verdict = (struct luo_verdict){ .reason = LUO_REASON_NO_POLICY };
	if (!policy)
		return;
	verdict->reason = LUO_REASON_NO_RULE;
	if (request->op >= LUO_OP_COUNT)
		return;

	decision.visit.policy = policy;
	decision.visit.match = match_access;
	decision.deny = U32_MAX;
	decision.allow = U32_MAX;
	decision.log_deny = false;
	decision.log_allow = false;
	visit_classify(&decision.visit, request);
	if (policy->tenant_keys[request->op])
		visit_tenants(&decision.visit, request->op, request);
	else
		visit_root(&decision.visit, request->op);

	if (decision.deny != U32_MAX) {
		verdict->reason = LUO_REASON_DENY_RULE;
		verdict->line = decision.deny;
		verdict->quiet = !decision.log_deny;
	} else if (decision.allow != U32_MAX) {
		verdict->reason = LUO_REASON_ALLOW_RULE;
		verdict->line = decision.allow;
		verdict->allow = true;
		verdict->audit = decision.log_allow;
	}
}

/* ---- Limits ---- */

static void start_limits(struct visit *visit, const struct luo_policy *policy,
			 const char *session, u32 uid, bool uid_known)
{
	visit->policy = policy;
	visit->classes[LUO_KEY_SESSION] =
		class_of_name(policy, LUO_KEY_SESSION, session);
	visit->classes[LUO_KEY_UID] =
		class_of_id(policy, LUO_KEY_UID, uid, uid_known);
}

/* The tightest limit of one kind that matched so far. */
struct tightest {
	struct visit visit;
	struct luo_limit limit;
};

static void match_limit(struct visit *visit, u32 rule)
{
	struct tightest *tightest = container_of(visit, struct tightest, visit);
	u32 line = visit->policy->rules[rule].line;
	u64 most = luo_limit_most(visit->policy, rule);

	if (most < tightest->limit.most ||
	    (most == tightest->limit.most && line < tightest->limit.line))
		tightest->limit = (struct luo_limit){ most, line };
}

static struct luo_limit find_tightest(struct tightest *tightest,
				      enum luo_limit_kind kind)
{
	tightest->limit = (struct luo_limit){ .most = U64_MAX };
	visit_root(&tightest->visit, LUO_ROOT_LIMIT(kind));
	return tightest->limit;
}

/**
 * luo_policy_limits() - What may be in a session.
 * @policy:    The policy; NULL if none was ever loaded: then there is no limit.
 * @session:   Name of the session.
 * @uid:       uid of its creator in the initial user namespace.
 * @uid_known: @uid is known; otherwise every uid= of a limit matches.
 * @limits:    The tightest limits of all that match.
 *
 * Costs as much as two decisions, and nothing if there is no such limit.
 *
 * Context: Any.
 */
void luo_policy_limits(const struct luo_policy *policy, const char *session,
		       u32 uid, bool uid_known, struct luo_limits *limits)
{
	struct tightest tightest;

	limits->files = (struct luo_limit){ .most = U64_MAX };
	limits->bytes = (struct luo_limit){ .most = U64_MAX };
	if (!policy || (!policy->root[LUO_ROOT_LIMIT(LUO_LIMIT_FILES)] &&
			!policy->root[LUO_ROOT_LIMIT(LUO_LIMIT_BYTES)]))
		return;
	start_limits(&tightest.visit, policy, session, uid, uid_known);
	tightest.visit.match = match_limit;
	limits->files = find_tightest(&tightest, LUO_LIMIT_FILES);
	limits->bytes = find_tightest(&tightest, LUO_LIMIT_BYTES);
}

/**
 * luo_policy_session_limits() - How many limits of sessions there are.
 * @policy: The policy, or NULL.
 *
 * Each is to have a counter, of the sessions it matches.
 *
 * Context: Any.
 * Return: Their number. They are known by the numbers below it.
 */
u32 luo_policy_session_limits(const struct luo_policy *policy)
{
	if (!policy)
		return 0;
	return policy->rule_count - policy->limit_first[LUO_LIMIT_SESSIONS];
}

/**
 * luo_policy_session_limit() - What a limit of sessions says.
 * @policy: The policy.
 * @number: Which, below luo_policy_session_limits(); in the order of the text.
 * @limit:  How many sessions that it matches there may be.
 *
 * Context: Any.
 */
void luo_policy_session_limit(const struct luo_policy *policy, u32 number,
			      struct luo_limit *limit)
{
	u32 rule = policy->limit_first[LUO_LIMIT_SESSIONS] + number;

	limit->most = luo_limit_most(policy, rule);
	limit->line = policy->rules[rule].line;
}

struct session_visit {
	struct visit visit;
	int (*each)(void *data, u32 number);
	void *data;
	int result;
};

static void match_session(struct visit *visit, u32 rule)
{
	struct session_visit *sessions =
		container_of(visit, struct session_visit, visit);
	u32 first = visit->policy->limit_first[LUO_LIMIT_SESSIONS];

	if (!sessions->result)
		sessions->result = sessions->each(sessions->data, rule - first);
}

/**
 * luo_policy_visit_session_limits() - Find the limits that count a session.
 * @policy:    The policy, or NULL.
 * @session:   Name of the session.
 * @uid:       uid of its creator in the initial user namespace.
 * @uid_known: @uid is known; otherwise every uid= of a limit matches.
 * @visit:     Is called for each of them once, with @data and its number, in
 *             no particular order but always in the same, until it returns
 *             something else than 0.
 * @data:      For @visit.
 *
 * Costs as much as a decision, and a constant for each limit that matches.
 *
 * Context: Any that @visit can be called in.
 * Return: What @visit returned last; 0 if it was not called.
 */
int luo_policy_visit_session_limits(const struct luo_policy *policy,
				    const char *session, u32 uid,
				    bool uid_known,
				    int (*visit)(void *data, u32 number),
				    void *data)
{
	struct session_visit sessions;

	if (!luo_policy_session_limits(policy))
		return 0;
	start_limits(&sessions.visit, policy, session, uid, uid_known);
	sessions.visit.match = match_session;
	sessions.each = visit;
	sessions.data = data;
	sessions.result = 0;
	visit_root(&sessions.visit, LUO_ROOT_LIMIT(LUO_LIMIT_SESSIONS));
	return sessions.result;
}
