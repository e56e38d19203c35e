// SPDX-License-Identifier: GPL-2.0
/*
 * Statements as text, in canonical form: operations and keys in a fixed order, quotes
 * only where they are needed.
 */

#include <stdio.h>
#include <string.h>

#include "base/policy_text.h"
#include "common/text.h"

/* The order of keys in a statement: session, file, subject. */
static const enum luo_key key_order[] = {
	LUO_KEY_SESSION, LUO_KEY_LABEL, LUO_KEY_OWNER, LUO_KEY_TYPE,
	LUO_KEY_OBJ, LUO_KEY_FOWNER, LUO_KEY_SIZE, LUO_KEY_EXE, LUO_KEY_VERITY,
	LUO_KEY_PID, LUO_KEY_CGROUP, LUO_KEY_SUBJ, LUO_KEY_UID, LUO_KEY_GID,
	LUO_KEY_USERNS,
};

/* Length of the UTF-8 character at @text; 0 if it has to be escaped. */
static size_t character(const char *text, size_t length)
{
	u32 code, bytes = luo_read_utf8(text, text + length, &code);

	return luo_is_hidden(code) ? 0 : bytes;
}

static bool needs_quotes(const char *text, size_t length)
{
	size_t at, bytes;

	for (at = 0; at < length; at += bytes) {
		bytes = character(text + at, length - at);
		if (!bytes || strchr(" ,\"#=\\*%", text[at]))
			return true;
	}
	return false;
}

static void write_quoted(FILE *out, const char *text, size_t length)
{
	size_t at, bytes;

	for (at = 0; at < length; at += bytes ?: 1) {
		bytes = character(text + at, length - at);
		if (!bytes)
			fprintf(out, "\\x%02x", (unsigned char)text[at]);
		else if (strchr("\\\"*%", text[at]))
			fprintf(out, "\\%c", text[at]);
		else
			fwrite(text + at, 1, bytes, out);
	}
}

static void write_part(FILE *out, const char *text, size_t length, bool quotes)
{
	if (quotes)
		write_quoted(out, text, length);
	else
		fwrite(text, 1, length, out);
}

/* The text, the character of patterns if there is one, and what is behind that. */
static void write_pattern(FILE *out, const char *text, size_t length, const char *special,
			  const char *suffix, size_t suffix_length)
{
	bool quotes = needs_quotes(text, length) || needs_quotes(suffix, suffix_length);

	if (quotes)
		fputc('"', out);
	write_part(out, text, length, quotes);
	fputs(special, out);
	write_part(out, suffix, suffix_length, quotes);
	if (quotes)
		fputc('"', out);
}

void write_name(FILE *out, const char *text, size_t length, bool prefix)
{
	write_pattern(out, text, length, prefix ? "*" : "", "", 0);
}

void write_starred(FILE *out, const char *text, size_t length, const char *suffix)
{
	write_pattern(out, text, length, "*", suffix, strlen(suffix));
}

char *name_word(const char *name, bool prefix)
{
	size_t size;
	char *word;
	FILE *out = text_open(&word, &size);

	write_name(out, name, strlen(name), prefix);
	text_close(out);
	return word;
}

char *tenant_word(const char *name, size_t length, const char *suffix)
{
	size_t size;
	char *word;
	FILE *out = text_open(&word, &size);

	write_pattern(out, name, length, "%", suffix, strlen(suffix));
	text_close(out);
	return word;
}

/* A name as a policy would write it, which is safe for a terminal. */
char *shown_name(const char *name)
{
	return name_word(name, false);
}

void write_number(FILE *out, u64 number)
{
	fprintf(out, "%llu", number);
}

/* Write a size in the largest unit of which it is a multiple. */
void write_size(FILE *out, u64 size)
{
	static const char units[] = " KMGT";
	int unit = 0;

	for (; unit < 4 && size && !(size % 1024); unit++)
		size /= 1024;
	write_number(out, size);
	if (unit)
		fputc(units[unit], out);
}

void write_value(FILE *out, const struct luo_value *value)
{
	switch (value->kind) {
	case LUO_VALUE_LITERAL:
	case LUO_VALUE_PREFIX:
		write_name(out, value->text, value->length,
			   value->kind == LUO_VALUE_PREFIX);
		break;
	case LUO_VALUE_TENANT:
		write_pattern(out, value->text, value->length, "%",
			      luo_value_suffix(value), value->suffix);
		break;
	case LUO_VALUE_RANGE:
		write_number(out, value->low);
		if (value->high != value->low) {
			fputc('-', out);
			write_number(out, value->high);
		}
		break;
	case LUO_VALUE_SELF:
		fputs("self", out);
		break;
	case LUO_VALUE_UNKNOWN:
		fputs("unknown", out);
		break;
	case LUO_VALUE_SIZE:
		write_size(out, value->size);
		break;
	}
}

void write_ops(FILE *out, u32 ops)
{
	const char *comma = "";
	enum luo_op op;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (!(ops & BIT(op)))
			continue;
		fprintf(out, "%s%s", comma, luo_op_names[op]);
		comma = ",";
	}
}

/* "key=value,value" */
void write_key(FILE *out, const struct luo_program *program,
	       const struct luo_statement *statement, enum luo_key key)
{
	u32 i;

	fprintf(out, "%s=", luo_key_names[key]);
	if (key == LUO_KEY_USERNS) {
		fputs(statement->init_only ? "init" : "any", out);
		return;
	}
	if (key == LUO_KEY_PID) {
		fputc('1', out);
		return;
	}
	for (i = 0; i < statement->lists[key].count; i++) {
		if (i)
			fputc(',', out);
		write_value(out, program->values +
				 statement->lists[key].first + i);
	}
}

/* "key=amount", as a limit has it. */
void write_amount(FILE *out, enum luo_limit_kind kind, u64 most)
{
	fprintf(out, "%s=", luo_limit_names[kind]);
	if (kind == LUO_LIMIT_BYTES)
		write_size(out, most);
	else
		write_number(out, most);
}

static void write_amounts(FILE *out, const struct luo_statement *statement)
{
	enum luo_limit_kind kind;

	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		if (!(statement->limits & BIT(kind)))
			continue;
		fputc(' ', out);
		write_amount(out, kind, statement->most[kind]);
	}
}

/* All conditions, each with a blank before it. */
void write_conditions(FILE *out, const struct luo_program *program,
		      const struct luo_statement *statement)
{
	size_t i;

	for (i = 0; i < sizeof(key_order) / sizeof(*key_order); i++) {
		if (!(statement->keys & BIT(key_order[i])))
			continue;
		fputc(' ', out);
		write_key(out, program, statement, key_order[i]);
	}
	if (statement->audit)
		fputs(" audit", out);
	if (statement->quiet)
		fputs(" quiet", out);
	write_amounts(out, statement);
}

void write_statement(FILE *out, const struct luo_program *program,
		     const struct luo_statement *statement)
{
	static const char *const verbs[] = {
		[LUO_VERB_ALLOW] = "allow ",
		[LUO_VERB_DENY]	 = "deny ",
		[LUO_VERB_LIMIT] = "limit",
	};

	fputs(verbs[statement->verb], out);
	write_ops(out, statement->ops);
	write_conditions(out, program, statement);
}

char *statement_text(const struct luo_program *program,
		     const struct luo_statement *statement)
{
	size_t size;
	char *text;
	FILE *out = text_open(&text, &size);

	write_statement(out, program, statement);
	text_close(out);
	return text;
}
