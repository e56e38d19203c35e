// SPDX-License-Identifier: GPL-2.0
/*
 * Builds the interval index of a policy; compiled.h describes it.
 *
 * It is built from the roots down, with a stack of jobs in place of recursion.
 * A job is a set of rules, and the request box that reaches them: for each key, and
 * each tail of one, the range of classes that is left after the splits above.
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compiled.h"

struct class_range {
	u32 low;
	u32 high;
};

/* A job; @count words of the index from @slot on will refer to its node. */
struct job {
	u32 slot;
	u32 count;
	u32 depth;
	u32 set;		/* offset in builder->sets, up to their end */
	struct class_range box[LUO_CLASS_KEYS];
};

/* A way to split a set of rules by one key. */
struct split {
	u32 key;
	u32 narrow;		/* most parts that a rule below them covers */
	u32 copies;		/* of rules in all parts */
	u32 most;		/* rules in the part of known values with most */
	u32 rest;		/* rules that cover too many parts */
};

struct array {
	u32 *at;
	u32 count;
	u32 max;
};

struct builder {
	struct luo_policy *policy;
	struct array index;
	struct array sets;		/* of the jobs, one after the other */
	struct job *jobs;
	u32 job_count;
	u32 job_max;
	u32 words_left;
	u64 work_left;
	u32 root;			/* whose rules these are */
	/* The job at hand */
	struct job job;
	u32 *set;
	u32 set_count;
	/* Scratch space for one split */
	u32 *bounds;			/* where parts begin, and the end */
	u32 bound_count;
	u32 *loads;			/* for each part */
	u32 *covers;			/* for each rule of the set: parts */
	u32 *sorted;			/* the same, sorted */
	struct array part_rules;		/* rules of all parts */
};

/* ---- Arrays ---- */

static int reserve(struct array *array, u32 more)
{
	u32 *at;
	u32 max;

	if (array->max - array->count >= more)
		return 0;
	if (check_add_overflow(array->count, more, &max) ||
	    check_mul_overflow(max, 2U, &max) || max > INT_MAX / sizeof(*at))
		return -ENOMEM;
	at = kvmalloc_objs(*at, max);
	if (!at)
		return -ENOMEM;
	if (array->count)
		memcpy(at, array->at, array->count * sizeof(*at));
	kvfree(array->at);
	array->at = at;
	array->max = max;
	return 0;
}

static int append(struct array *array, const u32 *words, u32 count)
{
	int err;

	err = reserve(array, count);
	if (err)
		return err;
	memcpy(array->at + array->count, words, count * sizeof(*words));
	array->count += count;
	return 0;
}

static int append_word(struct array *array, u32 word)
{
	return append(array, &word, 1);
}

/* ---- Rules in a request box ---- */

static const struct luo_condition *rule_condition(const struct builder *b,
						  u32 rule, u32 key)
{
	const struct luo_rule *at = &b->policy->rules[rule];
	u32 i;

	for (i = at->first; i < at->first + at->count; i++) {
		if (b->policy->conditions[i].key == key)
			return &b->policy->conditions[i];
	}
	return NULL;
}

/* Iterates over the intersection of a condition with a range of classes. */
struct pieces {
	const struct luo_interval *at;
	const struct luo_interval *end;
	struct class_range within;
	struct class_range piece;
};

static struct pieces pieces_of(const struct builder *b,
			       const struct luo_condition *condition,
			       struct class_range within)
{
	const struct luo_interval *first =
		b->policy->intervals + condition->first;
	u32 low = 0, high = condition->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (first[middle].low + first[middle].span < within.low)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct pieces){
		.at = first + low,
		.end = first + condition->count,
		.within = within,
	};
}

static bool next_piece(struct pieces *pieces)
{
	const struct luo_interval *at = pieces->at;

	if (at == pieces->end || at->low > pieces->within.high)
		return false;
	pieces->piece.low = max(at->low, pieces->within.low);
	pieces->piece.high = min(at->low + at->span, pieces->within.high);
	pieces->at++;
	return true;
}

/* Whether the rule has no condition on @key, or one that the whole box meets. */
static bool is_wide(const struct builder *b, u32 rule, u32 key)
{
	const struct luo_condition *condition = rule_condition(b, rule, key);
	const struct class_range *box = &b->job.box[key];
	struct pieces pieces;

	if (!condition)
		return true;
	pieces = pieces_of(b, condition, *box);
	return next_piece(&pieces) && pieces.piece.low == box->low &&
	       pieces.piece.high == box->high;
}

/*
 * A certain rule: it matches every request in the box. One with tenants never is, as a
 * box does not say what they are.
 */
static bool is_certain(const struct builder *b, u32 rule)
{
	const struct luo_rule *at = &b->policy->rules[rule];
	u32 i;

	if (at->tenants)
		return false;

	for (i = at->first; i < at->first + at->count; i++) {
		if (!is_wide(b, rule, b->policy->conditions[i].key))
			return false;
	}
	return true;
}

/* ---- Rules that cannot change a verdict ---- */

/* The lowest line of a certain rule of each sort; U32_MAX: there is none. */
struct certain {
	u32 deny;
	u32 log_deny;	/* that is logged */
	u32 allow;
	u32 log_allow;	/* that is logged */
};

static struct certain find_certain(const struct builder *b)
{
	struct certain certain = { U32_MAX, U32_MAX, U32_MAX, U32_MAX };
	const struct luo_rule *rule;
	u32 i, *first;

	for (i = 0; i < b->set_count; i++) {
		rule = &b->policy->rules[b->set[i]];
		if (!is_certain(b, b->set[i]))
			continue;
		first = rule->deny ? &certain.deny : &certain.allow;
		*first = min(*first, rule->line);
		first = rule->deny ? &certain.log_deny : &certain.log_allow;
		if (rule->log)
			*first = min(*first, rule->line);
	}
	return certain;
}

/*
 * If a deny is certain, the verdict is a deny, and no allow can change it. Of the
 * other denies only those on lower lines can, by the line that the verdict names,
 * and those that are logged, unless a certain one is: a quiet deny that is certain
 * must not hide one on a higher line that is not. The same holds for allows.
 */
static bool makes_difference(const struct luo_rule *rule,
			     const struct certain *certain)
{
	if (rule->deny)
		return rule->line <= certain->deny ||
		       (rule->log && rule->line <= certain->log_deny);
	if (certain->deny != U32_MAX)
		return false;
	return rule->line <= certain->allow ||
	       (rule->log && rule->line <= certain->log_allow);
}

static bool is_tighter(const struct luo_policy *policy, u32 a, u32 b)
{
	u64 x = luo_limit_most(policy, a), y = luo_limit_most(policy, b);

	return x < y || (x == y && policy->rules[a].line < policy->rules[b].line);
}

/* Keep the tightest of the certain limits, and all limits that are tighter. */
static void prune_limits(struct builder *b)
{
	u32 i, kept = 0, tightest = U32_MAX;

	for (i = 0; i < b->set_count; i++) {
		if (!is_certain(b, b->set[i]))
			continue;
		if (tightest == U32_MAX ||
		    is_tighter(b->policy, b->set[i], tightest))
			tightest = b->set[i];
	}
	for (i = 0; i < b->set_count; i++) {
		if (tightest == U32_MAX ||
		    !is_tighter(b->policy, tightest, b->set[i]))
			b->set[kept++] = b->set[i];
	}
	b->set_count = kept;
}

static void prune_access(struct builder *b)
{
	struct certain certain = find_certain(b);
	u32 i, kept = 0;

	for (i = 0; i < b->set_count; i++) {
		if (makes_difference(&b->policy->rules[b->set[i]], &certain))
			b->set[kept++] = b->set[i];
	}
	b->set_count = kept;
}

static void prune(struct builder *b)
{
	if (b->root < LUO_OP_COUNT)
		prune_access(b);
	else if (b->root != LUO_ROOT_LIMIT(LUO_LIMIT_SESSIONS))
		prune_limits(b);
	/* Each limit of sessions has a counter of its own: keep all. */
}

/* ---- Parts ---- */

/*
 * Divide the box along @key into parts, at the bounds of the rules that cover at
 * most @narrow of the present parts.
 */
static void find_bounds(struct builder *b, u32 key, u32 narrow)
{
	const struct class_range *box = &b->job.box[key];
	const struct luo_condition *condition;
	struct pieces pieces;
	u32 i, count = 0;

	b->bounds[count++] = box->low;
	b->bounds[count++] = box->high + 1;
	for (i = 0; i < b->set_count; i++) {
		condition = rule_condition(b, b->set[i], key);
		if (!condition || b->covers[i] > narrow)
			continue;
		pieces = pieces_of(b, condition, *box);
		while (next_piece(&pieces)) {
			b->bounds[count++] = pieces.piece.low;
			b->bounds[count++] = pieces.piece.high + 1;
		}
	}
	b->bound_count = luo_sort_unique(b->bounds, count);
}

/* The part that begins at @class, or the number of parts. */
static u32 find_part(const struct builder *b, u32 class)
{
	u32 low = 0, high = b->bound_count - 1, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (b->bounds[middle] < class)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many parts rule @i of the set covers; U32_MAX: it is wide. */
static u32 count_parts(const struct builder *b, u32 key, u32 i)
{
	struct pieces pieces;
	u32 count = 0;

	if (is_wide(b, b->set[i], key))
		return U32_MAX;
	pieces = pieces_of(b, rule_condition(b, b->set[i], key),
			   b->job.box[key]);
	while (next_piece(&pieces))
		count += find_part(b, pieces.piece.high + 1) -
			 find_part(b, pieces.piece.low);
	return count;
}

/*
 * The part that has the class of unknown values. It does not count when splits
 * are compared: all denies and limits are in it, whatever the key.
 */
static bool is_unknown_part(const struct builder *b, u32 key, u32 part)
{
	return luo_has_unknown_class(key) &&
	       b->bounds[part] == luo_unknown_class(b->policy, key);
}

/*
 * Count the narrow rules in each part; return the largest number, leaving out
 * the part of unknown values.
 */
static u32 count_loads(struct builder *b, const struct split *split)
{
	struct pieces pieces;
	u32 i, load = 0, most = 0;

	memset(b->loads, 0, b->bound_count * sizeof(*b->loads));
	for (i = 0; i < b->set_count; i++) {
		if (b->covers[i] > split->narrow)
			continue;
		pieces = pieces_of(b, rule_condition(b, b->set[i], split->key),
				   b->job.box[split->key]);
		while (next_piece(&pieces)) {
			b->loads[find_part(b, pieces.piece.low)]++;
			b->loads[find_part(b, pieces.piece.high + 1)]--;
		}
	}
	for (i = 0; i < b->bound_count; i++) {
		load += b->loads[i];
		b->loads[i] = load;
		if (!is_unknown_part(b, split->key, i))
			most = max(most, load);
	}
	return most;
}

/*
 * Choose the narrow rules: those that cover the fewest parts, as many as make at
 * most two copies a rule. The others are wide, and become the rest of the node.
 */
static void choose_narrow(struct builder *b, struct split *split)
{
	u32 most = 2 * b->set_count + LUO_LEAF_RULES;
	u32 i = 0, next;
	u64 copies = 0;

	memcpy(b->sorted, b->covers, b->set_count * sizeof(*b->sorted));
	luo_sort(b->sorted, b->set_count);
	split->narrow = 0;
	split->copies = 0;
	split->rest = b->set_count;
	while (i < b->set_count && b->sorted[i] != U32_MAX) {
		for (next = i; next < b->set_count &&
		     b->sorted[next] == b->sorted[i]; next++)
			copies += b->sorted[i];
		if (copies > most)
			break;
		split->narrow = b->sorted[i];
		split->copies = copies;
		split->rest = b->set_count - next;
		i = next;
	}
}

static struct split try_split(struct builder *b, u32 key)
{
	struct split split = { .key = key };
	u32 i;

	memset(b->covers, 0, b->set_count * sizeof(*b->covers));
	find_bounds(b, key, U32_MAX);
	for (i = 0; i < b->set_count; i++)
		b->covers[i] = count_parts(b, key, i);
	choose_narrow(b, &split);
	split.most = split.rest < b->set_count ? count_loads(b, &split) : 0;
	return split;
}

/* An estimate of the nodes that a search visits below a split, on both sides. */
static u32 split_cost(const struct split *split)
{
	return fls(split->most) + fls(split->rest);
}

static bool is_better(const struct split *a, const struct split *b)
{
	u32 x = split_cost(a), y = split_cost(b);

	if (x != y)
		return x < y;
	return a->most + a->rest < b->most + b->rest;
}

/* Find the best key to split by; false if no split makes the set smaller. */
static bool choose_split(struct builder *b, struct split *best)
{
	struct split split;
	bool found = false;
	u32 key;

	for (key = 0; key < LUO_CLASS_KEYS; key++) {
		if (!(b->policy->keys[b->root] & BIT(key)) ||
		    b->job.box[key].low == b->job.box[key].high)
			continue;
		split = try_split(b, key);
		cond_resched();
		if (split.rest == b->set_count || split.most == b->set_count)
			continue;
		if (!found || is_better(&split, best))
			*best = split;
		found = true;
	}
	return found;
}

/* ---- Output ---- */

static void set_slots(struct builder *b, const struct job *job, u32 ref)
{
	u32 i;

	for (i = job->slot; i < job->slot + job->count; i++)
		b->index.at[i] = ref;
}

static int emit_leaf(struct builder *b, const struct job *job, const u32 *set,
		     u32 count)
{
	u32 offset = b->index.count;
	int err;

	if (count < 2) {
		set_slots(b, job, count ? LUO_REF(LUO_REF_RULE, set[0] + 1) :
					  LUO_REF_NONE);
		return 0;
	}
	err = append_word(&b->index, count);
	if (!err)
		err = append(&b->index, set, count);
	if (!err)
		set_slots(b, job, LUO_REF(LUO_REF_LEAF, offset));
	return err;
}

static int push_job(struct builder *b, const struct job *job)
{
	struct job *jobs;
	u32 max;

	if (b->job_count == b->job_max) {
		max = 2 * b->job_max + 64;
		jobs = kvmalloc_objs(*jobs, max);
		if (!jobs)
			return -ENOMEM;
		if (b->job_count)
			memcpy(jobs, b->jobs, b->job_count * sizeof(*jobs));
		kvfree(b->jobs);
		b->jobs = jobs;
		b->job_max = max;
	}
	b->jobs[b->job_count++] = *job;
	return 0;
}

/* Make @job's slots refer to @set: to a leaf if it is small, else by a new job. */
static int emit_set(struct builder *b, struct job *job, const u32 *set,
		    u32 count)
{
	int err;

	if (count <= LUO_LEAF_RULES)
		return emit_leaf(b, job, set, count);
	job->set = b->sets.count;
	err = append(&b->sets, set, count);
	return err ?: push_job(b, job);
}

/* Copy the narrow rules into their parts; b->loads become the ends of the parts. */
static int fill_parts(struct builder *b, const struct split *split)
{
	u32 i, part, end, sum = 0;
	struct pieces pieces;
	int err;

	b->part_rules.count = 0;
	err = reserve(&b->part_rules, split->copies);
	if (err)
		return err;
	for (i = 0; i < b->bound_count; i++) {
		sum += b->loads[i];
		b->loads[i] = sum - b->loads[i];
	}
	for (i = 0; i < b->set_count; i++) {
		if (b->covers[i] > split->narrow)
			continue;
		pieces = pieces_of(b, rule_condition(b, b->set[i], split->key),
				   b->job.box[split->key]);
		while (next_piece(&pieces)) {
			part = find_part(b, pieces.piece.low);
			end = find_part(b, pieces.piece.high + 1);
			for (; part < end; part++)
				b->part_rules.at[b->loads[part]++] = b->set[i];
		}
	}
	return 0;
}

static int emit_parts(struct builder *b, const struct split *split,
		      u32 slots, bool direct)
{
	u32 i, first = 0;
	struct job job;
	int err;

	for (i = 0; i + 1 < b->bound_count; i++) {
		job = b->job;
		job.depth++;
		job.box[split->key].low = b->bounds[i];
		job.box[split->key].high = b->bounds[i + 1] - 1;
		job.slot = slots + (direct ? b->bounds[i] - b->bounds[0] : i);
		job.count = direct ? b->bounds[i + 1] - b->bounds[i] : 1;
		err = emit_set(b, &job, b->part_rules.at + first,
			       b->loads[i] - first);
		if (err)
			return err;
		first = b->loads[i];
	}
	return 0;
}

static int emit_rest(struct builder *b, const struct split *split, u32 slot)
{
	struct job job = b->job;
	u32 i, count = 0;

	for (i = 0; i < b->set_count; i++) {
		if (b->covers[i] > split->narrow)
			b->set[count++] = b->set[i];
	}
	job.depth++;
	job.slot = slot;
	job.count = 1;
	return emit_set(b, &job, b->set, count);
}

/* Drop empty parts at both ends. The last bound is an end, not a part. */
static void trim_parts(struct builder *b)
{
	u32 first = 0;

	while (b->bound_count > 2 && !b->loads[b->bound_count - 2])
		b->bound_count--;
	while (first + 2 < b->bound_count && !b->loads[first])
		first++;
	b->bound_count -= first;
	memmove(b->bounds, b->bounds + first,
		b->bound_count * sizeof(*b->bounds));
	memmove(b->loads, b->loads + first, b->bound_count * sizeof(*b->loads));
	b->loads[b->bound_count - 1] = 0;
}

static int emit_split(struct builder *b, const struct split *split)
{
	u32 offset = b->index.count;
	u32 parts, span, head, i;
	bool direct;
	int err;

	parts = b->bound_count - 1;
	span = b->bounds[parts] - b->bounds[0];
	direct = span <= 4 * parts;
	head = direct ? 4 : 3 + parts + 1;
	err = reserve(&b->index, head + (direct ? span : parts + 1));
	if (err)
		return err;
	append_word(&b->index, split->key);
	append_word(&b->index, LUO_REF_NONE);
	if (direct) {
		append_word(&b->index, b->bounds[0]);
		append_word(&b->index, span);
	} else {
		/* One more part, which is empty: the classes behind the last */
		append_word(&b->index, parts + 1);
		append(&b->index, b->bounds, parts + 1);
		append_word(&b->index, LUO_REF_NONE);
	}
	for (i = 0; i < (direct ? span : parts); i++)
		append_word(&b->index, LUO_REF_NONE);
	set_slots(b, &b->job, LUO_REF(direct ? LUO_REF_DIRECT : LUO_REF_SEARCH,
				      offset));
	err = emit_parts(b, split, offset + head, direct);
	return err ?: emit_rest(b, split, offset + 1);
}

/* ---- Jobs ---- */

/* Make the parts of a split; false if their copies would be too many. */
static bool prepare_split(struct builder *b, struct split *split)
{
	u64 words;
	u32 parts;

	*split = try_split(b, split->key);
	find_bounds(b, split->key, split->narrow);
	count_loads(b, split);
	trim_parts(b);
	parts = b->bound_count - 1;
	words = 4ULL * parts + 8;
	if (words + b->index.count > b->words_left)
		return false;
	return true;
}

static u64 set_work(const struct builder *b)
{
	const struct luo_rule *rule;
	u64 work = 0;
	u32 i, j;

	for (i = 0; i < b->set_count; i++) {
		rule = &b->policy->rules[b->set[i]];
		work++;
		for (j = rule->first; j < rule->first + rule->count; j++)
			work += b->policy->conditions[j].count;
	}
	return work;
}

static int do_job(struct builder *b)
{
	struct split split;
	u64 work;
	int err;

	prune(b);
	work = set_work(b);
	if (b->set_count <= LUO_LEAF_RULES || work > b->work_left ||
	    b->job.depth >= LUO_INDEX_DEPTH)
		return emit_leaf(b, &b->job, b->set, b->set_count);
	b->work_left -= work;
	if (!choose_split(b, &split) || !prepare_split(b, &split))
		return emit_leaf(b, &b->job, b->set, b->set_count);
	err = fill_parts(b, &split);
	return err ?: emit_split(b, &split);
}

static int do_jobs(struct builder *b)
{
	int err;

	while (b->job_count) {
		b->job = b->jobs[--b->job_count];
		b->set_count = b->sets.count - b->job.set;
		memcpy(b->set, b->sets.at + b->job.set,
		       b->set_count * sizeof(*b->set));
		b->sets.count = b->job.set;
		err = do_job(b);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* Operations that have the same rules share one index. */
static bool share_root(struct luo_policy *policy, u32 root)
{
	u32 i, other;

	for (other = 0; other < root; other++) {
		for (i = 0; i < policy->rule_count; i++) {
			if (!(policy->rules[i].roots & BIT(root)) !=
			    !(policy->rules[i].roots & BIT(other)))
				break;
		}
		if (i == policy->rule_count) {
			policy->root[root] = policy->root[other];
			return true;
		}
	}
	return false;
}

static int build_root(struct builder *b, u32 root)
{
	struct luo_policy *policy = b->policy;
	struct job job = { .count = 1 };
	u32 key;
	u32 i, count = 0;
	int err;

	if (share_root(policy, root))
		return 0;
	b->root = root;
	for (key = 0; key < LUO_CLASS_KEYS; key++)
		job.box[key].high = policy->domain[key] - 1;
	for (i = 0; i < policy->rule_count; i++) {
		if (policy->rules[i].roots & BIT(root))
			b->set[count++] = i;
	}
	/* Until it is done, the reference to the root is in word 0 of the index. */
	err = emit_set(b, &job, b->set, count);
	if (!err)
		err = do_jobs(b);
	policy->root[root] = b->index.at[0];
	return err;
}

static int builder_allocate(struct builder *b)
{
	const struct luo_policy *policy = b->policy;
	u32 bounds = 2 * policy->interval_count + 4;

	b->words_left = LUO_INDEX_WORDS *
			(policy->rule_count + policy->interval_count + 16);
	b->work_left = 256ULL *
		       (policy->rule_count + policy->interval_count + 16);
	b->set = kvmalloc_objs(*b->set, policy->rule_count + 1);
	b->covers = kvmalloc_objs(*b->covers, policy->rule_count + 1);
	b->sorted = kvmalloc_objs(*b->sorted, policy->rule_count + 1);
	b->bounds = kvmalloc_objs(*b->bounds, bounds);
	b->loads = kvmalloc_objs(*b->loads, bounds);
	if (!b->set || !b->covers || !b->sorted || !b->bounds || !b->loads)
		return -ENOMEM;
	return append_word(&b->index, LUO_REF_NONE);
}

static void builder_free(struct builder *b)
{
	kvfree(b->index.at);
	kvfree(b->sets.at);
	kvfree(b->jobs);
	kvfree(b->set);
	kvfree(b->bounds);
	kvfree(b->loads);
	kvfree(b->covers);
	kvfree(b->sorted);
	kvfree(b->part_rules.at);
	kvfree(b);
}

/**
 * luo_index_build() - Build the index of a policy.
 * @policy: The policy with rules, conditions, intervals and domains.
 *
 * Return: 0 or -ENOMEM.
 */
int luo_index_build(struct luo_policy *policy)
{
	struct builder *b;
	u32 root;
	int err;

	b = kvzalloc_obj(*b);
	if (!b)
		return -ENOMEM;
	b->policy = policy;
	err = builder_allocate(b);
	for (root = 0; !err && root < LUO_ROOT_COUNT; root++)
		err = build_root(b, root);
	if (!err) {
		policy->index = kvmalloc_objs(*policy->index, b->index.count);
		if (!policy->index)
			err = -ENOMEM;
	}
	if (!err) {
		policy->index_count = b->index.count;
		memcpy(policy->index, b->index.at,
		       b->index.count * sizeof(*policy->index));
	}
	builder_free(b);
	return err;
}
