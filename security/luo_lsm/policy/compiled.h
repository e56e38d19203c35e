/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A compiled policy, private to compile.c, index.c and decide.c.
 *
 * What a decision costs
 * =====================
 *
 * A request is decided in two steps. Neither looks at more of a large policy than
 * of a small one.
 *
 * 1. Classes. For each key that the policy uses, the value of the request becomes
 *    a small number, its class; see classes.h.
 *
 * 2. Index. For each operation a tree over the statements. A node splits by one
 *    key, in an array indexed by class (or, where that would be sparse, by a
 *    binary search). A statement lies below the few parts of the node that its
 *    values cover; one that covers too many of them lies in the node's rest,
 *    which every request has to visit, and which is split again by another
 *    key. A leaf holds up to LUO_LEAF_RULES statements, of which each condition
 *    is one comparison of a class with an interval.
 *
 * Time is thus a constant for each key plus one for each set of keys that occurs
 * ("by session", "by exe and uid"), not for each statement. What can not be
 * split further is walked: statements that overlap in all of their keys.
 *
 * Limits are found by the same index: each number a limit statement gives is a
 * rule of its own, below a root for its kind. To find the tightest takes as long
 * as a decision; to visit those of sessions takes, in addition, a constant for
 * each that matches, since each is counted.
 *
 * Memory is linear, though statements are copied: a node copies twice as many
 * as it has at most, and no more is split once the whole index has reached
 * LUO_INDEX_WORDS words for each statement and interval.
 *
 * Everything is kept as offsets in a few flat arrays: no pointers to chase, and
 * freeing takes no time.
 *
 * Tenants
 * =======
 *
 * A statement with '%' asks three things: that names begin with what is before it, that
 * they end with what is behind it, and that what is between is the same. The first two
 * are conditions on classes, of the keys and of their tails, and the index splits by
 * either: of statements that share their prefixes those are found whose suffixes fit.
 * The third is compared for each statement that is found, the lengths first. It is a
 * part of a name, which is not longer than 255 bytes where it is one component of a path
 * or a security context, and 63 in a session. Thus ten thousand statements with the
 * same prefix cost what one costs if their suffixes, or any other keys, tell them apart.
 *
 * Whoever chooses names can do no more than choose which of the statements that lie in
 * each other's prefixes and suffixes ("v%", "vm%", "vm-%") are compared: those were
 * written by who wrote the policy, and are walked as any that overlap in all of their
 * keys. There are LUO_POLICY_STATEMENTS_MAX at most, each of which takes a comparison of
 * lengths, or of 255 bytes.
 */

#ifndef _SECURITY_LUO_LSM_COMPILED_H
#define _SECURITY_LUO_LSM_COMPILED_H

#include <linux/types.h>

#include "classes.h"
#include "policy.h"

#define LUO_LEAF_RULES		4	/* statements in a leaf, if it can be */
#define LUO_INDEX_DEPTH		24	/* nodes from the root to a leaf */
#define LUO_INDEX_WORDS		32	/* for each statement and interval */

/* Roots of the index: one for each operation, one for each kind of limit. */
#define LUO_ROOT_LIMIT(kind)	(LUO_OP_COUNT + (kind))
#define LUO_ROOT_COUNT		LUO_ROOT_LIMIT(LUO_LIMIT_COUNT)

/* ---- Statements ---- */

/**
 * struct luo_condition - What a statement asks of a key.
 * @key:   The key, or the tail of one: LUO_TAIL().
 * @count: Number of intervals, one of which has to hold the class.
 * @first: The first of them in luo_policy.intervals; they are sorted and do not
 *         touch each other.
 */
struct luo_condition {
	u32 key : 5;
	u32 count : 27;
	u32 first;
};

/**
 * struct luo_tenant - A tenant in the value of a key.
 * @key:    The key.
 * @prefix: Bytes before it.
 * @suffix: Bytes behind it.
 */
struct luo_tenant {
	u16 key;
	u16 prefix;
	u16 suffix;
};

/**
 * struct luo_rule - A statement, or one number of a limit.
 * @line:  Its line in the text.
 * @first: Its first condition in luo_policy.conditions.
 * @tenant: Its first tenant in luo_policy.tenants.
 * @count: Number of its conditions, at most one for each key and each tail.
 * @tenants: Number of its tenants, which are all the same; none, or 2 at least.
 * @roots: Bit mask of the roots of the index that it is below: operations, or
 *         the one of a limit.
 * @deny:  It denies.
 * @log:   Its verdict is logged: an allow has audit, or a deny has no quiet.
 */
struct luo_rule {
	u32 line;
	u32 first;
	u32 tenant;
	u8 count;
	u8 tenants;
	u8 roots;
	bool deny;
	bool log;
};

/* ---- Index ---- */

/*
 * A reference to a part of the index: two bits of kind, and a rule or an offset
 * in luo_policy.index, at which there is
 *   LEAF    count, rules
 *   DIRECT  key, rest, lowest class, count, references by class
 *   SEARCH  key, rest, count, first classes of parts, references to parts;
 *           the first part begins at the lowest class of the node
 */
#define LUO_REF_NONE		0U
#define LUO_REF_RULE		0U	/* rule + 1, for NONE to be different */
#define LUO_REF_LEAF		1U
#define LUO_REF_DIRECT		2U
#define LUO_REF_SEARCH		3U
#define LUO_REF(kind, offset)	((offset) << 2 | (kind))
#define LUO_REF_KIND(ref)	((ref) & 3)
#define LUO_REF_OFFSET(ref)	((ref) >> 2)

/**
 * struct luo_policy - A policy, compiled; constant from then on.
 * @name:            Name of the policy statement.
 * @version:         Version of the policy statement.
 * @line:            Line of the policy statement.
 * @names:           Classes of LUO_KEY_SESSION and the keys after it.
 * @tails:           Classes of what is behind the '%' in LUO_KEY_SESSION and the keys
 *                   after it.
 * @ids:             Classes of LUO_KEY_UID and the keys after it. The classes
 *                   of LUO_KEY_OWNER are: 0 if it is not known, 1 + the class
 *                   of the number, and if the owner is the caller as many
 *                   classes more as there are of all these.
 * @sizes:           Classes of LUO_KEY_SIZE.
 * @domain:          Number of classes of each key and tail. The last one of each that
 *                   luo_has_unknown_class() is of requests that do not know
 *                   the key's value. Those of LUO_KEY_USERNS and LUO_KEY_PID
 *                   are no and yes.
 * @keys:            For each root the keys of the rules below it, a bit mask
 *                   of enum luo_key and LUO_TAIL().
 * @tenant_keys:     Those of them that have tenants.
 * @root:            The roots of the index.
 * @limit_first:     For each kind of limit the first of its rules; limits are
 *                   the last rules, kind by kind.
 * @limit_most:      For each rule from @limit_first[0] on its number.
 * @rule_count:      Number of @rules.
 * @statement_count: Number of @statements.
 * @condition_count: Number of @conditions.
 * @tenant_count:    Number of @tenants.
 * @interval_count:  Number of @intervals.
 * @index_count:     Number of words of @index.
 * @statements:      The lines of all statements in the order of the text, those too
 *                   that have no rule because an earlier one says the same.
 * @rules:           The statements, those of a kind in the order of the text.
 * @conditions:      Their conditions.
 * @tenants:         Their tenants.
 * @intervals:       The conditions' intervals.
 * @index:           See above.
 */
struct luo_policy {
	char name[LUO_POLICY_NAME_MAX + 1];
	u64 version;
	u32 line;
	struct luo_names names[LUO_NAME_KEYS];
	struct luo_names tails[LUO_NAME_KEYS];
	struct luo_ids ids[LUO_ID_KEYS];
	struct luo_sizes sizes;
	u32 domain[LUO_CLASS_KEYS];
	u32 keys[LUO_ROOT_COUNT];
	u32 tenant_keys[LUO_ROOT_COUNT];
	u32 root[LUO_ROOT_COUNT];
	u32 limit_first[LUO_LIMIT_COUNT];
	u64 *limit_most;
	u32 rule_count;
	u32 statement_count;
	u32 condition_count;
	u32 tenant_count;
	u32 interval_count;
	u32 index_count;
	u32 *statements;
	struct luo_rule *rules;
	struct luo_condition *conditions;
	struct luo_tenant *tenants;
	struct luo_interval *intervals;
	u32 *index;
};

int luo_index_build(struct luo_policy *policy);

/* The class of a value that is not known, which not all keys have. */
static inline u32 luo_unknown_class(const struct luo_policy *policy, u32 key)
{
	return policy->domain[key] - 1;
}

static inline u64 luo_limit_most(const struct luo_policy *policy, u32 rule)
{
	return policy->limit_most[rule - policy->limit_first[0]];
}

#endif /* _SECURITY_LUO_LSM_COMPILED_H */
