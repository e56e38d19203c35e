// SPDX-License-Identifier: GPL-2.0
/*
 * Parser of the policy language of luo_lsm; language.h has the grammar.
 *
 * One pass over the text, no recursion, no back-tracking. The first thing wrong
 * ends it, with the place and one line that says what was expected.
 */

#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "language.h"

#define SHOWN_MAX	48	/* bytes of a word that a message shows */
#define FEW_VALUES	16	/* compared one by one, without sorting */

const char *const luo_op_names[LUO_OP_COUNT] = {
	[LUO_OP_CREATE]		= "create",
	[LUO_OP_RETRIEVE]	= "retrieve",
	[LUO_OP_PRESERVE]	= "preserve",
	[LUO_OP_RESTORE]	= "restore",
};

const char *const luo_key_names[LUO_KEY_COUNT] = {
	[LUO_KEY_SESSION]	= "session",
	[LUO_KEY_TYPE]		= "type",
	[LUO_KEY_EXE]		= "exe",
	[LUO_KEY_SUBJ]		= "subj",
	[LUO_KEY_CGROUP]	= "cgroup",
	[LUO_KEY_LABEL]		= "label",
	[LUO_KEY_OBJ]		= "obj",
	[LUO_KEY_UID]		= "uid",
	[LUO_KEY_GID]		= "gid",
	[LUO_KEY_OWNER]		= "owner",
	[LUO_KEY_FOWNER]	= "fowner",
	[LUO_KEY_SIZE]		= "size",
	[LUO_KEY_USERNS]	= "userns",
	[LUO_KEY_PID]		= "pid",
};

const char *const luo_limit_names[LUO_LIMIT_COUNT] = {
	[LUO_LIMIT_FILES]	= "files",
	[LUO_LIMIT_BYTES]	= "bytes",
	[LUO_LIMIT_SESSIONS]	= "sessions",
};

/* The operations a file takes part in, and the keys that are about it. */
#define FILE_OPS	(BIT(LUO_OP_PRESERVE) | BIT(LUO_OP_RESTORE))
#define FILE_KEYS	(BIT(LUO_KEY_TYPE) | BIT(LUO_KEY_OBJ) | \
			 BIT(LUO_KEY_FOWNER) | BIT(LUO_KEY_SIZE))

/* The keys a limit can have. */
#define LIMIT_KEYS	(BIT(LUO_KEY_SESSION) | BIT(LUO_KEY_UID))
#define LIMIT_EXPECTED	"session, uid, files, bytes or sessions"

#define SIZE_EXPECTED	"0 to 9223372036854775807, or a number and K, M, G or T"

/* A word of the text as it stands there, [at, end). */
struct span {
	const char *at;
	const char *end;
};

/*
 * A word as a value: what it means, in program->strings. @star is where in
 * @text the first '*' that is not escaped stands, or NULL.
 */
struct token {
	struct span word;
	char *text;
	u32 length;
	char *star;
};

struct parser {
	struct luo_program *program;
	struct luo_policy_error *error;
	const char *text;
	const char *end;		/* of the text */
	const char *line_start;
	const char *at;			/* what is read next */
	u32 line;
	u32 value_max;
	u32 statement_max;
	char *free;			/* in program->strings */
	char shown[SHOWN_MAX + sizeof("...")];
};

/* ---- Errors ---- */

static __printf(4, 5) int refuse(struct parser *p, int err, const char *at,
				 const char *format, ...)
{
	va_list args;

	p->error->err = err;
	p->error->line = p->line;
	p->error->column = at - p->line_start + 1;
	va_start(args, format);
	vsnprintf(p->error->message, sizeof(p->error->message), format, args);
	va_end(args);
	return err;
}

/**
 * luo_policy_refuse() - Tell what is wrong with a policy as a whole.
 * @error:   Filled in, as of the first byte.
 * @err:     Negative errno.
 * @message: One line, shorter than %LUO_POLICY_MESSAGE_MAX.
 *
 * Return: @err.
 */
int luo_policy_refuse(struct luo_policy_error *error, int err,
		      const char *message)
{
	*error = (struct luo_policy_error) {
		.err = err,
		.line = 1,
		.column = 1,
	};
	strscpy(error->message, message);
	return err;
}

static int no_memory(struct parser *p)
{
	p->line = 0;
	p->error->err = -ENOMEM;
	p->error->line = 0;
	p->error->column = 0;
	strscpy(p->error->message, "out of memory");
	return -ENOMEM;
}

/* @word for a message: printable and not too long. */
static const char *show(struct parser *p, struct span word)
{
	const char *at;
	u32 length = 0;

	for (at = word.at; at < word.end; at++) {
		bool plain = *at >= ' ' && *at <= '~';

		if (length + (plain ? 1 : 4) > SHOWN_MAX)
			break;
		if (plain)
			p->shown[length++] = *at;
		else
			length += sprintf(p->shown + length, "\\x%02x",
					  (unsigned char)*at);
	}
	strscpy(p->shown + length, at < word.end ? "..." : "", sizeof("..."));
	return p->shown;
}

/* ---- Characters ---- */

/* Length of the UTF-8 sequence at @at, or 0 if it is not valid. */
static u32 utf8_length(const char *at, const char *end)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = *at;
	u32 length, code, i;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc0 || lead > 0xf7)
		return 0;
	length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (end - at < length)
		return 0;
	code = lead & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

static int check_character(struct parser *p, const char *at, u32 *length)
{
	unsigned char c = *at;

	*length = utf8_length(at, p->end);
	if (!c)
		return refuse(p, -EINVAL, at, "NUL byte: a policy is text");
	if (c == '\r')
		return refuse(p, -EINVAL, at,
			      "carriage return: lines end in a line feed alone");
	if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
		return refuse(p, -EINVAL, at,
			      "control character \\x%02x: write it as \"\\x%02x\", in quotes",
			      c, c);
	if (!*length)
		return refuse(p, -EINVAL, at,
			      "byte \\x%02x is not UTF-8: write it as \"\\x%02x\", in quotes",
			      c, c);
	if (*length == 2 && c == 0xc2 && (unsigned char)at[1] < 0xa0)
		return refuse(p, -EINVAL, at,
			      "control character U+%04X: write its bytes as \"\\xHH\", in quotes",
			      (unsigned char)at[1]);
	return 0;
}

/* Nothing but text in the text, comments included; counts what to allocate. */
static int check_text(struct parser *p)
{
	const char *at = p->text;
	u32 length;
	int err;

	p->value_max = 0;
	p->statement_max = 1;
	for (; at < p->end; at += length) {
		err = check_character(p, at, &length);
		if (err)
			return err;
		if (*at == '=' || *at == ',')
			p->value_max++;
		if (*at != '\n')
			continue;
		p->statement_max++;
		p->line++;
		p->line_start = at + 1;
		cond_resched();
	}
	/* A program may write a text in pieces: none of them is a policy. */
	if (p->text < p->end && p->end[-1] != '\n')
		return refuse(p, -EINVAL, p->end,
			      "the text does not end in a line feed: was it cut?");
	p->statement_max = min(p->statement_max, LUO_POLICY_STATEMENTS_MAX);
	p->line = 1;
	p->line_start = p->text;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the line, or of what counts in it. */
static bool at_end(const struct parser *p)
{
	return p->at == p->end || *p->at == '\n' || *p->at == '#';
}

static bool at_boundary(const struct parser *p)
{
	return p->at == p->end || *p->at == '\n' || is_blank(*p->at);
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end && is_blank(*p->at))
		p->at++;
}

/* ---- Words ---- */

/* Up to the next blank, or before it to the first of @stop. */
static struct span read_word(struct parser *p, const char *stop)
{
	struct span word = { .at = p->at };

	while (!at_boundary(p) && !strchr(stop, *p->at))
		p->at++;
	word.end = p->at;
	return word;
}

static bool word_is(struct span word, const char *name)
{
	size_t length = word.end - word.at;

	return strlen(name) == length && !memcmp(word.at, name, length);
}

/* Index of @word in @names, or -1. */
static int word_find(struct span word, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (word_is(word, names[i]))
			return i;
	}
	return -1;
}

/* The byte an escape stands for; p->at is behind the backslash. */
static int read_escape(struct parser *p, char *byte)
{
	const char *at = p->at - 1;
	struct span word = { .at = at };
	int high, low;

	if (p->at < p->end && strchr("\\\"*", *p->at)) {
		*byte = *p->at++;
		return 0;
	}
	if (p->end - p->at >= 3 && *p->at == 'x') {
		high = hex_to_bin(p->at[1]);
		low = hex_to_bin(p->at[2]);
		if (high >= 0 && low >= 0) {
			*byte = high << 4 | low;
			p->at += 3;
			if (*byte)
				return 0;
			return refuse(p, -EINVAL, at,
				      "NUL byte '\\x00': no value can hold one");
		}
	}
	word.end = min(at + 2, p->end);
	if (word.end > at + 1 && *p->at == '\n')
		word.end--;
	return refuse(p, -EINVAL, at,
		      "bad escape '%s': expected \\\\, \\\", \\* or \\xHH",
		      show(p, word));
}

static void token_put(struct parser *p, struct token *token, char byte)
{
	*p->free++ = byte;
	token->length++;
}

static int read_quoted(struct parser *p, struct token *token)
{
	const char *after;
	char byte;
	int err;

	for (p->at++; p->at < p->end && *p->at != '\n';) {
		byte = *p->at++;
		if (byte == '"') {
			if (at_boundary(p) || *p->at == ',')
				return 0;
			after = p->at;
			return refuse(p, -EINVAL, after,
				      "'%s' right after a quote: expected ',' or a blank",
				      show(p, read_word(p, ",")));
		}
		if (byte == '*' && !token->star)
			token->star = p->free;
		if (byte == '\\') {
			err = read_escape(p, &byte);
			if (err)
				return err;
		}
		token_put(p, token, byte);
	}
	return refuse(p, -EINVAL, token->word.at,
		      "quote without end: expected '\"' before the end of the line");
}

static int read_bare(struct parser *p, struct token *token)
{
	for (; !at_boundary(p) && *p->at != ','; p->at++) {
		if (*p->at == '"')
			return refuse(p, -EINVAL, p->at,
				      "'\"' inside a value: expected it around the whole value");
		if (strchr("#=\\", *p->at))
			return refuse(p, -EINVAL, p->at,
				      "'%c' in a value: expected quotes around the value",
				      *p->at);
		if (*p->at == '*' && !token->star)
			token->star = p->free;
		token_put(p, token, *p->at);
	}
	return 0;
}

/*
 * One value. Its text goes into program->strings; as what follows a value in
 * the source takes a byte too, there is always room for the NUL.
 */
static int read_token(struct parser *p, struct token *token)
{
	int err;

	*token = (struct token){ .word.at = p->at, .text = p->free };
	if (p->at < p->end && *p->at == '"')
		err = read_quoted(p, token);
	else
		err = read_bare(p, token);
	token->word.end = p->at;
	*p->free++ = '\0';
	return err;
}

/* A key that takes one value: refuse an empty one and a list. */
static int read_single(struct parser *p, const char *key, const char *expected,
		       struct token *token)
{
	int err;

	err = read_token(p, token);
	if (err)
		return err;
	if (!token->length)
		return refuse(p, -EINVAL, token->word.at,
			      "empty value of '%s': expected %s", key, expected);
	if (!at_boundary(p))
		return refuse(p, -EINVAL, p->at,
			      "',' after the value of '%s': expected one value",
			      key);
	return 0;
}

/* ---- Names ---- */

const u16 luo_name_max[LUO_NAME_KEYS] = {
	[LUO_KEY_SESSION]	= LUO_POLICY_SESSION_MAX,
	[LUO_KEY_TYPE]		= LUO_POLICY_TYPE_MAX,
	[LUO_KEY_EXE]		= LUO_POLICY_EXE_MAX,
	[LUO_KEY_SUBJ]		= LUO_POLICY_CONTEXT_MAX,
	[LUO_KEY_CGROUP]	= LUO_POLICY_CGROUP_MAX,
	[LUO_KEY_LABEL]		= LUO_POLICY_CONTEXT_MAX,
	[LUO_KEY_OBJ]		= LUO_POLICY_CONTEXT_MAX,
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

static int check_path(struct parser *p, enum luo_key key,
		      const struct token *token, bool prefix)
{
	if (*token->text != '/')
		return refuse(p, -EINVAL, token->word.at,
			      "%s '%s' is not absolute: expected a path from '/'",
			      luo_key_names[key], show(p, token->word));
	if (!luo_path_is_normal(key, token->text, prefix))
		return refuse(p, -EINVAL, token->word.at,
			      "%s '%s' can never match: expected a path without '//', '/./', '/../' or a '/' at its end",
			      luo_key_names[key], show(p, token->word));
	return 0;
}

static int parse_name(struct parser *p, enum luo_key key, struct token *token,
		      struct luo_value *value)
{
	bool prefix = token->star;

	if (prefix && token->star != token->text + token->length - 1)
		return refuse(p, -EINVAL, token->word.at,
			      "'*' inside '%s': expected it at the end only, or \"\\*\" for the character",
			      show(p, token->word));
	if (prefix)
		token->text[--token->length] = '\0';
	if (token->length > luo_name_max[key])
		return refuse(p, -EINVAL, token->word.at,
			      "%s '%s' has %u bytes: expected at most %u",
			      luo_key_names[key], show(p, token->word),
			      token->length, luo_name_max[key]);
	value->kind = prefix ? LUO_VALUE_PREFIX : LUO_VALUE_LITERAL;
	value->text = token->text;
	value->length = token->length;
	if (luo_key_is_path(key))
		return check_path(p, key, token, prefix);
	return 0;
}

/* ---- Numbers ---- */

enum number_error {
	NUMBER_GOOD,
	NUMBER_BAD,	/* not digits alone */
	NUMBER_ZEROS,	/* digits, the first of them a needless zero */
	NUMBER_LARGE,	/* beyond the maximum */
};

static enum number_error read_number(const char *text, u32 length, u64 most,
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

static int refuse_number(struct parser *p, enum number_error why,
			 const char *key, const char *expected,
			 struct span word)
{
	static const char *const is[] = {
		[NUMBER_BAD]	= "is not a number",
		[NUMBER_ZEROS]	= "has leading zeros",
		[NUMBER_LARGE]	= "is out of range",
	};

	return refuse(p, -EINVAL, word.at, "%s '%s' %s: expected %s", key,
		      show(p, word), is[why], expected);
}

static int parse_id(struct parser *p, enum luo_key key, struct token *token,
		    struct luo_value *value)
{
	const char *dash = memchr(token->text, '-', token->length);
	const char *end = token->text + token->length;
	enum number_error why;
	u64 low, high;

	why = read_number(token->text, (dash ?: end) - token->text, LUO_ID_MAX,
			  &low);
	high = low;
	if (why == NUMBER_GOOD && dash)
		why = read_number(dash + 1, end - dash - 1, LUO_ID_MAX, &high);
	if (why == NUMBER_BAD && key == LUO_KEY_OWNER)
		return refuse(p, -EINVAL, token->word.at,
			      "unknown owner '%s': expected self, unknown, 0 to 4294967294, or a range LOW-HIGH",
			      show(p, token->word));
	if (why != NUMBER_GOOD)
		return refuse_number(p, why, luo_key_names[key],
				     "0 to 4294967294, or a range LOW-HIGH",
				     token->word);
	if (high < low)
		return refuse(p, -EINVAL, token->word.at,
			      "range '%s' is reversed: expected %llu-%llu",
			      show(p, token->word), high, low);
	value->kind = LUO_VALUE_RANGE;
	value->low = low;
	value->high = high;
	return 0;
}

static int parse_owner(struct parser *p, enum luo_key key, struct token *token,
		       struct luo_value *value)
{
	if (!strcmp(token->text, "self"))
		value->kind = LUO_VALUE_SELF;
	else if (!strcmp(token->text, "unknown"))
		value->kind = LUO_VALUE_UNKNOWN;
	else
		return parse_id(p, key, token, value);
	return 0;
}

/* number [ "K" | "M" | "G" | "T" ] */
static int parse_bytes(struct parser *p, const char *key, struct token *token,
		       u64 *bytes)
{
	static const char units[] = "KMGT";
	enum number_error why;
	u32 length, shift = 0;
	const char *unit;
	int err;

	err = read_single(p, key, SIZE_EXPECTED, token);
	if (err)
		return err;
	length = token->length;
	unit = strchr(units, token->text[length - 1]);
	if (unit) {
		shift = 10 * (unit - units + 1);
		length--;
	}
	why = read_number(token->text, length, S64_MAX >> shift, bytes);
	if (why != NUMBER_GOOD)
		return refuse_number(p, why, key, SIZE_EXPECTED, token->word);
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
			return no_memory(p);
	}
	i = find_repeated(values, count, order);
	if (order != few)
		kvfree(order);
	if (i == count)
		return 0;
	word.at = p->text + values[i].at;
	word.end = word.at + values[i].raw;
	return refuse(p, -EINVAL, word.at,
		      "value '%s' of '%s' a second time: expected each once",
		      show(p, word), key);
}

static void set_place(const struct parser *p, struct luo_value *value,
		      struct span word)
{
	value->at = word.at - p->text;
	value->raw = word.end - word.at;
}

/* value { "," value } */
static int parse_list(struct parser *p, struct luo_statement *statement,
		      enum luo_key key)
{
	struct luo_program *program = p->program;
	const char *name = luo_key_names[key];
	u32 first = program->value_count;
	struct luo_value *value;
	struct token token;
	int err;

	do {
		err = read_token(p, &token);
		if (err)
			return err;
		if (!token.length)
			return refuse(p, -EINVAL, token.word.at,
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
	return check_repeated(p, name, program->values + first,
			      program->value_count - first);
}

static int parse_size(struct parser *p, struct luo_statement *statement)
{
	struct luo_program *program = p->program;
	u32 index = program->value_count++;
	struct luo_value *value = &program->values[index];
	struct token token;
	int err;

	err = parse_bytes(p, "size", &token, &value->size);
	value->kind = LUO_VALUE_SIZE;
	set_place(p, value, token.word);
	statement->lists[LUO_KEY_SIZE].first = index;
	statement->lists[LUO_KEY_SIZE].count = 1;
	return err;
}

static int parse_userns(struct parser *p, struct luo_statement *statement)
{
	struct token token;
	int err;

	err = read_single(p, "userns", "init or any", &token);
	if (err)
		return err;
	if (!strcmp(token.text, "init"))
		statement->init_only = true;
	else if (!strcmp(token.text, "any"))
		statement->init_only = false;
	else
		return refuse(p, -EINVAL, token.word.at,
			      "unknown userns '%s': expected init or any",
			      show(p, token.word));
	return 0;
}

/* There is nothing to keep: the statement has the key. */
static int parse_pid(struct parser *p)
{
	struct token token;
	int err;

	err = read_single(p, "pid", "1", &token);
	if (err)
		return err;
	if (strcmp(token.text, "1"))
		return refuse(p, -EINVAL, token.word.at,
			      "bad pid '%s': it can only be 1, any other number belongs to nobody",
			      show(p, token.word));
	return 0;
}

/* ---- Statements ---- */

/* operation { "," operation } */
static int parse_ops(struct parser *p, struct luo_statement *statement,
		     struct span verb)
{
	struct span word;
	int op;

	skip_blanks(p);
	if (at_end(p))
		return refuse(p, -EINVAL, p->at,
			      "nothing after '%s': expected create, retrieve, preserve or restore",
			      show(p, verb));
	do {
		word = read_word(p, ",");
		op = word_find(word, luo_op_names, LUO_OP_COUNT);
		if (op < 0)
			return refuse(p, -EINVAL, word.at,
				      "unknown operation '%s': expected create, retrieve, preserve or restore",
				      show(p, word));
		if (statement->ops & BIT(op))
			return refuse(p, -EINVAL, word.at,
				      "operation '%s' a second time: expected each once",
				      show(p, word));
		statement->ops |= BIT(op);
	} while (!at_boundary(p) && *p->at++ == ',');
	return 0;
}

static int parse_audit(struct parser *p, struct luo_statement *statement,
		       struct span word)
{
	if (!at_boundary(p))
		return refuse(p, -EINVAL, p->at,
			      "'%c' after 'audit': expected a blank, it takes no value",
			      *p->at);
	if (statement->verb == LUO_VERB_DENY)
		return refuse(p, -EINVAL, word.at,
			      "'audit' in a deny: denials are always logged");
	if (statement->audit)
		return refuse(p, -EINVAL, word.at,
			      "'audit' a second time: expected it once");
	statement->audit = true;
	return 0;
}

/* Whether a value may follow the key that @word is and p->at is behind. */
static int check_key(struct parser *p, struct span word, bool second)
{
	if (p->at == p->end || *p->at != '=')
		return refuse(p, -EINVAL, p->at,
			      "no value for '%s': expected '=' right after it",
			      show(p, word));
	if (second)
		return refuse(p, -EINVAL, word.at,
			      "key '%s' a second time: expected it once",
			      show(p, word));
	p->at++;
	return 0;
}

/* key "=" value { "," value } | "audit" */
static int parse_condition(struct parser *p, struct luo_statement *statement)
{
	struct span word = read_word(p, "=,\"#");
	int key, err;

	if (word_is(word, "audit"))
		return parse_audit(p, statement, word);
	key = word_find(word, luo_key_names, LUO_KEY_COUNT);
	if (key < 0 && word.at == word.end)
		word = read_word(p, "");
	if (key < 0)
		return refuse(p, -EINVAL, word.at,
			      "unknown key '%s': expected session, label, owner, exe, pid, cgroup, subj, uid, gid, userns, type, obj, fowner, size or audit",
			      show(p, word));
	err = check_key(p, word, statement->keys & BIT(key));
	if (err)
		return err;
	if (BIT(key) & FILE_KEYS && statement->ops & ~FILE_OPS)
		return refuse(p, -EINVAL, word.at,
			      "key '%s' never applies to %s: expected it with preserve and restore only",
			      luo_key_names[key],
			      luo_op_names[__ffs(statement->ops & ~FILE_OPS)]);
	statement->keys |= BIT(key);
	if (key == LUO_KEY_USERNS)
		return parse_userns(p, statement);
	if (key == LUO_KEY_PID)
		return parse_pid(p);
	if (key == LUO_KEY_SIZE)
		return parse_size(p, statement);
	return parse_list(p, statement, key);
}

/* NULL, and p->error says why, if there are too many. */
static struct luo_statement *new_statement(struct parser *p, struct span verb)
{
	struct luo_program *program = p->program;
	struct luo_statement *statement;

	if (program->statement_count == LUO_POLICY_STATEMENTS_MAX) {
		refuse(p, -E2BIG, verb.at,
		       "too many statements: expected at most %u",
		       LUO_POLICY_STATEMENTS_MAX);
		return NULL;
	}
	statement = &program->statements[program->statement_count++];
	statement->line = p->line;
	return statement;
}

static int parse_rule(struct parser *p, struct span verb)
{
	struct luo_statement *statement = new_statement(p, verb);
	int err;

	if (!statement)
		return p->error->err;
	statement->verb = word_is(verb, "deny") ? LUO_VERB_DENY :
						  LUO_VERB_ALLOW;
	statement->init_only = statement->verb == LUO_VERB_ALLOW;
	err = parse_ops(p, statement, verb);
	if (err)
		return err;
	for (skip_blanks(p); !at_end(p); skip_blanks(p)) {
		err = parse_condition(p, statement);
		if (err)
			return err;
	}
	return 0;
}

/* ( "files=" | "sessions=" ) number | "bytes=" size */
static int parse_amount(struct parser *p, struct luo_statement *statement,
			enum luo_limit_kind kind)
{
	const char *name = luo_limit_names[kind];
	enum number_error why;
	struct token token;
	int err;

	statement->limits |= BIT(kind);
	if (kind == LUO_LIMIT_BYTES)
		return parse_bytes(p, name, &token, &statement->most[kind]);
	err = read_single(p, name, "0 to 4294967295", &token);
	if (err)
		return err;
	why = read_number(token.text, token.length, LUO_AMOUNT_MAX,
			  &statement->most[kind]);
	if (why != NUMBER_GOOD)
		return refuse_number(p, why, name, "0 to 4294967295",
				     token.word);
	return 0;
}

/* What a limit can not have. */
static int refuse_limit_key(struct parser *p, struct span word)
{
	if (word_is(word, "audit"))
		return refuse(p, -EINVAL, word.at,
			      "'audit' in a limit: denials are always logged");
	if (word_find(word, luo_key_names, LUO_KEY_COUNT) >= 0)
		return refuse(p, -EINVAL, word.at,
			      "key '%s' never applies to a limit: expected "
			      LIMIT_EXPECTED, show(p, word));
	if (word_find(word, luo_op_names, LUO_OP_COUNT) >= 0)
		return refuse(p, -EINVAL, word.at,
			      "operation '%s' in a limit, which is for all: expected "
			      LIMIT_EXPECTED, show(p, word));
	if (word.at == word.end)
		word = read_word(p, "");
	return refuse(p, -EINVAL, word.at,
		      "unknown key '%s' of limit: expected " LIMIT_EXPECTED,
		      show(p, word));
}

static int parse_limit_key(struct parser *p, struct luo_statement *statement)
{
	struct span word = read_word(p, "=,\"#");
	int key, kind, err;

	kind = word_find(word, luo_limit_names, LUO_LIMIT_COUNT);
	if (kind >= 0) {
		err = check_key(p, word, statement->limits & BIT(kind));
		return err ?: parse_amount(p, statement, kind);
	}
	key = word_find(word, luo_key_names, LUO_KEY_COUNT);
	if (key < 0 || !(BIT(key) & LIMIT_KEYS))
		return refuse_limit_key(p, word);
	err = check_key(p, word, statement->keys & BIT(key));
	if (err)
		return err;
	statement->keys |= BIT(key);
	return parse_list(p, statement, key);
}

static int parse_limit(struct parser *p, struct span verb)
{
	struct luo_statement *statement = new_statement(p, verb);
	int err;

	if (!statement)
		return p->error->err;
	statement->verb = LUO_VERB_LIMIT;
	for (skip_blanks(p); !at_end(p); skip_blanks(p)) {
		err = parse_limit_key(p, statement);
		if (err)
			return err;
	}
	if (!statement->limits)
		return refuse(p, -EINVAL, p->at,
			      "limit of nothing: expected files=NUMBER, bytes=SIZE or sessions=NUMBER");
	return 0;
}

static int parse_policy_name(struct parser *p)
{
	struct token token;
	u32 i;
	int err;

	err = read_single(p, "name", "a name", &token);
	if (err)
		return err;
	if (token.length > LUO_POLICY_NAME_MAX)
		return refuse(p, -EINVAL, token.word.at,
			      "name '%s' has %u bytes: expected at most %u",
			      show(p, token.word), token.length,
			      LUO_POLICY_NAME_MAX);
	for (i = 0; i < token.length; i++) {
		/* It is shown in status and in audit records. */
		if (token.text[i] < ' ' || token.text[i] > '~' ||
		    token.text[i] == '*')
			return refuse(p, -EINVAL, token.word.at,
				      "name '%s' is not plain: expected printable ASCII without '*'",
				      show(p, token.word));
	}
	strscpy(p->program->name, token.text);
	return 0;
}

static int parse_policy_version(struct parser *p)
{
	enum number_error why;
	struct token token;
	u64 version;
	int err;

	err = read_single(p, "version", "1 to 9223372036854775807", &token);
	if (err)
		return err;
	why = read_number(token.text, token.length, S64_MAX, &version);
	if (why == NUMBER_GOOD && !version)
		why = NUMBER_LARGE;
	if (why != NUMBER_GOOD)
		return refuse_number(p, why, "version",
				     "1 to 9223372036854775807", token.word);
	p->program->version = version;
	return 0;
}

/* "name=" value | "version=" number */
static int parse_policy_key(struct parser *p)
{
	struct span word = read_word(p, "=,\"#");
	int err;

	if (word_is(word, "name")) {
		err = check_key(p, word, p->program->name[0]);
		return err ?: parse_policy_name(p);
	}
	if (word_is(word, "version")) {
		err = check_key(p, word, p->program->version);
		return err ?: parse_policy_version(p);
	}
	if (word.at == word.end)
		word = read_word(p, "");
	return refuse(p, -EINVAL, word.at,
		      "unknown key '%s' of policy: expected name and version",
		      show(p, word));
}

static int parse_policy(struct parser *p, struct span verb)
{
	struct luo_program *program = p->program;
	int err;

	if (program->policy_line)
		return refuse(p, -EINVAL, verb.at,
			      "policy a second time: expected it once, and line %u has it",
			      program->policy_line);
	program->policy_line = p->line;
	for (skip_blanks(p); !at_end(p); skip_blanks(p)) {
		err = parse_policy_key(p);
		if (err)
			return err;
	}
	if (!program->name[0])
		return refuse(p, -EINVAL, p->at,
			      "policy without name: expected name=NAME");
	if (!program->version)
		return refuse(p, -EINVAL, p->at,
			      "policy without version: expected version=NUMBER");
	return 0;
}

/* Up to the line feed or the end of the text. */
static int parse_line(struct parser *p)
{
	struct span verb;
	int err = 0;

	skip_blanks(p);
	if (!at_end(p)) {
		verb = read_word(p, "");
		if (word_is(verb, "policy"))
			err = parse_policy(p, verb);
		else if (word_is(verb, "allow") || word_is(verb, "deny"))
			err = parse_rule(p, verb);
		else if (word_is(verb, "limit"))
			err = parse_limit(p, verb);
		else
			err = refuse(p, -EINVAL, verb.at,
				     "unknown verb '%s': expected policy, allow, deny or limit",
				     show(p, verb));
	}
	while (!err && p->at < p->end && *p->at != '\n')
		p->at++;		/* the comment */
	return err;
}

static int parse_lines(struct parser *p)
{
	int err;

	for (;;) {
		err = parse_line(p);
		if (err)
			return err;
		if (p->at == p->end)
			break;
		p->at++;
		p->line++;
		p->line_start = p->at;
		cond_resched();
	}
	if (!p->program->policy_line)
		return refuse(p, -EINVAL, p->at,
			      "no policy statement: expected policy name=NAME version=NUMBER");
	return 0;
}

static int allocate(struct parser *p)
{
	struct luo_program *program = p->program;

	program->statements = kvzalloc_objs(*program->statements,
					    p->statement_max);
	program->values = kvzalloc_objs(*program->values, p->value_max + 1);
	program->strings = kvmalloc(p->end - p->text + 1, GFP_KERNEL);
	if (!program->statements || !program->values || !program->strings)
		return no_memory(p);
	p->free = program->strings;
	return 0;
}

/**
 * luo_program_parse() - Parse a policy text.
 * @program: Where the statements go; luo_program_destroy() gives them back. It
 *           is empty after an error.
 * @text:    The text; it need not end in NUL and is not needed afterwards.
 * @size:    Its length in bytes.
 * @error:   Says after an error what is wrong, and where.
 *
 * Takes time and memory in proportion to @size.
 *
 * Context: Process context, may sleep.
 * Return: 0, -EINVAL if the text is not a policy, -E2BIG if it is beyond a
 *         bound of policy.h, -ENOMEM.
 */
int luo_program_parse(struct luo_program *program, const char *text,
		      size_t size, struct luo_policy_error *error)
{
	struct parser parser = {
		.program = program,
		.error = error,
		.text = text,
		.end = text + size,
		.line_start = text,
		.at = text,
		.line = 1,
	};
	int err;

	*program = (struct luo_program){};
	*error = (struct luo_policy_error){};
	if (size > LUO_POLICY_TEXT_MAX)
		return refuse(&parser, -E2BIG, text,
			      "text of %zu bytes: expected at most %u", size,
			      LUO_POLICY_TEXT_MAX);
	err = check_text(&parser);
	if (!err)
		err = allocate(&parser);
	if (!err)
		err = parse_lines(&parser);
	if (err)
		luo_program_destroy(program);
	return err;
}

/**
 * luo_program_destroy() - Free what luo_program_parse() allocated.
 * @program: A program, or zeroes.
 *
 * Context: Process context, may sleep.
 */
void luo_program_destroy(struct luo_program *program)
{
	kvfree(program->statements);
	kvfree(program->values);
	kvfree(program->strings);
	*program = (struct luo_program){};
}
