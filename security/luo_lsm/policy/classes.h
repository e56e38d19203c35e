/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes: values of a key that no statement tells apart.
 *
 * For each key that a policy uses, the value of a request becomes a small number,
 * its class. Values that no statement tells apart share a class. Classes are
 * numbered such that whatever a statement can say about a key, a literal, a
 * prefix or a range, is an interval of classes.
 *
 * - Names (session, type, exe, subj, cgroup, label, obj, verity): the distinct patterns in
 *   lexical order, a prefix before what it covers, are the classes. The class of
 *   a name is that of the longest pattern that covers it. One pass hashes the
 *   name by words of eight bytes, up to the length of the longest pattern. The
 *   hash table is looked up once for each distinct length of a prefix, and once
 *   for the name as a whole. What is before the '%' of a tenant is a prefix.
 * - Tails: what is behind the '%' of tenants makes classes of its own, by which a name
 *   is found a second time, from its end: suffixes in the place of prefixes.
 * - Numbers (uid, gid, owner, fowner): a hash table for those that stand alone,
 *   else a binary search among the bounds of ranges, log2(ranges) steps.
 * - Sizes: a binary search among all bounds, log2(bounds) steps.
 *
 * Classes are made from the values of a program. compile.c makes those of a
 * compiled policy, and tools that compare policies make those of several.
 */

#ifndef _SECURITY_LUO_LSM_CLASSES_H
#define _SECURITY_LUO_LSM_CLASSES_H

#include <linux/string.h>
#include <linux/types.h>

#include "language.h"

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
 * struct luo_pattern - A literal, a prefix or a suffix, to be found by its hash.
 * @hash:   luo_hash_end() of @text.
 * @text:   Offset in luo_names.text.
 * @length: Length of the text.
 * @prefix: It is a prefix, or a suffix.
 */
struct luo_pattern {
	u32 hash;
	u32 text;
	u16 length;
	bool prefix;
};

/**
 * struct luo_names - The classes of a key whose values are names, or of its tails.
 * @count:        Number of @patterns. Pattern i is class i + 1; class 0 is what
 *                no pattern covers.
 * @mask:         Number of @slots - 1, which is a power of two.
 * @length_count: Number of @lengths.
 * @longest:      Length of the longest pattern.
 * @patterns:     Distinct patterns in lexical order, a prefix before the rest; those
 *                of tails in the order of their bytes from the last to the first.
 * @slots:        Hash table by open addressing: index + 1 of a pattern, or 0.
 * @lengths:      The distinct lengths of prefixes, or suffixes, ascending.
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

int luo_names_build(struct luo_names *names, const struct luo_program *program,
		    enum luo_key key, struct luo_interval *intervals);
int luo_tails_build(struct luo_names *tails, const struct luo_program *program,
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

/*
 * What a request has a class of: its keys, and the tails of its names, which are
 * numbered behind them.
 */
#define LUO_TAIL(key)		(LUO_KEY_COUNT + (key) - LUO_KEY_SESSION)
#define LUO_TAIL_KEY(tail)	((tail) - LUO_KEY_COUNT + LUO_KEY_SESSION)
#define LUO_CLASS_KEYS		(LUO_KEY_COUNT + LUO_NAME_KEYS)

/* Requests may not know the value of such a key: its last class is theirs. */
static inline bool luo_has_unknown_class(u32 key)
{
	return key != LUO_KEY_OWNER &&
	       (key < LUO_KEY_USERNS || key >= LUO_KEY_COUNT);
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

/* The same for a tail, from @end backwards. */
static inline u64 luo_hash_back_to(u64 hash, const char *end, u32 *done,
				   u32 length)
{
	u32 at;

	for (at = *done; at + sizeof(u64) <= length; at += sizeof(u64))
		hash = luo_hash_word(hash, end - at - sizeof(u64));
	*done = at;
	return hash;
}

/*
 * @hash has all whole words; literals are told from prefixes. @last are the eight bytes
 * of @name, if it has as many, with those that are in no whole word.
 */
static inline u32 luo_hash_end(u64 hash, const char *name, const char *last,
			       u32 length, bool prefix)
{
	char word[sizeof(u64)] = {};

	if (length >= sizeof(u64)) {
		memcpy(word, last, sizeof(u64));
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

#endif /* _SECURITY_LUO_LSM_CLASSES_H */
