/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A compiled policy, private to compile.c, classes.c, index.c and decide.c.
 *
 * What a decision costs
 * =====================
 *
 * A request is decided in two steps, neither of which looks at more of a large
 * policy than of a small one.
 *
 * 1. Classes. For each key the policy uses, the request's value becomes a small
 *    number, its class: values that no statement tells apart share one. Classes
 *    are numbered such that whatever a statement can say about a key, a
 *    literal, a prefix, a range, is an interval of classes.
 *    - Names (session, type, exe, subj, cgroup, label, obj): all distinct
 *      patterns in lexical order, prefixes before what they cover, are the
 *      classes; a name's is that of the longest pattern that covers it. One
 *      pass hashes the name, up to the length of the longest pattern, by words
 *      of eight bytes; one look into a hash table for each distinct length
 *      of a prefix, one for the name as a whole.
 *    - Numbers (uid, gid, owner, fowner): a hash table for those that stand
 *      alone, else a binary search among the bounds of ranges, log2(ranges)
 *      steps.
 *    - Sizes: a binary search among all bounds, log2(bounds) steps.
 *
 * 2. Index. For each operation a tree over the statements. A node splits by one
 *    key, in an array indexed by class (or, where that would be sparse, by a
 *    binary search). A statement lies below the few parts of the node that its
 *    values cover; one that covers too many of them lies in the node's rest,
 *    which every request has to visit, and which is split again by another
 *    key. A leaf holds up to LUO_LEAF_RULES statements, of which each condition
 *    is one comparison of a class with an interval.
 *
 * Time is thus a constant for each key plus one for each shape of statement
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
 */

#ifndef _SECURITY_LUO_LSM_COMPILED_H
#define _SECURITY_LUO_LSM_COMPILED_H

#include <linux/string.h>
#include <linux/types.h>

#include "language.h"

#define LUO_LEAF_RULES		4	/* statements in a leaf, if it can be */
#define LUO_INDEX_DEPTH		24	/* nodes from the root to a leaf */
#define LUO_INDEX_WORDS		32	/* for each statement and interval */

/* LUO_KEY_SESSION and what follows it */
#define LUO_NAME_KEYS		(LUO_KEY_UID - LUO_KEY_SESSION)
/* LUO_KEY_UID and what follows it */
#define LUO_ID_KEYS		(LUO_KEY_SIZE - LUO_KEY_UID)

/* Roots of the index: one for each operation, one for each kind of limit. */
#define LUO_ROOT_LIMIT(kind)	(LUO_OP_COUNT + (kind))
#define LUO_ROOT_COUNT		LUO_ROOT_LIMIT(LUO_LIMIT_COUNT)

/* ---- Classes ---- */

/**
 * struct luo_pattern - A literal or a prefix, to be found by its hash.
 * @hash:   luo_hash_end() of @text.
 * @text:   Offset in luo_names.text.
 * @length: Length of the text.
 * @prefix: It is a prefix.
 */
struct luo_pattern {
	u32 hash;
	u32 text;
	u16 length;
	bool prefix;
};

/**
 * struct luo_names - The classes of a key whose values are names.
 * @count:        Number of @patterns. Pattern i is class i + 1; class 0 is what
 *                no pattern covers.
 * @mask:         Number of @slots - 1, which is a power of two.
 * @length_count: Number of @lengths.
 * @longest:      Length of the longest pattern.
 * @patterns:     Distinct patterns in lexical order, a prefix before the rest.
 * @slots:        Hash table by open addressing: index + 1 of a pattern, or 0.
 * @lengths:      The distinct lengths of prefixes, ascending.
 * @text:         The bytes of all patterns.
 */
struct luo_names {
	u32 count;
	u32 mask;
	u32 length_count;
	u32 longest;
	struct luo_pattern *patterns;
	u32 *slots;
	u16 *lengths;
	char *text;
};

/**
 * struct luo_single - A number that stands alone.
 * @id:    The number.
 * @class: Its class, which is never 0; an empty slot otherwise.
 */
struct luo_single {
	u32 id;
	u32 class;
};

/**
 * struct luo_bound - From here on to the next bound all numbers are alike.
 * @id:    The first of them.
 * @class: Their class, but for those that stand alone.
 */
struct luo_bound {
	u32 id;
	u32 class;
};

/**
 * struct luo_ids - The classes of a key whose values are numbers.
 * @count:       Number of classes.
 * @mask:        Number of @singles - 1, which is a power of two.
 * @bound_count: Number of @bounds, 1 at least.
 * @singles:     Hash table by open addressing.
 * @bounds:      Sorted; the first begins at 0.
 */
struct luo_ids {
	u32 count;
	u32 mask;
	u32 bound_count;
	struct luo_single *singles;
	struct luo_bound *bounds;
};

/**
 * struct luo_sizes - The classes of a key whose values are upper bounds.
 * @count:  Number of @bounds. A size's class is the number of bounds below it.
 * @bounds: Distinct bounds, ascending.
 */
struct luo_sizes {
	u32 count;
	u64 *bounds;
};

/* ---- Statements ---- */

/**
 * struct luo_interval - Consecutive classes.
 * @low:  The first of them.
 * @span: The last of them, less @low.
 */
struct luo_interval {
	u32 low;
	u32 span;
};

/**
 * struct luo_condition - What a statement asks of a key.
 * @key:   The key.
 * @count: Number of intervals, one of which has to hold the class.
 * @first: The first of them in luo_policy.intervals; they are sorted and do not
 *         touch each other.
 */
struct luo_condition {
	u32 key : 4;
	u32 count : 28;
	u32 first;
};

/**
 * struct luo_rule - A statement, or one number of a limit.
 * @line:  Its line in the text.
 * @first: Its first condition in luo_policy.conditions.
 * @count: Number of its conditions, at most one for each key.
 * @roots: Bit mask of the roots of the index that it is below: operations, or
 *         the one of a limit.
 * @deny:  It denies.
 * @audit: What it allows is logged.
 */
struct luo_rule {
	u32 line;
	u32 first;
	u8 count;
	u8 roots;
	bool deny;
	bool audit;
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
 * @ids:             Classes of LUO_KEY_UID and the keys after it. The classes
 *                   of LUO_KEY_OWNER are: 0 if it is not known, 1 + the class
 *                   of the number, and if the owner is the caller as many
 *                   classes more as there are of all these.
 * @sizes:           Classes of LUO_KEY_SIZE.
 * @domain:          Number of classes of each key. The last one of each that
 *                   luo_has_unknown_class() is of requests that do not know
 *                   the key's value. Those of LUO_KEY_USERNS and LUO_KEY_PID
 *                   are no and yes.
 * @keys:            For each root the keys of the rules below it, a bit mask
 *                   of enum luo_key.
 * @root:            The roots of the index.
 * @limit_first:     For each kind of limit the first of its rules; limits are
 *                   the last rules, kind by kind.
 * @limit_most:      For each rule from @limit_first[0] on its number.
 * @rule_count:      Number of @rules.
 * @condition_count: Number of @conditions.
 * @interval_count:  Number of @intervals.
 * @index_count:     Number of words of @index.
 * @rules:           The statements, those of a kind in the order of the text.
 * @conditions:      Their conditions.
 * @intervals:       The conditions' intervals.
 * @index:           See above.
 */
struct luo_policy {
	char name[LUO_POLICY_NAME_MAX + 1];
	u64 version;
	u32 line;
	struct luo_names names[LUO_NAME_KEYS];
	struct luo_ids ids[LUO_ID_KEYS];
	struct luo_sizes sizes;
	u32 domain[LUO_KEY_COUNT];
	u32 keys[LUO_ROOT_COUNT];
	u32 root[LUO_ROOT_COUNT];
	u32 limit_first[LUO_LIMIT_COUNT];
	u64 *limit_most;
	u32 rule_count;
	u32 condition_count;
	u32 interval_count;
	u32 index_count;
	struct luo_rule *rules;
	struct luo_condition *conditions;
	struct luo_interval *intervals;
	u32 *index;
};

int luo_names_build(struct luo_names *names, const struct luo_program *program,
		    enum luo_key key, struct luo_interval *intervals);
void luo_names_destroy(struct luo_names *names);
int luo_ids_build(struct luo_ids *ids, const struct luo_program *program,
		  enum luo_key key, struct luo_interval *intervals);
void luo_ids_destroy(struct luo_ids *ids);
int luo_sizes_build(struct luo_sizes *sizes, const struct luo_program *program,
		    struct luo_interval *intervals);
void luo_sizes_destroy(struct luo_sizes *sizes);
void luo_sort(u32 *numbers, u32 count);
u32 luo_sort_unique(u32 *numbers, u32 count);
int luo_index_build(struct luo_policy *policy);

/* The class of a value that is not known, which not all keys have. */
static inline u32 luo_unknown_class(const struct luo_policy *policy,
				    enum luo_key key)
{
	return policy->domain[key] - 1;
}

static inline bool luo_has_unknown_class(enum luo_key key)
{
	return key != LUO_KEY_OWNER && key < LUO_KEY_USERNS;
}

/* The number of bounds below @size, without a branch on the data. */
static inline u32 luo_size_class(const struct luo_sizes *sizes, u64 size)
{
	u32 low = 0, count = sizes->count, half;

	for (; count; count -= half) {
		half = (count + 1) / 2;
		low = sizes->bounds[low + half - 1] < size ? low + half : low;
	}
	return low;
}

static inline u64 luo_limit_most(const struct luo_policy *policy, u32 rule)
{
	return policy->limit_most[rule - policy->limit_first[0]];
}

/*
 * The hash of a name: eight bytes at a time from its start, so that those of its
 * prefixes are found on the way, and the last eight once more at the end. Of less
 * than eight, two halves that may overlap, or three bytes that may be the same.
 */
#define LUO_HASH_START		0x9e3779b97f4a7c15ULL

static inline u64 luo_hash_word(u64 hash, const char *at)
{
	u64 word;

	memcpy(&word, at, sizeof(word));
	hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
	return hash ^ hash >> 32;
}

/* All whole words before @length that were not done yet: @done bytes were. */
static inline u64 luo_hash_up_to(u64 hash, const char *name, u32 *done,
				 u32 length)
{
	u32 at;

	for (at = *done; at + sizeof(u64) <= length; at += sizeof(u64))
		hash = luo_hash_word(hash, name + at);
	*done = at;
	return hash;
}

/* @hash has all whole words; literals are told from prefixes. */
static inline u32 luo_hash_end(u64 hash, const char *name, u32 length,
			       bool prefix)
{
	char word[sizeof(u64)] = {};

	if (length >= sizeof(u64)) {
		memcpy(word, name + length - sizeof(u64), sizeof(u64));
	} else if (length >= sizeof(u32)) {
		memcpy(word, name, sizeof(u32));
		memcpy(word + sizeof(u32), name + length - sizeof(u32),
		       sizeof(u32));
	} else if (length) {
		word[0] = name[0];
		word[1] = name[length / 2];
		word[2] = name[length - 1];
	}
	hash = luo_hash_word(hash ^ (u64)length << 1 ^ prefix, word);
	hash *= 0xff51afd7ed558ccdULL;
	return hash >> 32;
}

static inline u32 luo_hash_id(u32 id)
{
	id *= 0x9e3779b1U;
	return id ^ id >> 15;
}

#endif /* _SECURITY_LUO_LSM_COMPILED_H */
