// SPDX-License-Identifier: GPL-2.0
/* Compiles the text of a policy. */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "compiled.h"

struct compiler {
	struct luo_program program;
	struct luo_policy *policy;
	struct luo_interval *values;	/* the classes of each value of @program */
	struct luo_interval *tails;	/* the classes of what is behind its '%' */
	u32 interval_max;
};

/* ---- Classes ---- */

static int build_name_classes(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	u32 i;
	int err;

	for (i = 0; i < LUO_NAME_KEYS; i++) {
		err = luo_names_build(&policy->names[i], &c->program,
				      LUO_KEY_SESSION + i, c->values) ?:
		      luo_tails_build(&policy->tails[i], &c->program,
				      LUO_KEY_SESSION + i, c->tails);
		if (err)
			return err;
		/* Two more: a name that no pattern covers, an unknown name */
		policy->domain[LUO_KEY_SESSION + i] =
			policy->names[i].count + 2;
		policy->domain[LUO_TAIL(LUO_KEY_SESSION + i)] =
			policy->tails[i].count + 2;
	}
	return 0;
}

static int build_classes(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	u32 i;
	int err;

	c->values = kvzalloc_objs(*c->values, c->program.value_count + 1);
	c->tails = kvzalloc_objs(*c->tails, c->program.value_count + 1);
	if (!c->values || !c->tails)
		return -ENOMEM;
	err = build_name_classes(c);
	if (err)
		return err;
	for (i = 0; i < LUO_ID_KEYS; i++) {
		err = luo_ids_build(&policy->ids[i], &c->program,
				    LUO_KEY_UID + i, c->values);
		if (err)
			return err;
		policy->domain[LUO_KEY_UID + i] = policy->ids[i].count + 1;
	}
	/* Twice: owned by the caller, owned by somebody else */
	policy->domain[LUO_KEY_OWNER] *= 2;
	err = luo_sizes_build(&policy->sizes, &c->program, c->values);
	/* Two more: a size above all bounds, an unknown size */
	policy->domain[LUO_KEY_SIZE] = policy->sizes.count + 2;
	policy->domain[LUO_KEY_USERNS] = 2;
	policy->domain[LUO_KEY_PID] = 2;
	return err;
}

/* ---- Conditions ---- */

static void add_interval(struct compiler *c, u32 low, u32 span)
{
	c->policy->intervals[c->policy->interval_count++] =
		(struct luo_interval){ low, span };
}

static void add_owner(struct compiler *c, u32 index)
{
	u32 own = c->policy->domain[LUO_KEY_OWNER] / 2;
	const struct luo_interval *classes = c->values + index;

	switch (c->program.values[index].kind) {
	case LUO_VALUE_SELF:
		add_interval(c, own, own - 1);
		break;
	case LUO_VALUE_UNKNOWN:
		add_interval(c, 0, 0);
		break;
	default:
		add_interval(c, 1 + classes->low, classes->span);
		add_interval(c, own + 1 + classes->low, classes->span);
		break;
	}
}

static int interval_compare(const void *a, const void *b)
{
	const struct luo_interval *x = a, *y = b;

	return cmp_int(x->low, y->low);
}

/* Sort the intervals from @first on, and join those that overlap or touch. */
static void join_intervals(struct luo_policy *policy, u32 first)
{
	struct luo_interval *at = policy->intervals + first;
	u32 count = policy->interval_count - first;
	u32 i, last = 0, end;

	sort_nonatomic(at, count, sizeof(*at), interval_compare, NULL);
	for (i = 1; i < count; i++) {
		end = at[last].low + at[last].span;
		if (at[i].low > end + 1)
			at[++last] = at[i];
		else
			at[last].span = max(end, at[i].low + at[i].span) -
					at[last].low;
	}
	policy->interval_count = first + last + 1;
}

/*
 * Add a condition on a key, or on the tail of one, of the intervals from @first on. An
 * unknown value matches every deny and limit: fail closed.
 */
static void close_condition(struct compiler *c,
			    const struct luo_statement *statement, u32 key,
			    u32 first)
{
	struct luo_policy *policy = c->policy;

	if (luo_has_unknown_class(key) && statement->verb != LUO_VERB_ALLOW)
		add_interval(c, luo_unknown_class(policy, key), 0);
	join_intervals(policy, first);
	policy->conditions[policy->condition_count++] =
		(struct luo_condition){
			.key = key,
			.count = policy->interval_count - first,
			.first = first,
		};
}

static void add_condition(struct compiler *c,
			  const struct luo_statement *statement,
			  enum luo_key key)
{
	u32 first = c->policy->interval_count;
	u32 i, index;

	if (key >= LUO_KEY_USERNS)
		add_interval(c, 1, 0);
	for (i = 0; key < LUO_KEY_USERNS && i < statement->lists[key].count;
	     i++) {
		index = statement->lists[key].first + i;
		if (key == LUO_KEY_OWNER)
			add_owner(c, index);
		else
			add_interval(c, c->values[index].low,
				     c->values[index].span);
	}
	close_condition(c, statement, key, first);
}

static void add_tenant(struct compiler *c, const struct luo_statement *statement,
		       enum luo_key key)
{
	struct luo_policy *policy = c->policy;
	u32 index = statement->lists[key].first;
	const struct luo_value *value = c->program.values + index;
	u32 first = policy->interval_count;

	policy->tenants[policy->tenant_count++] =
		(struct luo_tenant){ key, value->length, value->suffix };
	if (!value->suffix)
		return;
	add_interval(c, c->tails[index].low, c->tails[index].span);
	close_condition(c, statement, LUO_TAIL(key), first);
}

/* Keys on which a statement sets a condition. */
static u32 condition_keys(const struct luo_statement *statement)
{
	return (statement->keys & ~BIT(LUO_KEY_USERNS)) |
	       (statement->init_only ? BIT(LUO_KEY_USERNS) : 0);
}

/* Add the conditions of a statement, and return the rule that has them. */
static struct luo_rule make_rule(struct compiler *c,
				 const struct luo_statement *statement)
{
	struct luo_policy *policy = c->policy;
	u32 keys = condition_keys(statement);
	struct luo_rule rule = {
		.line = statement->line,
		.first = policy->condition_count,
		.tenant = policy->tenant_count,
		.tenants = hweight32(statement->tenants),
		.roots = statement->ops,
		.deny = statement->verb == LUO_VERB_DENY,
		.log = statement->verb == LUO_VERB_DENY ? !statement->quiet :
							  statement->audit,
	};
	enum luo_key key;

	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (keys & BIT(key))
			add_condition(c, statement, key);
	}
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (statement->tenants & BIT(key))
			add_tenant(c, statement, key);
	}
	rule.count = policy->condition_count - rule.first;
	return rule;
}

static void add_rules(struct compiler *c)
{
	const struct luo_statement *statement = c->program.statements;
	const struct luo_statement *end =
		statement + c->program.statement_count;
	struct luo_policy *policy = c->policy;

	for (; statement < end; statement++) {
		if (statement->verb != LUO_VERB_LIMIT)
			policy->rules[policy->rule_count++] =
				make_rule(c, statement);
		cond_resched();
	}
}

/* Reserve the rules of limits behind all others, one kind after the other. */
static void place_limits(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	enum luo_limit_kind kind;
	u32 i;

	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		policy->limit_first[kind] = policy->rule_count;
		for (i = 0; i < c->program.statement_count; i++) {
			if (c->program.statements[i].limits & BIT(kind))
				policy->rule_count++;
		}
	}
}

static void add_limits(struct compiler *c)
{
	const struct luo_statement *statement = c->program.statements;
	const struct luo_statement *end =
		statement + c->program.statement_count;
	struct luo_policy *policy = c->policy;
	u32 next[LUO_LIMIT_COUNT], at;
	enum luo_limit_kind kind;
	struct luo_rule rule;

	place_limits(c);
	memcpy(next, policy->limit_first, sizeof(next));
	for (; statement < end; statement++) {
		if (statement->verb != LUO_VERB_LIMIT)
			continue;
		rule = make_rule(c, statement);
		for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
			if (!(statement->limits & BIT(kind)))
				continue;
			at = next[kind]++;
			rule.roots = BIT(LUO_ROOT_LIMIT(kind));
			policy->rules[at] = rule;
			policy->limit_most[at - policy->limit_first[0]] =
				statement->most[kind];
		}
		cond_resched();
	}
}

static int allocate_rules(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	const struct luo_program *program = &c->program;
	u32 conditions = 0, limits = 0, tenants = 0, intervals, i;

	/*
	 * A value of owner= makes two intervals, see add_owner(), and a tenant one for
	 * its prefix and one for its suffix; each condition may have one more for what
	 * is unknown, see close_condition().
	 */
	intervals = 2 * program->value_count;
	for (i = 0; i < program->statement_count; i++) {
		conditions += hweight32(condition_keys(program->statements + i));
		limits += hweight32(program->statements[i].limits);
		tenants += hweight32(program->statements[i].tenants);
	}
	conditions += tenants;
	intervals += conditions;
	policy->rules = kvmalloc_objs(*policy->rules,
				      program->statement_count + limits + 1);
	policy->limit_most = kvmalloc_objs(*policy->limit_most, limits + 1);
	policy->conditions = kvmalloc_objs(*policy->conditions, conditions + 1);
	policy->tenants = kvmalloc_objs(*policy->tenants, tenants + 1);
	policy->intervals = kvmalloc_objs(*policy->intervals, intervals + 1);
	c->interval_max = intervals;
	if (!policy->rules || !policy->limit_most || !policy->conditions ||
	    !policy->tenants || !policy->intervals)
		return -ENOMEM;
	return 0;
}

/* ---- Equal statements ---- */

static int condition_compare(const struct luo_policy *policy,
			     const struct luo_condition *a,
			     const struct luo_condition *b)
{
	if (a->key != b->key)
		return cmp_int(a->key, b->key);
	if (a->count != b->count)
		return cmp_int(a->count, b->count);
	return memcmp(policy->intervals + a->first,
		      policy->intervals + b->first,
		      a->count * sizeof(*policy->intervals));
}

static u32 rule_kind(const struct luo_rule *rule)
{
	return rule->roots << 2 | rule->deny << 1 | rule->log;
}

/* Order rules by what they match and do, whatever their lines are; 0: equal. */
static int same_compare(const struct luo_policy *policy,
			const struct luo_rule *a, const struct luo_rule *b)
{
	u32 i;
	int order;

	if (rule_kind(a) != rule_kind(b))
		return cmp_int(rule_kind(a), rule_kind(b));
	if (a->count != b->count)
		return cmp_int(a->count, b->count);
	if (a->tenants != b->tenants)
		return cmp_int(a->tenants, b->tenants);
	order = memcmp(policy->tenants + a->tenant, policy->tenants + b->tenant,
		       a->tenants * sizeof(*policy->tenants));
	if (order)
		return order;
	for (i = 0; i < a->count; i++) {
		order = condition_compare(policy,
					  policy->conditions + a->first + i,
					  policy->conditions + b->first + i);
		if (order)
			return order;
	}
	return 0;
}

static int rule_compare(const void *a, const void *b, const void *priv)
{
	const struct luo_policy *policy = priv;
	const u32 *i = a, *j = b;

	return same_compare(policy, policy->rules + *i, policy->rules + *j) ?:
	       cmp_int(*i, *j);
}

/* Of equal allows or denies only the first can decide: drop the others. */
static int drop_repeated(struct luo_policy *policy)
{
	u32 *order;
	u32 i, kept = 0;

	order = kvmalloc_objs(*order, policy->rule_count + 1);
	if (!order)
		return -ENOMEM;
	for (i = 0; i < policy->rule_count; i++)
		order[i] = i;
	sort_r_nonatomic(order, policy->rule_count, sizeof(*order),
			 rule_compare, NULL, policy);
	for (i = policy->rule_count; i-- > 1;) {
		if (!same_compare(policy, policy->rules + order[i],
				  policy->rules + order[i - 1]))
			policy->rules[order[i]].roots = 0;
	}
	for (i = 0; i < policy->rule_count; i++) {
		if (policy->rules[i].roots)
			policy->rules[kept++] = policy->rules[i];
	}
	policy->rule_count = kept;
	kvfree(order);
	return 0;
}

/* ---- Policies ---- */

static void collect_keys(struct luo_policy *policy)
{
	const struct luo_rule *rule;
	u32 i, j, root, keys, tenants;

	for (i = 0; i < policy->rule_count; i++) {
		rule = policy->rules + i;
		keys = 0;
		tenants = 0;
		for (j = 0; j < rule->count; j++)
			keys |= BIT(policy->conditions[rule->first + j].key);
		for (j = 0; j < rule->tenants; j++)
			tenants |= BIT(policy->tenants[rule->tenant + j].key);
		for (root = 0; root < LUO_ROOT_COUNT; root++) {
			if (!(rule->roots & BIT(root)))
				continue;
			policy->keys[root] |= keys;
			policy->tenant_keys[root] |= tenants;
		}
	}
}

/* allocate_rules() reserved the most there can be: free what is not used. */
static int shrink_intervals(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	struct luo_interval *intervals;

	if (policy->interval_count == c->interval_max)
		return 0;
	intervals = kvmalloc_objs(*intervals, policy->interval_count + 1);
	if (!intervals)
		return -ENOMEM;
	memcpy(intervals, policy->intervals,
	       policy->interval_count * sizeof(*intervals));
	kvfree(policy->intervals);
	policy->intervals = intervals;
	return 0;
}

/* Keep where the statements are: not every one becomes a rule. */
static int keep_lines(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	u32 i;

	policy->statements = kvmalloc_objs(*policy->statements,
					   c->program.statement_count + 1);
	if (!policy->statements)
		return -ENOMEM;
	policy->statement_count = c->program.statement_count;
	for (i = 0; i < policy->statement_count; i++)
		policy->statements[i] = c->program.statements[i].line;
	return 0;
}

static int build_policy(struct compiler *c)
{
	struct luo_policy *policy = c->policy;
	int err;

	strscpy(policy->name, c->program.name);
	policy->version = c->program.version;
	policy->line = c->program.policy_line;
	err = keep_lines(c);
	if (!err)
		err = build_classes(c);
	if (!err)
		err = allocate_rules(c);
	if (err)
		return err;
	add_rules(c);
	err = drop_repeated(policy);
	if (err)
		return err;
	add_limits(c);
	err = shrink_intervals(c);
	if (err)
		return err;
	collect_keys(policy);
	return luo_index_build(policy);
}

/**
 * luo_policy_compile() - Compile a policy text.
 * @text:  The text; it need not end in NUL and is not needed afterwards.
 * @size:  Its length in bytes.
 * @error: Says after an error what is wrong, and where.
 *
 * Context: Process context, may sleep.
 * Return: The policy, to be freed with luo_policy_free(), or NULL after an
 *         error: error->err is -EINVAL if the text is not a policy, -E2BIG if
 *         it is beyond a bound of policy.h, or -ENOMEM.
 */
struct luo_policy *luo_policy_compile(const char *text, size_t size,
				      struct luo_policy_error *error)
{
	struct compiler compiler = {};
	int err;

	err = luo_program_parse(&compiler.program, text, size, error);
	if (err)
		return NULL;
	compiler.policy = kvzalloc_obj(*compiler.policy);
	err = compiler.policy ? build_policy(&compiler) : -ENOMEM;
	kvfree(compiler.values);
	kvfree(compiler.tails);
	luo_program_destroy(&compiler.program);
	if (err) {
		luo_policy_out_of_memory(error);
		luo_policy_free(compiler.policy);
		return NULL;
	}
	return compiler.policy;
}

/**
 * luo_policy_free() - Free a compiled policy.
 * @policy: The policy, or NULL.
 *
 * Context: Process context, may sleep.
 */
void luo_policy_free(struct luo_policy *policy)
{
	u32 i;

	if (!policy)
		return;
	for (i = 0; i < LUO_NAME_KEYS; i++) {
		luo_names_destroy(&policy->names[i]);
		luo_names_destroy(&policy->tails[i]);
	}
	for (i = 0; i < LUO_ID_KEYS; i++)
		luo_ids_destroy(&policy->ids[i]);
	luo_sizes_destroy(&policy->sizes);
	kvfree(policy->statements);
	kvfree(policy->rules);
	kvfree(policy->limit_most);
	kvfree(policy->conditions);
	kvfree(policy->tenants);
	kvfree(policy->intervals);
	kvfree(policy->index);
	kvfree(policy);
}

/**
 * luo_policy_name() - Name of a policy.
 * @policy: The policy.
 *
 * Return: The name of the policy statement: printable ASCII, at most
 *         LUO_POLICY_NAME_MAX bytes. It lives as long as @policy.
 */
const char *luo_policy_name(const struct luo_policy *policy)
{
	return policy->name;
}

/**
 * luo_policy_version() - Version of a policy.
 * @policy: The policy.
 *
 * Return: The version of the policy statement, 1 to 2^63 - 1.
 */
u64 luo_policy_version(const struct luo_policy *policy)
{
	return policy->version;
}

static size_t names_memory(const struct luo_names *names)
{
	const struct luo_pattern *last = names->patterns + names->count;
	size_t size;

	size = (names->count + 1) * sizeof(*names->patterns) +
	       (names->mask + 1) * sizeof(*names->slots) +
	       (names->count + 1) * sizeof(*names->lengths);
	if (names->count)
		size += last[-1].text + last[-1].length;
	return size;
}

/**
 * luo_policy_memory() - Memory that a policy takes.
 * @policy: The policy.
 *
 * Return: The size of everything it is made of, in bytes.
 */
size_t luo_policy_memory(const struct luo_policy *policy)
{
	const struct luo_ids *ids;
	size_t size = sizeof(*policy);
	u32 i;

	for (i = 0; i < LUO_NAME_KEYS; i++)
		size += names_memory(&policy->names[i]) +
			names_memory(&policy->tails[i]);
	for (i = 0; i < LUO_ID_KEYS; i++) {
		ids = &policy->ids[i];
		size += (ids->mask + 1) * sizeof(*ids->singles);
		size += ids->bound_count * sizeof(*ids->bounds);
	}
	size += policy->sizes.count * sizeof(*policy->sizes.bounds);
	size += (policy->rule_count - policy->limit_first[0]) *
		sizeof(*policy->limit_most);
	size += policy->statement_count * sizeof(*policy->statements);
	size += policy->rule_count * sizeof(*policy->rules);
	size += policy->condition_count * sizeof(*policy->conditions);
	size += policy->tenant_count * sizeof(*policy->tenants);
	size += policy->interval_count * sizeof(*policy->intervals);
	return size + policy->index_count * sizeof(*policy->index);
}

/**
 * luo_policy_line() - Where a policy says its name and version.
 * @policy: The policy.
 *
 * Return: The line of the policy statement, from 1.
 */
u32 luo_policy_line(const struct luo_policy *policy)
{
	return policy->line;
}

/**
 * luo_policy_statements() - How many statements a policy has.
 * @policy: The policy.
 *
 * Return: The number of allows, denies and limits, up to LUO_POLICY_STATEMENTS_MAX.
 */
u32 luo_policy_statements(const struct luo_policy *policy)
{
	return policy->statement_count;
}

/**
 * luo_policy_statement_line() - Where a statement is.
 * @policy:    The policy.
 * @statement: Its number in the text, below luo_policy_statements().
 *
 * Return: Its line, from 1, as verdicts and limits name it. It grows with @statement.
 */
u32 luo_policy_statement_line(const struct luo_policy *policy, u32 statement)
{
	return policy->statements[statement];
}

/**
 * luo_policy_keys() - What a policy asks about requests.
 * @policy: The policy, or NULL.
 * @op:     The operation.
 *
 * Return: Bit mask of enum luo_key: the keys that any of its statements about @op
 *         has. Of a request to luo_policy_decide() what belongs to other keys
 *         makes no difference, so that it need not be found out.
 */
u32 luo_policy_keys(const struct luo_policy *policy, enum luo_op op)
{
	return policy && op < LUO_OP_COUNT ?
	       policy->keys[op] & (BIT(LUO_KEY_COUNT) - 1) : 0;
}
