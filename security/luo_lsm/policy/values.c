// SPDX-License-Identifier: GPL-2.0
/*
 * The values of keys: names, numbers, sizes, and lists of them; language.h has the
 * grammar.
 */

#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "values.h"

#define FEW_VALUES	16	/* sorted without an allocation */

#define SIZE_EXPECTED	"0 to 9223372036854775807, or a number and K, M, G or T"

/* ---- Names ---- */

const u16 luo_name_max[LUO_NAME_KEYS] = {
	[LUO_KEY_SESSION]	= LUO_POLICY_SESSION_MAX,
	[LUO_KEY_TYPE]		= LUO_POLICY_TYPE_MAX,
	[LUO_KEY_EXE]		= LUO_POLICY_EXE_MAX,
	[LUO_KEY_SUBJ]		= LUO_POLICY_CONTEXT_MAX,
	[LUO_KEY_CGROUP]	= LUO_POLICY_CGROUP_MAX,
	[LUO_KEY_LABEL]		= LUO_POLICY_CONTEXT_MAX,
	[LUO_KEY_OBJ]		= LUO_POLICY_CONTEXT_MAX,
	[LUO_KEY_VERITY]	= LUO_POLICY_VERITY_MAX,
};

/**
 * luo_key_is_path() - Whether the values of a key are paths.
 * @key: The key.
 *
 * Return: True if they are; luo_path_is_normal() says which paths there can be.
 */
bool luo_key_is_path(enum luo_key key)
{
	return key == LUO_KEY_EXE || key == LUO_KEY_CGROUP;
}

/**
 * luo_path_is_normal() - Whether a request can have a path.
 * @key:    The key; luo_key_is_path() is true of it.
 * @path:   The path, NUL-terminated.
 * @prefix: @path is only the beginning of one: its last component may go on.
 *
 * The kernel gives absolute paths without empty components, "." and "..". The
 * root is a cgroup, and no executable.
 *
 * Return: True if a request can have @path, or a path that begins with it.
 */
bool luo_path_is_normal(enum luo_key key, const char *path, bool prefix)
{
	const char *next;
	size_t length;

	if (*path != '/')
		return false;
	if (key == LUO_KEY_CGROUP && !path[1])
		return true;
	do {
		path++;
		next = strchrnul(path, '/');
		length = next - path;
		if (!*next && prefix)
			return true;
		if (!length || (length == 1 && *path == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path = next;
	} while (*next);
	return true;
}

static int check_length(struct parser *p, enum luo_key key,
			const struct token *token)
{
	if (token->length > luo_name_max[key])
		return luo_refuse(p, -EINVAL, token->word.at,
				  "%s '%s' has %u bytes: expected at most %u",
				  luo_key_names[key], luo_show(p, token->word),
				  token->length, luo_name_max[key]);
	return 0;
}

static int check_path(struct parser *p, enum luo_key key,
		      const struct token *token, bool prefix)
{
	if (*token->text != '/')
		return luo_refuse(p, -EINVAL, token->word.at,
				  "%s '%s' is not absolute: expected a path from '/'",
				  luo_key_names[key], luo_show(p, token->word));
	if (!luo_path_is_normal(key, token->text, prefix))
		return luo_refuse(p, -EINVAL, token->word.at,
				  "%s '%s' can never match: expected a path without '//', '/./', '/../' or a '/' at its end",
				  luo_key_names[key], luo_show(p, token->word));
	return 0;
}

/* prefix "%" suffix: the '%' becomes the end of the prefix. */
static int parse_tenant(struct parser *p, enum luo_key key, struct token *token,
			struct luo_value *value)
{
	int err;

	if (token->star)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "'*' and '%%' in '%s': expected one of them, or \"\\*\" or \"\\%%\" for the character",
				  luo_show(p, token->word));
	if (token->percents > 1)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "second '%%' in '%s': expected one, or \"\\%%\" for the character",
				  luo_show(p, token->word));
	/* What it stands for has a byte at least, as it has itself */
	err = check_length(p, key, token);
	/* In a component of a path '%' is a byte like any other */
	if (!err && luo_key_is_path(key))
		err = check_path(p, key, token, false);
	if (err)
		return err;
	value->kind = LUO_VALUE_TENANT;
	value->text = token->text;
	value->length = token->percent - token->text;
	value->suffix = token->length - value->length - 1;
	*token->percent = '\0';
	return 0;
}

static int parse_name(struct parser *p, enum luo_key key, struct token *token,
		      struct luo_value *value)
{
	bool prefix = token->star;
	int err;

	if (token->percent)
		return parse_tenant(p, key, token, value);
	if (prefix && token->star != token->text + token->length - 1)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "'*' inside '%s': expected it at the end only, or \"\\*\" for the character",
				  luo_show(p, token->word));
	if (prefix)
		token->text[--token->length] = '\0';
	err = check_length(p, key, token);
	if (err)
		return err;
	value->kind = prefix ? LUO_VALUE_PREFIX : LUO_VALUE_LITERAL;
	value->text = token->text;
	value->length = token->length;
	if (luo_key_is_path(key))
		return check_path(p, key, token, prefix);
	return 0;
}

/* ---- Digests ---- */

/* The algorithms of fs-verity, and how many hexadecimal digits a digest has. */
static const struct verity_algorithm {
	const char *name;
	u32 digits;
} verity_algorithms[] = {
	{ "sha256:", 64 },
	{ "sha512:", 128 },
};

static const struct verity_algorithm *find_algorithm(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verity_algorithms); i++) {
		if (!strncmp(text, verity_algorithms[i].name,
			     strlen(verity_algorithms[i].name)))
			return &verity_algorithms[i];
	}
	return NULL;
}

/*
 * A digest as IPE writes it. It has one spelling: the digest of a request is compared
 * with it byte by byte. There are no prefixes: a part of a digest proves nothing.
 */
static int parse_verity(struct parser *p, enum luo_key key, struct token *token,
			struct luo_value *value)
{
	const struct verity_algorithm *algorithm = find_algorithm(token->text);
	const char *digits, *bad;
	u32 count;

	if (luo_check_plain(p, luo_key_names[key], token))
		return -EINVAL;
	if (!algorithm)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "verity '%s' has no algorithm that is known: expected sha256: or sha512: and the digest",
				  luo_show(p, token->word));
	digits = token->text + strlen(algorithm->name);
	bad = digits + strspn(digits, "0123456789abcdef");
	if (*bad)
		return luo_refuse(p, -EINVAL,
				  token->word.at + (*token->word.at == '"') +
				  (bad - token->text),
				  "'%s' is no digest: expected only 0 to 9 and a to f, in lower case, behind '%s'",
				  luo_show(p, token->word), algorithm->name);
	count = token->length - strlen(algorithm->name);
	if (count != algorithm->digits)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "verity '%s' has %u digits: expected %u behind '%s'",
				  luo_show(p, token->word), count,
				  algorithm->digits, algorithm->name);
	value->kind = LUO_VALUE_LITERAL;
	value->text = token->text;
	value->length = token->length;
	return 0;
}

/* ---- Numbers ---- */

/**
 * luo_read_number() - Read a number without sign or unit.
 * @text:   Its digits.
 * @length: How many bytes.
 * @most:   The largest number that is allowed.
 * @number: The number, if the return value is %NUMBER_GOOD.
 *
 * Return: What is wrong with it.
 */
enum number_error luo_read_number(const char *text, u32 length, u64 most,
				  u64 *number)
{
	u32 i;

	if (!length)
		return NUMBER_BAD;
	for (i = 0; i < length; i++) {
		if (!isdigit(text[i]))
			return NUMBER_BAD;
	}
	if (length > 1 && text[0] == '0')
		return NUMBER_ZEROS;
	if (length > 19)	/* 10^19 is beyond any maximum here */
		return NUMBER_LARGE;
	for (*number = 0, i = 0; i < length; i++)
		*number = *number * 10 + (text[i] - '0');
	return *number > most ? NUMBER_LARGE : NUMBER_GOOD;
}

/**
 * luo_refuse_number() - Tell what is wrong with a number.
 * @p:        The parser.
 * @why:      What luo_read_number() returned.
 * @key:      The key, for the message.
 * @expected: What is expected, for the message.
 * @word:     The number as it stands in the text.
 *
 * Return: -EINVAL.
 */
int luo_refuse_number(struct parser *p, enum number_error why,
		      const char *key, const char *expected,
		      struct span word)
{
	static const char *const is[] = {
		[NUMBER_BAD]	= "is not a number",
		[NUMBER_ZEROS]	= "has leading zeros",
		[NUMBER_LARGE]	= "is out of range",
	};

	return luo_refuse(p, -EINVAL, word.at, "%s '%s' %s: expected %s", key,
			  luo_show(p, word), is[why], expected);
}

static int parse_id(struct parser *p, enum luo_key key, struct token *token,
		    struct luo_value *value)
{
	const char *dash = memchr(token->text, '-', token->length);
	const char *end = token->text + token->length;
	enum number_error why;
	u64 low, high;

	if (luo_check_plain(p, luo_key_names[key], token))
		return -EINVAL;
	why = luo_read_number(token->text, (dash ?: end) - token->text,
			      LUO_ID_MAX, &low);
	high = low;
	if (why == NUMBER_GOOD && dash)
		why = luo_read_number(dash + 1, end - dash - 1, LUO_ID_MAX,
				      &high);
	if (why == NUMBER_BAD && key == LUO_KEY_OWNER)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "unknown owner '%s': expected self, unknown, 0 to 4294967294, or a range LOW-HIGH",
				  luo_show(p, token->word));
	if (why != NUMBER_GOOD)
		return luo_refuse_number(p, why, luo_key_names[key],
					 "0 to 4294967294, or a range LOW-HIGH",
					 token->word);
	if (high < low)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "range '%s' is reversed: expected %llu-%llu",
				  luo_show(p, token->word), high, low);
	value->kind = LUO_VALUE_RANGE;
	value->low = low;
	value->high = high;
	return 0;
}

static int parse_owner(struct parser *p, enum luo_key key, struct token *token,
		       struct luo_value *value)
{
	if (luo_check_plain(p, luo_key_names[key], token))
		return -EINVAL;
	if (!strcmp(token->text, "self"))
		value->kind = LUO_VALUE_SELF;
	else if (!strcmp(token->text, "unknown"))
		value->kind = LUO_VALUE_UNKNOWN;
	else
		return parse_id(p, key, token, value);
	return 0;
}

/**
 * luo_parse_bytes() - Parse a size: number [ "K" | "M" | "G" | "T" ].
 * @p:     The parser.
 * @key:   The key, for messages.
 * @token: Filled in.
 * @bytes: The size.
 *
 * Return: 0 or -EINVAL.
 */
int luo_parse_bytes(struct parser *p, const char *key, struct token *token,
		    u64 *bytes)
{
	static const char units[] = "KMGT";
	enum number_error why;
	u32 length, shift = 0;
	const char *unit;
	int err;

	err = luo_read_single(p, key, SIZE_EXPECTED, token) ?:
	      luo_check_plain(p, key, token);
	if (err)
		return err;
	length = token->length;
	unit = strchr(units, token->text[length - 1]);
	if (unit) {
		shift = 10 * (unit - units + 1);
		length--;
	}
	why = luo_read_number(token->text, length, S64_MAX >> shift, bytes);
	if (why != NUMBER_GOOD)
		return luo_refuse_number(p, why, key, SIZE_EXPECTED,
					 token->word);
	*bytes <<= shift;
	return 0;
}

/* ---- Lists ---- */

/* Keys with lists of values. */
static const struct key_type {
	int (*parse)(struct parser *p, enum luo_key key, struct token *token,
		     struct luo_value *value);
	const char *expected;
} key_types[] = {
	[LUO_KEY_SESSION] = { parse_name, "a name, or a prefix and '*'" },
	[LUO_KEY_TYPE]	  = { parse_name, "a type, or a prefix and '*'" },
	[LUO_KEY_EXE]	  = { parse_name, "a path, or a prefix and '*'" },
	[LUO_KEY_SUBJ]	  = { parse_name, "a context, or a prefix and '*'" },
	[LUO_KEY_CGROUP]  = { parse_name, "a path, or a prefix and '*'" },
	[LUO_KEY_LABEL]	  = { parse_name, "a context, or a prefix and '*'" },
	[LUO_KEY_OBJ]	  = { parse_name, "a context, or a prefix and '*'" },
	[LUO_KEY_VERITY]  = { parse_verity, "sha256: or sha512: and a digest" },
	[LUO_KEY_UID]	  = { parse_id, "a uid or a range of uids" },
	[LUO_KEY_GID]	  = { parse_id, "a gid or a range of gids" },
	[LUO_KEY_OWNER]	  = { parse_owner,
			      "self, unknown, a uid or a range of uids" },
	[LUO_KEY_FOWNER]  = { parse_id, "a uid or a range of uids" },
};

static int value_compare(const struct luo_value *a, const struct luo_value *b)
{
	if (a->kind != b->kind)
		return cmp_int(a->kind, b->kind);
	switch (a->kind) {
	case LUO_VALUE_LITERAL:
	case LUO_VALUE_PREFIX:
	case LUO_VALUE_TENANT:	/* of which check_tenant() allowed one */
		return strcmp(a->text, b->text);
	case LUO_VALUE_RANGE:
		return cmp_int(a->low, b->low) ?: cmp_int(a->high, b->high);
	default:
		return 0;
	}
}

/* By value, equal ones in the order of the text. */
static int sort_compare(const void *a, const void *b, const void *values)
{
	const u32 *i = a, *j = b;

	return value_compare((const struct luo_value *)values + *i,
			     (const struct luo_value *)values + *j) ?:
	       cmp_int(*i, *j);
}

/* The first value that repeats an earlier one: its index, or @count. */
static u32 find_repeated(const struct luo_value *values, u32 count, u32 *order)
{
	u32 first = count;
	u32 i;

	for (i = 0; i < count; i++)
		order[i] = i;
	sort_r_nonatomic(order, count, sizeof(*order), sort_compare, NULL,
			 values);
	for (i = 1; i < count; i++) {
		if (!value_compare(values + order[i - 1], values + order[i]))
			first = min(first, order[i]);
	}
	return first;
}

static struct span value_word(const struct parser *p,
			      const struct luo_value *value)
{
	struct span word = { .at = p->text + value->at };

	word.end = word.at + value->raw;
	return word;
}

static int check_repeated(struct parser *p, const char *key,
			  const struct luo_value *values, u32 count)
{
	u32 few[FEW_VALUES];
	u32 *order = few;
	struct span word;
	u32 i;

	if (count < 2)
		return 0;
	if (count > FEW_VALUES) {
		order = kvmalloc_objs(*order, count);
		if (!order)
			return luo_policy_out_of_memory(p->error);
	}
	i = find_repeated(values, count, order);
	if (order != few)
		kvfree(order);
	if (i == count)
		return 0;
	word = value_word(p, values + i);
	return luo_refuse(p, -EINVAL, word.at,
			  "value '%s' of '%s' a second time: expected each once",
			  luo_show(p, word), key);
}

/*
 * A tenant stands alone: were there others in a list, it would not be known which of
 * them two keys have in common.
 */
static int check_tenant(struct parser *p, struct luo_statement *statement,
			enum luo_key key)
{
	const struct luo_value *value =
		p->program->values + statement->lists[key].first;
	u32 count = statement->lists[key].count, i;
	struct span word;

	for (i = 0; i < count && value[i].kind != LUO_VALUE_TENANT; i++)
		;
	if (i == count)
		return 0;
	word = value_word(p, value + i);
	if (statement->verb == LUO_VERB_LIMIT)
		return luo_refuse(p, -EINVAL, word.at,
				  "'%s' in a limit, which has no second name: expected '*', or \"\\%%\" for the character",
				  luo_show(p, word));
	if (count > 1)
		return luo_refuse(p, -EINVAL, word.at,
				  "'%s' in a list: expected it as the only value, write a statement for each",
				  luo_show(p, word));
	statement->tenants |= BIT(key);
	return 0;
}

/**
 * luo_check_tenants() - Refuse a tenant that no other key has.
 * @p:         The parser.
 * @statement: A statement that was read.
 *
 * Return: 0 or -EINVAL.
 */
int luo_check_tenants(struct parser *p, const struct luo_statement *statement)
{
	enum luo_key key;
	struct span word;

	if (hweight32(statement->tenants) != 1)
		return 0;
	key = __ffs(statement->tenants);
	word = value_word(p, p->program->values + statement->lists[key].first);
	return luo_refuse(p, -EINVAL, word.at,
			  "'%%' in %s alone: expected it in two keys at least, or '*', or \"\\%%\" for the character",
			  luo_key_names[key]);
}

static void set_place(const struct parser *p, struct luo_value *value,
		      struct span word)
{
	value->at = word.at - p->text;
	value->raw = word.end - word.at;
}

/**
 * luo_parse_list() - Parse the values of a key: value { "," value }.
 * @p:         The parser.
 * @statement: The statement that gets them.
 * @key:       The key.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int luo_parse_list(struct parser *p, struct luo_statement *statement,
		   enum luo_key key)
{
	struct luo_program *program = p->program;
	const char *name = luo_key_names[key];
	u32 first = program->value_count;
	struct luo_value *value;
	struct token token;
	int err;

	do {
		err = luo_read_token(p, &token);
		if (err)
			return err;
		if (!token.length)
			return luo_refuse(p, -EINVAL, token.word.at,
					  "empty value of '%s': expected %s", name,
					  key_types[key].expected);
		value = &program->values[program->value_count++];
		set_place(p, value, token.word);
		err = key_types[key].parse(p, key, &token, value);
		if (err)
			return err;
	} while (!at_boundary(p) && *p->at++ == ',');

	statement->lists[key].first = first;
	statement->lists[key].count = program->value_count - first;
	err = check_tenant(p, statement, key);
	return err ?: check_repeated(p, name, program->values + first,
			      program->value_count - first);
}

/**
 * luo_parse_size() - Parse the value of size.
 * @p:         The parser.
 * @statement: The statement that gets it.
 *
 * Return: 0 or -EINVAL.
 */
int luo_parse_size(struct parser *p, struct luo_statement *statement)
{
	struct luo_program *program = p->program;
	u32 index = program->value_count++;
	struct luo_value *value = &program->values[index];
	struct token token;
	int err;

	err = luo_parse_bytes(p, "size", &token, &value->size);
	value->kind = LUO_VALUE_SIZE;
	set_place(p, value, token.word);
	statement->lists[LUO_KEY_SIZE].first = index;
	statement->lists[LUO_KEY_SIZE].count = 1;
	return err;
}

/**
 * luo_parse_userns() - Parse the value of userns.
 * @p:         The parser.
 * @statement: The statement that gets it.
 *
 * Return: 0 or -EINVAL.
 */
int luo_parse_userns(struct parser *p, struct luo_statement *statement)
{
	struct token token;
	int err;

	err = luo_read_single(p, "userns", "init or any", &token) ?:
	      luo_check_plain(p, "userns", &token);
	if (err)
		return err;
	if (!strcmp(token.text, "init"))
		statement->init_only = true;
	else if (!strcmp(token.text, "any"))
		statement->init_only = false;
	else
		return luo_refuse(p, -EINVAL, token.word.at,
				  "unknown userns '%s': expected init or any",
				  luo_show(p, token.word));
	return 0;
}

/**
 * luo_parse_pid() - Parse the value of pid.
 * @p: The parser.
 *
 * There is one value only, so that nothing is kept of it.
 *
 * Return: 0 or -EINVAL.
 */
int luo_parse_pid(struct parser *p)
{
	struct token token;
	int err;

	err = luo_read_single(p, "pid", "1", &token) ?:
	      luo_check_plain(p, "pid", &token);
	if (err)
		return err;
	if (strcmp(token.text, "1"))
		return luo_refuse(p, -EINVAL, token.word.at,
				  "bad pid '%s': it can only be 1, any other number belongs to nobody",
				  luo_show(p, token.word));
	return 0;
}
