// SPDX-License-Identifier: GPL-2.0
/*
 * From the text of a policy to words and values; language.h has the grammar.
 */

#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "lexer.h"

/* ---- Errors ---- */

/**
 * luo_refuse() - Tell what is wrong with a policy, and where.
 * @p:      The parser; its error is filled in.
 * @err:    Negative errno.
 * @at:     The offending byte, in the line that is read.
 * @format: One line, for the message.
 *
 * Return: @err.
 */
int luo_refuse(struct parser *p, int err, const char *at, const char *format,
	       ...)
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

/**
 * luo_policy_out_of_memory() - Tell that there is no memory for a policy.
 * @error: Filled in, as of no line.
 *
 * Return: -ENOMEM.
 */
int luo_policy_out_of_memory(struct luo_policy_error *error)
{
	*error = (struct luo_policy_error){ .err = -ENOMEM };
	strscpy(error->message, "out of memory");
	return -ENOMEM;
}

/**
 * luo_show() - Make a word fit for a message.
 * @p:    The parser.
 * @word: The word.
 *
 * Return: The word, what is not printable escaped, and cut if it is long. It is
 *         valid until the next call.
 */
const char *luo_show(struct parser *p, struct span word)
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

/**
 * luo_read_utf8() - Read a character.
 * @at:   Its first byte.
 * @end:  The end of the text, behind @at.
 * @code: Its code point, if there is one.
 *
 * Return: How many bytes it takes, or 0 if it is not valid UTF-8.
 */
u32 luo_read_utf8(const char *at, const char *end, u32 *code)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = *at;
	u32 length, i;

	*code = lead;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc0 || lead > 0xf7)
		return 0;
	length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (end - at < length)
		return 0;
	*code = lead & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (at[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

/*
 * Characters that a reader does not see, or takes for others: of Unicode 15 what is
 * White_Space but U+0020, Default_Ignorable_Code_Point or Bidi_Control, for private
 * use or no character; annotations, controls of hieroglyphs, and the empty pattern of
 * Braille.
 */
static const struct {
	u32 first;
	u32 last;
} hidden[] = {
	{ 0x0080, 0x00a0 }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f },
	{ 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x1680, 0x1680 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2000, 0x200f },
	{ 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	{ 0xf0000, 0x10ffff },
};

/**
 * luo_is_hidden() - Whether a character has to be written as an escape.
 * @code: Its code point.
 *
 * Return: True if a reader would not see it, or take it for another.
 */
bool luo_is_hidden(u32 code)
{
	u32 i;

	if (code < 0x80)
		return code < ' ' || code == 0x7f;
	if ((code & 0xfffe) == 0xfffe)	/* no characters in any plane */
		return true;
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		if (code >= hidden[i].first && code <= hidden[i].last)
			return true;
	}
	return false;
}

static int refuse_hidden(struct parser *p, const char *at, u32 code, u32 length)
{
	char escapes[4 * 4 + 1];
	u32 i;

	for (i = 0; i < length; i++)
		sprintf(escapes + 4 * i, "\\x%02x", (unsigned char)at[i]);
	if (code < 0x80)
		return luo_refuse(p, -EINVAL, at,
				  "control character %s: write it as \"%s\", in quotes",
				  escapes, escapes);
	return luo_refuse(p, -EINVAL, at,
			  "hidden character U+%04X: write it as \"%s\", in quotes, or leave it out",
			  code, escapes);
}

static int check_character(struct parser *p, const char *at, u32 *length)
{
	unsigned char c = *at;
	u32 code;

	*length = luo_read_utf8(at, p->end, &code);
	if (!c)
		return luo_refuse(p, -EINVAL, at, "NUL byte: a policy is text");
	if (c == '\r')
		return luo_refuse(p, -EINVAL, at,
				  "carriage return: lines end in a line feed alone");
	if (!*length)
		return luo_refuse(p, -EINVAL, at,
				  "byte \\x%02x is not UTF-8: write it as \"\\x%02x\", in quotes",
				  c, c);
	if (c != '\t' && c != '\n' && luo_is_hidden(code))
		return refuse_hidden(p, at, code, *length);
	return 0;
}

/**
 * luo_check_text() - Refuse what is no text, and count what to allocate.
 * @p: The parser, before it has read anything.
 *
 * Comments are checked too. The most values and statements that the text can have
 * are left in @p->value_max and @p->statement_max.
 *
 * Context: May sleep.
 * Return: 0 or -EINVAL.
 */
int luo_check_text(struct parser *p)
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
		return luo_refuse(p, -EINVAL, p->end,
				  "the text does not end in a line feed: was it cut?");
	p->statement_max = min(p->statement_max, LUO_POLICY_STATEMENTS_MAX);
	p->line = 1;
	p->line_start = p->text;
	return 0;
}

/* ---- Words ---- */

/**
 * luo_read_word() - Read up to the next blank.
 * @p:    The parser.
 * @stop: Characters that end the word before.
 *
 * Return: The word; empty if one of them comes first.
 */
struct span luo_read_word(struct parser *p, const char *stop)
{
	struct span word = { .at = p->at };

	while (!at_boundary(p) && !strchr(stop, *p->at))
		p->at++;
	word.end = p->at;
	return word;
}

/**
 * luo_word_is() - Compare a word with a name.
 * @word: The word.
 * @name: The name.
 *
 * Return: True if they are equal.
 */
bool luo_word_is(struct span word, const char *name)
{
	size_t length = word.end - word.at;

	return strlen(name) == length && !memcmp(word.at, name, length);
}

/**
 * luo_word_find() - Find a word among names.
 * @word:  The word.
 * @names: The names.
 * @count: How many names.
 *
 * Return: The index of the name that @word equals, or -1.
 */
int luo_word_find(struct span word, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (luo_word_is(word, names[i]))
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

	if (p->at < p->end && strchr("\\\"*%", *p->at)) {
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
			return luo_refuse(p, -EINVAL, at,
					  "NUL byte '\\x00': no value can hold one");
		}
	}
	word.end = min(at + 2, p->end);
	if (word.end > at + 1 && *p->at == '\n')
		word.end--;
	return luo_refuse(p, -EINVAL, at,
			  "bad escape '%s': expected \\\\, \\\", \\*, \\%% or \\xHH",
			  luo_show(p, word));
}

/* Note where the next byte of @token stands, if it is one that patterns have. */
static void note_special(const struct parser *p, struct token *token, char byte)
{
	if (byte == '*' && !token->star)
		token->star = p->free;
	if (byte == '%' && !token->percents++)
		token->percent = p->free;
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
			return luo_refuse(p, -EINVAL, after,
					  "'%s' right after a quote: expected ',' or a blank",
					  luo_show(p, luo_read_word(p, ",")));
		}
		if (byte == '\t')
			return luo_refuse(p, -EINVAL, p->at - 1,
					  "tab in quotes: write it as \\x09");
		note_special(p, token, byte);
		if (byte == '\\') {
			token->escaped = true;
			err = read_escape(p, &byte);
			if (err)
				return err;
		}
		token_put(p, token, byte);
	}
	return luo_refuse(p, -EINVAL, token->word.at,
			  "quote without end: expected '\"' before the end of the line");
}

static int read_bare(struct parser *p, struct token *token)
{
	for (; !at_boundary(p) && *p->at != ','; p->at++) {
		if (*p->at == '"')
			return luo_refuse(p, -EINVAL, p->at,
					  "'\"' inside a value: expected it around the whole value");
		if (strchr("#=\\", *p->at))
			return luo_refuse(p, -EINVAL, p->at,
					  "'%c' in a value: expected quotes around the value",
					  *p->at);
		note_special(p, token, *p->at);
		token_put(p, token, *p->at);
	}
	return 0;
}

/**
 * luo_read_token() - Read one value.
 * @p:     The parser.
 * @token: Filled in.
 *
 * The value goes into the program's strings. What follows a value in the text
 * takes a byte too, so that there is always room for the NUL.
 *
 * Return: 0 or -EINVAL.
 */
int luo_read_token(struct parser *p, struct token *token)
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

/**
 * luo_read_single() - Read the value of a key that takes one.
 * @p:        The parser.
 * @key:      The key, for messages.
 * @expected: What is expected, for messages.
 * @token:    Filled in.
 *
 * Return: 0, or -EINVAL; an empty value and a list of values are refused too.
 */
int luo_read_single(struct parser *p, const char *key, const char *expected,
		    struct token *token)
{
	int err;

	err = luo_read_token(p, token);
	if (err)
		return err;
	if (!token->length)
		return luo_refuse(p, -EINVAL, token->word.at,
				  "empty value of '%s': expected %s", key, expected);
	if (!at_boundary(p))
		return luo_refuse(p, -EINVAL, p->at,
				  "',' after the value of '%s': expected one value",
				  key);
	return 0;
}

/**
 * luo_check_plain() - Refuse escapes where no value needs one.
 * @p:     The parser.
 * @key:   The key, for the message.
 * @token: Its value.
 *
 * Return: 0 or -EINVAL.
 */
int luo_check_plain(struct parser *p, const char *key, const struct token *token)
{
	if (!token->escaped)
		return 0;
	return luo_refuse(p, -EINVAL, token->word.at,
			  "escape in '%s', a value of '%s': write the characters themselves",
			  luo_show(p, token->word), key);
}
