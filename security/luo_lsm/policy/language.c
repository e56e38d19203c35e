// SPDX-License-Identifier: GPL-2.0
/*
 * The statements of a policy: the parser of the policy language of luo_lsm, on top
 * of words (lexer.c) and values (values.c). language.h has the grammar.
 *
 * One pass over the text, no recursion, no back-tracking. The first thing wrong
 * ends it, with the place and one line that says what was expected.
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "values.h"

const char *const luo_op_names[LUO_OP_COUNT] = {
	[LUO_OP_CREATE]		= "create",
	[LUO_OP_RETRIEVE]	= "retrieve",
	[LUO_OP_FINISH]		= "finish",
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
	[LUO_KEY_VERITY]	= "verity",
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

/* ---- Rules ---- */

#define OPS_EXPECTED	"create, retrieve, finish, preserve or restore"

/* operation { "," operation } */
static int parse_ops(struct parser *p, struct luo_statement *statement,
		     struct span verb)
{
	struct span word;
	int op;

	skip_blanks(p);
	if (at_end(p))
		return luo_refuse(p, -EINVAL, p->at,
				  "nothing after '%s': expected " OPS_EXPECTED,
				  luo_show(p, verb));
	do {
		word = luo_read_word(p, ",");
		op = luo_word_find(word, luo_op_names, LUO_OP_COUNT);
		if (op < 0)
			return luo_refuse(p, -EINVAL, word.at,
					  "unknown operation '%s': expected " OPS_EXPECTED,
					  luo_show(p, word));
		if (statement->ops & BIT(op))
			return luo_refuse(p, -EINVAL, word.at,
					  "operation '%s' a second time: expected each once",
					  luo_show(p, word));
		statement->ops |= BIT(op);
	} while (!at_boundary(p) && *p->at++ == ',');
	return 0;
}

/* A word without value. */
static int parse_flag(struct parser *p, struct span word, bool *flag)
{
	if (!at_boundary(p))
		return luo_refuse(p, -EINVAL, p->at,
				  "'%c' after '%s': expected a blank, it takes no value",
				  *p->at, luo_show(p, word));
	if (*flag)
		return luo_refuse(p, -EINVAL, word.at,
				  "'%s' a second time: expected it once",
				  luo_show(p, word));
	*flag = true;
	return 0;
}

static int parse_audit(struct parser *p, struct luo_statement *statement,
		       struct span word)
{
	if (at_boundary(p) && statement->verb == LUO_VERB_DENY)
		return luo_refuse(p, -EINVAL, word.at,
				  "'audit' in a deny: denials are logged, unless it says quiet");
	return parse_flag(p, word, &statement->audit);
}

static int parse_quiet(struct parser *p, struct luo_statement *statement,
		       struct span word)
{
	if (at_boundary(p) && statement->verb == LUO_VERB_ALLOW)
		return luo_refuse(p, -EINVAL, word.at,
				  "'quiet' in an allow: what it allows is not logged, unless it says audit");
	return parse_flag(p, word, &statement->quiet);
}

/* Whether a value may follow the key that @word is and p->at is behind. */
static int check_key(struct parser *p, struct span word, bool second)
{
	if (p->at == p->end || *p->at != '=')
		return luo_refuse(p, -EINVAL, p->at,
				  "no value for '%s': expected '=' right after it",
				  luo_show(p, word));
	if (second)
		return luo_refuse(p, -EINVAL, word.at,
				  "key '%s' a second time: expected it once",
				  luo_show(p, word));
	p->at++;
	return 0;
}

/* key "=" value { "," value } | "audit" | "quiet" */
static int parse_condition(struct parser *p, struct luo_statement *statement)
{
	struct span word = luo_read_word(p, "=,\"#");
	int key, err;

	if (luo_word_is(word, "audit"))
		return parse_audit(p, statement, word);
	if (luo_word_is(word, "quiet"))
		return parse_quiet(p, statement, word);
	key = luo_word_find(word, luo_key_names, LUO_KEY_COUNT);
	if (key < 0 && word.at == word.end)
		word = luo_read_word(p, "");
	if (key < 0)
		return luo_refuse(p, -EINVAL, word.at,
				  "unknown key '%s': expected session, label, owner, exe, verity, pid, cgroup, subj, uid, gid, userns, type, obj, fowner, size, audit or quiet",
				  luo_show(p, word));
	err = check_key(p, word, statement->keys & BIT(key));
	if (err)
		return err;
	if (BIT(key) & FILE_KEYS && statement->ops & ~FILE_OPS)
		return luo_refuse(p, -EINVAL, word.at,
				  "key '%s' never applies to %s: expected it with preserve and restore only",
				  luo_key_names[key],
				  luo_op_names[__ffs(statement->ops & ~FILE_OPS)]);
	statement->keys |= BIT(key);
	if (key == LUO_KEY_USERNS)
		return luo_parse_userns(p, statement);
	if (key == LUO_KEY_PID)
		return luo_parse_pid(p);
	if (key == LUO_KEY_SIZE)
		return luo_parse_size(p, statement);
	return luo_parse_list(p, statement, key);
}

/* NULL, and p->error says why, if there are too many. */
static struct luo_statement *new_statement(struct parser *p, struct span verb)
{
	struct luo_program *program = p->program;
	struct luo_statement *statement;

	if (program->statement_count == LUO_POLICY_STATEMENTS_MAX) {
		luo_refuse(p, -E2BIG, verb.at,
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
	statement->verb = luo_word_is(verb, "deny") ? LUO_VERB_DENY :
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
	return luo_check_tenants(p, statement);
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
		return luo_parse_bytes(p, name, &token, &statement->most[kind]);
	err = luo_read_single(p, name, "0 to 4294967295", &token) ?:
	      luo_check_plain(p, name, &token);
	if (err)
		return err;
	why = luo_read_number(token.text, token.length, LUO_AMOUNT_MAX,
			      &statement->most[kind]);
	if (why != NUMBER_GOOD)
		return luo_refuse_number(p, why, name, "0 to 4294967295",
					 token.word);
	return 0;
}

/* What a limit can not have. */
static int refuse_limit_key(struct parser *p, struct span word)
{
	if (luo_word_is(word, "audit"))
		return luo_refuse(p, -EINVAL, word.at,
				  "'audit' in a limit: denials are always logged");
	if (luo_word_is(word, "quiet"))
		return luo_refuse(p, -EINVAL, word.at,
				  "'quiet' in a limit: its denials are always logged");
	if (luo_word_find(word, luo_key_names, LUO_KEY_COUNT) >= 0)
		return luo_refuse(p, -EINVAL, word.at,
				  "key '%s' never applies to a limit: expected "
				  LIMIT_EXPECTED, luo_show(p, word));
	if (luo_word_find(word, luo_op_names, LUO_OP_COUNT) >= 0)
		return luo_refuse(p, -EINVAL, word.at,
				  "operation '%s' in a limit, which is for all: expected "
				  LIMIT_EXPECTED, luo_show(p, word));
	if (word.at == word.end)
		word = luo_read_word(p, "");
	return luo_refuse(p, -EINVAL, word.at,
			  "unknown key '%s' of limit: expected " LIMIT_EXPECTED,
			  luo_show(p, word));
}

static int parse_limit_key(struct parser *p, struct luo_statement *statement)
{
	struct span word = luo_read_word(p, "=,\"#");
	int key, kind, err;

	kind = luo_word_find(word, luo_limit_names, LUO_LIMIT_COUNT);
	if (kind >= 0) {
		err = check_key(p, word, statement->limits & BIT(kind));
		return err ?: parse_amount(p, statement, kind);
	}
	key = luo_word_find(word, luo_key_names, LUO_KEY_COUNT);
	if (key < 0 || !(BIT(key) & LIMIT_KEYS))
		return refuse_limit_key(p, word);
	err = check_key(p, word, statement->keys & BIT(key));
	if (err)
		return err;
	statement->keys |= BIT(key);
	return luo_parse_list(p, statement, key);
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
		return luo_refuse(p, -EINVAL, p->at,
				  "limit of nothing: expected files=NUMBER, bytes=SIZE or sessions=NUMBER");
	return 0;
}

static int parse_policy_name(struct parser *p)
{
	struct token token;
	u32 i;
	int err;

	err = luo_read_single(p, "name", "a name", &token);
	if (err)
		return err;
	if (token.length > LUO_POLICY_NAME_MAX)
		return luo_refuse(p, -EINVAL, token.word.at,
				  "name '%s' has %u bytes: expected at most %u",
				  luo_show(p, token.word), token.length,
				  LUO_POLICY_NAME_MAX);
	for (i = 0; i < token.length; i++) {
		/* It is shown in status and in audit records. */
		if (token.text[i] < ' ' || token.text[i] > '~' ||
		    token.text[i] == '*' || token.text[i] == '%')
			return luo_refuse(p, -EINVAL, token.word.at,
					  "name '%s' is not plain: expected printable ASCII without '*' and '%%'",
					  luo_show(p, token.word));
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

	err = luo_read_single(p, "version", "1 to 9223372036854775807", &token) ?:
	      luo_check_plain(p, "version", &token);
	if (err)
		return err;
	why = luo_read_number(token.text, token.length, S64_MAX, &version);
	if (why == NUMBER_GOOD && !version)
		why = NUMBER_LARGE;
	if (why != NUMBER_GOOD)
		return luo_refuse_number(p, why, "version",
					 "1 to 9223372036854775807", token.word);
	p->program->version = version;
	return 0;
}

/* "name=" value | "version=" number */
static int parse_policy_key(struct parser *p)
{
	struct span word = luo_read_word(p, "=,\"#");
	int err;

	if (luo_word_is(word, "name")) {
		err = check_key(p, word, p->program->name[0]);
		return err ?: parse_policy_name(p);
	}
	if (luo_word_is(word, "version")) {
		err = check_key(p, word, p->program->version);
		return err ?: parse_policy_version(p);
	}
	if (word.at == word.end)
		word = luo_read_word(p, "");
	return luo_refuse(p, -EINVAL, word.at,
			  "unknown key '%s' of policy: expected name and version",
			  luo_show(p, word));
}

static int parse_policy(struct parser *p, struct span verb)
{
	struct luo_program *program = p->program;
	int err;

	if (program->policy_line)
		return luo_refuse(p, -EINVAL, verb.at,
				  "policy a second time: expected it once, and line %u has it",
				  program->policy_line);
	program->policy_line = p->line;
	for (skip_blanks(p); !at_end(p); skip_blanks(p)) {
		err = parse_policy_key(p);
		if (err)
			return err;
	}
	if (!program->name[0])
		return luo_refuse(p, -EINVAL, p->at,
				  "policy without name: expected name=NAME");
	if (!program->version)
		return luo_refuse(p, -EINVAL, p->at,
				  "policy without version: expected version=NUMBER");
	return 0;
}

/* "end" tells a whole policy from what was cut off. */
static int parse_end(struct parser *p)
{
	struct span word;

	skip_blanks(p);
	word = luo_read_word(p, "#");
	if (word.end > word.at)
		return luo_refuse(p, -EINVAL, word.at,
				  "'%s' after 'end': expected nothing else in its line",
				  luo_show(p, word));
	p->program->end_line = p->line;
	return 0;
}

static int parse_statement(struct parser *p, struct span verb)
{
	if (p->program->end_line)
		return luo_refuse(p, -EINVAL, verb.at,
				  "'%s' after the end of the policy in line %u: expected comments only",
				  luo_show(p, verb), p->program->end_line);
	if (luo_word_is(verb, "policy"))
		return parse_policy(p, verb);
	if (luo_word_is(verb, "allow") || luo_word_is(verb, "deny"))
		return parse_rule(p, verb);
	if (luo_word_is(verb, "limit"))
		return parse_limit(p, verb);
	if (luo_word_is(verb, "end"))
		return parse_end(p);
	return luo_refuse(p, -EINVAL, verb.at,
			  "unknown verb '%s': expected policy, allow, deny, limit or end",
			  luo_show(p, verb));
}

/* Up to the line feed or the end of the text. */
static int parse_line(struct parser *p)
{
	int err = 0;

	skip_blanks(p);
	if (!at_end(p))
		err = parse_statement(p, luo_read_word(p, ""));
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
		return luo_refuse(p, -EINVAL, p->at,
				  "no policy statement: expected policy name=NAME version=NUMBER");
	if (!p->program->end_line)
		return luo_refuse(p, -EINVAL, p->at,
				  "no end statement: expected 'end' as the last one; was the text cut?");
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
		return luo_policy_out_of_memory(p->error);
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
		return luo_refuse(&parser, -E2BIG, text,
				  "text of %zu bytes: expected at most %u", size,
				  LUO_POLICY_TEXT_MAX);
	err = luo_check_text(&parser);
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
