// SPDX-License-Identifier: GPL-2.0
/* Makes classes of the values of a policy; classes.h defines them. */

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "classes.h"

/* Iterates over the values that @program has for @key, by their indices. */
struct value_walk {
	const struct luo_program *program;
	enum luo_key key;
	bool tails;	/* only those that have a suffix */
	u32 statement;
	u32 next;
};

static bool has_tail(const struct luo_value *value)
{
	return value->kind == LUO_VALUE_TENANT && value->suffix;
}

static bool next_value(struct value_walk *walk, u32 *index)
{
	const struct luo_program *program = walk->program;
	const struct luo_statement *statement;

	while (walk->statement < program->statement_count) {
		statement = program->statements + walk->statement;
		if (walk->next < statement->lists[walk->key].count) {
			*index = statement->lists[walk->key].first +
				 walk->next++;
			if (!walk->tails || has_tail(program->values + *index))
				return true;
			continue;
		}
		walk->statement++;
		walk->next = 0;
	}
	return false;
}

/* ---- Names ---- */

/* The classes that are made: of the names of a key, or of its tails. */
struct name_source {
	const struct luo_program *program;
	enum luo_key key;
	bool tails;
};

/* What of a value is a pattern. */
struct part {
	const char *text;
	u32 length;
	bool prefix;
};

static struct part part_of(const struct name_source *from, u32 index)
{
	const struct luo_value *value = from->program->values + index;

	if (from->tails)
		return (struct part){ luo_value_suffix(value), value->suffix,
				      true };
	return (struct part){ value->text, value->length,
			      value->kind != LUO_VALUE_LITERAL };
}

/* By their bytes from the last to the first; a suffix follows what covers it. */
static int tail_compare(const struct part *x, const struct part *y)
{
	u32 i;

	for (i = 1; i <= x->length && i <= y->length; i++) {
		unsigned char a = x->text[x->length - i];
		unsigned char b = y->text[y->length - i];

		if (a != b)
			return cmp_int(a, b);
	}
	return cmp_int(x->length, y->length);
}

/* Lexical order; of equal texts the prefix first: a pattern follows what covers it. */
static int pattern_compare(const void *a, const void *b, const void *from)
{
	const struct name_source *source = from;
	const u32 *i = a, *j = b;
	struct part x = part_of(source, *i), y = part_of(source, *j);

	if (source->tails)
		return tail_compare(&x, &y);
	return strcmp(x.text, y.text) ?: cmp_int(y.prefix, x.prefix);
}

static u32 pattern_hash(const struct part *part, bool tail)
{
	const char *end = part->text + part->length;
	u32 done = 0;
	u64 hash;

	if (tail) {
		hash = luo_hash_back_to(LUO_HASH_START, end, &done, part->length);
		return luo_hash_end(hash, part->text, part->text, part->length,
				    true);
	}
	hash = luo_hash_up_to(LUO_HASH_START, part->text, &done, part->length);
	return luo_hash_end(hash, part->text, end - sizeof(u64), part->length,
			    part->prefix);
}

/* The indices of all values of @from, in the order of their classes. */
static u32 *sorted_values(const struct name_source *from, u32 *count)
{
	const struct value_walk start = {
		.program = from->program,
		.key = from->key,
		.tails = from->tails,
	};
	struct value_walk walk = start;
	u32 *order;
	u32 index;

	for (*count = 0; next_value(&walk, &index);)
		(*count)++;
	order = kvmalloc_objs(*order, *count + 1);
	if (!order)
		return NULL;
	walk = start;
	for (*count = 0; next_value(&walk, &index);)
		order[(*count)++] = index;
	sort_r_nonatomic(order, *count, sizeof(*order), pattern_compare, NULL,
			 from);
	return order;
}

/* Put one of each group of equal values into @distinct, and sum up their bytes. */
static u32 distinct_values(const struct name_source *from, const u32 *order,
			   u32 count, u32 *bytes)
{
	u32 distinct = 0;
	u32 i;

	*bytes = 0;
	for (i = 0; i < count; i++) {
		if (i && !pattern_compare(&order[i - 1], &order[i], from))
			continue;
		distinct++;
		*bytes += part_of(from, order[i]).length;
	}
	return distinct;
}

static int names_allocate(struct luo_names *names, u32 count, u32 bytes)
{
	u32 slots = roundup_pow_of_two(2 * count + 1);

	names->mask = slots - 1;
	names->patterns = kvzalloc_objs(*names->patterns, count + 1);
	names->slots = kvzalloc_objs(*names->slots, slots);
	names->text = kvmalloc(bytes + 1, GFP_KERNEL);
	if (!names->patterns || !names->slots || !names->text)
		return -ENOMEM;
	return 0;
}

/* Add a part as the next pattern; its number is its class. */
static void names_add(struct luo_names *names, struct part part, bool tail,
		      u32 *bytes)
{
	struct luo_pattern *pattern = &names->patterns[names->count++];
	u32 slot;

	pattern->prefix = part.prefix;
	pattern->length = part.length;
	pattern->hash = pattern_hash(&part, tail);
	pattern->text = *bytes;
	memcpy(names->text + *bytes, part.text, part.length);
	*bytes += part.length;
	names->longest = max_t(u32, names->longest, part.length);
	for (slot = pattern->hash & names->mask; names->slots[slot];
	     slot = (slot + 1) & names->mask)
		;
	names->slots[slot] = names->count;
}

/*
 * Number the patterns in the order of @order. The patterns that a prefix covers
 * follow it directly, so its classes are an interval, which ends before the
 * first pattern that does not begin with it.
 */
static void names_fill(struct luo_names *names, const struct name_source *from,
		       const u32 *order, u32 count,
		       struct luo_interval *intervals)
{
	u32 bytes = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		if (!i || pattern_compare(&order[i - 1], &order[i], from))
			names_add(names, part_of(from, order[i]), from->tails,
				  &bytes);
		intervals[order[i]] = (struct luo_interval){
			.low = names->count,
		};
		if (!(i % 1024))
			cond_resched();
	}
}

static bool pattern_covers(const struct luo_names *names,
			   const struct luo_pattern *a,
			   const struct luo_pattern *b, bool tails)
{
	const char *text = names->text + b->text;

	if (a->length > b->length)
		return false;
	if (tails)
		text += b->length - a->length;
	return !memcmp(names->text + a->text, text, a->length);
}

/* How many patterns after number @i pattern @i covers: a binary search. */
static u32 names_span(const struct luo_names *names, u32 i, bool tails)
{
	u32 low = i, high = names->count - 1, middle;

	if (!names->patterns[i].prefix)
		return 0;
	while (low < high) {
		middle = low + (high - low + 1) / 2;
		if (pattern_covers(names, &names->patterns[i],
				   &names->patterns[middle], tails))
			low = middle;
		else
			high = middle - 1;
	}
	return low - i;
}

static int length_compare(const void *a, const void *b)
{
	const u16 *x = a, *y = b;

	return cmp_int(*x, *y);
}

static int names_lengths(struct luo_names *names)
{
	u32 i, count = 0;

	names->lengths = kvmalloc_objs(*names->lengths, names->count + 1);
	if (!names->lengths)
		return -ENOMEM;
	for (i = 0; i < names->count; i++) {
		if (names->patterns[i].prefix)
			names->lengths[count++] = names->patterns[i].length;
	}
	sort_nonatomic(names->lengths, count, sizeof(*names->lengths),
		       length_compare, NULL);
	for (i = 0; i < count; i++) {
		if (!i || names->lengths[i] != names->lengths[i - 1])
			names->lengths[names->length_count++] =
				names->lengths[i];
	}
	return 0;
}

static int build_names(struct luo_names *names, const struct name_source *from,
		       struct luo_interval *intervals)
{
	u32 count, distinct, bytes, i;
	u32 *order;
	int err;

	order = sorted_values(from, &count);
	if (!order)
		return -ENOMEM;
	distinct = distinct_values(from, order, count, &bytes);
	err = names_allocate(names, distinct, bytes);
	if (!err) {
		names_fill(names, from, order, count, intervals);
		for (i = 0; i < count; i++)
			intervals[order[i]].span =
				names_span(names, intervals[order[i]].low - 1,
					   from->tails);
		err = names_lengths(names);
	}
	kvfree(order);
	return err;
}

/**
 * luo_names_build() - Make the classes of a key whose values are names.
 * @names:     Zeroes; luo_names_destroy() frees it, after an error too.
 * @program:   The policy.
 * @key:       The key.
 * @intervals: For each of @program's values that is one of @key, its classes.
 *
 * Return: 0 or -ENOMEM.
 */
int luo_names_build(struct luo_names *names, const struct luo_program *program,
		    enum luo_key key, struct luo_interval *intervals)
{
	const struct name_source from = { program, key, false };

	return build_names(names, &from, intervals);
}

/**
 * luo_tails_build() - Make the classes of the tails of a key.
 * @tails:     Zeroes; luo_names_destroy() frees it, after an error too.
 * @program:   The policy.
 * @key:       The key, whose values are names.
 * @intervals: For each tenant of @key that has a suffix, its classes.
 *
 * Return: 0 or -ENOMEM.
 */
int luo_tails_build(struct luo_names *tails, const struct luo_program *program,
		    enum luo_key key, struct luo_interval *intervals)
{
	const struct name_source from = { program, key, true };

	return build_names(tails, &from, intervals);
}

/**
 * luo_names_destroy() - Free what luo_names_build() allocated.
 * @names: The classes.
 */
void luo_names_destroy(struct luo_names *names)
{
	kvfree(names->patterns);
	kvfree(names->slots);
	kvfree(names->lengths);
	kvfree(names->text);
}

/* ---- Numbers ---- */

static int u32_compare(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return cmp_int(*x, *y);
}

/**
 * luo_sort() - Sort numbers.
 * @numbers: The numbers.
 * @count:   How many.
 *
 * Context: May sleep.
 */
void luo_sort(u32 *numbers, u32 count)
{
	sort_nonatomic(numbers, count, sizeof(*numbers), u32_compare, NULL);
}

/**
 * luo_sort_unique() - Sort numbers, and keep each once.
 * @numbers: The numbers.
 * @count:   How many.
 *
 * Context: May sleep.
 * Return: How many are left.
 */
u32 luo_sort_unique(u32 *numbers, u32 count)
{
	u32 i, unique = 0;

	luo_sort(numbers, count);
	for (i = 0; i < count; i++) {
		if (!i || numbers[i] != numbers[i - 1])
			numbers[unique++] = numbers[i];
	}
	return unique;
}

/* The numbers in the values of a key: single ones, and bounds of ranges. */
struct id_lists {
	u32 *singles;
	u32 *bounds;
	u32 single_count;
	u32 bound_count;
};

static int id_lists_collect(struct id_lists *lists,
			    const struct luo_program *program, enum luo_key key)
{
	struct value_walk walk = { .program = program, .key = key };
	const struct luo_value *value;
	u32 index, count = 0;

	while (next_value(&walk, &index))
		count++;
	lists->singles = kvmalloc_objs(*lists->singles, count + 1);
	lists->bounds = kvmalloc_objs(*lists->bounds, 2 * count + 1);
	if (!lists->singles || !lists->bounds)
		return -ENOMEM;

	lists->bounds[lists->bound_count++] = 0;
	walk = (struct value_walk){ .program = program, .key = key };
	while (next_value(&walk, &index)) {
		value = program->values + index;
		if (value->kind != LUO_VALUE_RANGE)
			continue;
		if (value->low == value->high) {
			lists->singles[lists->single_count++] = value->low;
			continue;
		}
		lists->bounds[lists->bound_count++] = value->low;
		lists->bounds[lists->bound_count++] = value->high + 1;
	}
	lists->single_count = luo_sort_unique(lists->singles, lists->single_count);
	lists->bound_count = luo_sort_unique(lists->bounds, lists->bound_count);
	return 0;
}

static void ids_add_single(struct luo_ids *ids, u32 id)
{
	u32 slot = luo_hash_id(id) & ids->mask;

	while (ids->singles[slot].class)
		slot = (slot + 1) & ids->mask;
	ids->singles[slot] = (struct luo_single){ id, ids->count++ };
}

/* Number the classes: a bound, then the single numbers up to the next bound. */
static int ids_fill(struct luo_ids *ids, const struct id_lists *lists)
{
	u32 slots = roundup_pow_of_two(2 * lists->single_count + 1);
	u32 i, single = 0;

	ids->mask = slots - 1;
	ids->singles = kvzalloc_objs(*ids->singles, slots);
	ids->bounds = kvmalloc_objs(*ids->bounds, lists->bound_count);
	if (!ids->singles || !ids->bounds)
		return -ENOMEM;
	for (i = 0; i < lists->bound_count; i++) {
		ids->bounds[i] = (struct luo_bound){ lists->bounds[i],
						     ids->count++ };
		for (; single < lists->single_count; single++) {
			if (i + 1 < lists->bound_count &&
			    lists->singles[single] >= lists->bounds[i + 1])
				break;
			ids_add_single(ids, lists->singles[single]);
		}
	}
	ids->bound_count = lists->bound_count;
	return 0;
}

/* The class of the bound @id; behind the last bound the number of classes. */
static u32 bound_class(const struct luo_ids *ids, u32 id)
{
	u32 low = 0, high = ids->bound_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ids->bounds[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ids->bound_count ? ids->bounds[low].class : ids->count;
}

static u32 single_class(const struct luo_ids *ids, u32 id)
{
	u32 slot = luo_hash_id(id) & ids->mask;

	while (ids->singles[slot].id != id || !ids->singles[slot].class)
		slot = (slot + 1) & ids->mask;
	return ids->singles[slot].class;
}

static struct luo_interval id_interval(const struct luo_ids *ids,
				       const struct luo_value *value)
{
	struct luo_interval interval = {};

	if (value->low == value->high) {
		interval.low = single_class(ids, value->low);
	} else {
		interval.low = bound_class(ids, value->low);
		interval.span = bound_class(ids, value->high + 1) - 1 -
				interval.low;
	}
	return interval;
}

/**
 * luo_ids_build() - Make the classes of a key whose values are numbers.
 * @ids:       Zeroes; luo_ids_destroy() frees it, after an error too.
 * @program:   The policy.
 * @key:       The key.
 * @intervals: For each of @program's values that is a number or range of @key,
 *             its classes.
 *
 * Return: 0 or -ENOMEM.
 */
int luo_ids_build(struct luo_ids *ids, const struct luo_program *program,
		  enum luo_key key, struct luo_interval *intervals)
{
	struct value_walk walk = { .program = program, .key = key };
	struct id_lists lists = {};
	u32 index;
	int err;

	err = id_lists_collect(&lists, program, key);
	if (!err)
		err = ids_fill(ids, &lists);
	kvfree(lists.singles);
	kvfree(lists.bounds);
	while (!err && next_value(&walk, &index)) {
		if (program->values[index].kind == LUO_VALUE_RANGE)
			intervals[index] =
				id_interval(ids, program->values + index);
	}
	return err;
}

/**
 * luo_ids_destroy() - Free what luo_ids_build() allocated.
 * @ids: The classes.
 */
void luo_ids_destroy(struct luo_ids *ids)
{
	kvfree(ids->singles);
	kvfree(ids->bounds);
}

/* ---- Sizes ---- */

static int u64_compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return cmp_int(*x, *y);
}

static int sizes_collect(struct luo_sizes *sizes,
			 const struct luo_program *program)
{
	struct value_walk walk = { .program = program, .key = LUO_KEY_SIZE };
	u32 index, i, count = 0;

	while (next_value(&walk, &index))
		count++;
	sizes->bounds = kvmalloc_objs(*sizes->bounds, count + 1);
	if (!sizes->bounds)
		return -ENOMEM;
	walk = (struct value_walk){ .program = program, .key = LUO_KEY_SIZE };
	for (count = 0; next_value(&walk, &index);)
		sizes->bounds[count++] = program->values[index].size;
	sort_nonatomic(sizes->bounds, count, sizeof(*sizes->bounds),
		       u64_compare, NULL);
	for (i = 0; i < count; i++) {
		if (!i || sizes->bounds[i] != sizes->bounds[i - 1])
			sizes->bounds[sizes->count++] = sizes->bounds[i];
	}
	return 0;
}

/**
 * luo_sizes_build() - Make the classes of the key whose values are sizes.
 * @sizes:     Zeroes; luo_sizes_destroy() frees it, after an error too.
 * @program:   The policy.
 * @intervals: For each of @program's values that is a size, its classes.
 *
 * Return: 0 or -ENOMEM.
 */
int luo_sizes_build(struct luo_sizes *sizes, const struct luo_program *program,
		    struct luo_interval *intervals)
{
	struct value_walk walk = { .program = program, .key = LUO_KEY_SIZE };
	u32 index;
	int err;

	err = sizes_collect(sizes, program);
	while (!err && next_value(&walk, &index))
		intervals[index].span =
			luo_size_class(sizes, program->values[index].size);
	return err;
}

/**
 * luo_sizes_destroy() - Free what luo_sizes_build() allocated.
 * @sizes: The classes.
 */
void luo_sizes_destroy(struct luo_sizes *sizes)
{
	kvfree(sizes->bounds);
}
