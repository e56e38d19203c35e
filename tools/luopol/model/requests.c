// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: from text to boxes.
 *
 * The kernel's parser reads them as statements, from a copy of the text: "allow" is
 * written in front of each request, and words that statements do not have are
 * overwritten with blanks. Columns stay the same, or @moved maps them back, so that the
 * parser's messages point to the right place.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "base/diagnostic.h"
#include "common/memory.h"
#include "model/requests.h"

/* Keys whose value may be unknown: "KEY=". */
static const enum luo_key may_be_unknown[] = {
	LUO_KEY_EXE, LUO_KEY_VERITY, LUO_KEY_CGROUP, LUO_KEY_SUBJ, LUO_KEY_LABEL,
	LUO_KEY_OBJ, LUO_KEY_FOWNER, LUO_KEY_SIZE,
};

/* Keys that take the value "other", which statements do not have. */
static const enum luo_key may_be_other[] = { LUO_KEY_USERNS, LUO_KEY_PID };

void requests_begin(struct requests *requests, struct source *source)
{
	char *at;

	*requests = (struct requests){ .source = *source };
	*source = (struct source){};
	requests->text = xcalloc(requests->source.size + 1, 1);
	memcpy(requests->text, requests->source.text, requests->source.size);
	/* Blank all lines: requests_line() copies those with requests */
	for (at = requests->text; *at; at++) {
		if (*at != '\n')
			*at = ' ';
	}
	requests->moved = xcalloc(requests->source.line_count + 1,
				  sizeof(*requests->moved));
	requests->unknown = xcalloc(requests->source.line_count + 1,
				    sizeof(*requests->unknown));
	requests->other = xcalloc(requests->source.line_count + 1,
				  sizeof(*requests->other));
	requests->by = xcalloc(requests->source.line_count + 1,
			       sizeof(*requests->by));
}

/* The end of the word at @at, which ends at a blank outside quotes. */
static char *word_end(char *at)
{
	bool quoted = false;

	for (; *at && *at != '\n' && (quoted || !strchr(" \t#", *at)); at++) {
		if (quoted && *at == '\\' && at[1] && at[1] != '\n')
			at++;
		else if (*at == '"')
			quoted = !quoted;
	}
	return at;
}

static bool is_word(const char *at, const char *end, const char *word)
{
	return end - at == strlen(word) && !memcmp(at, word, end - at);
}

/* If the word is one of @keys with @value, blank it and return the key's bit. */
static u32 blank_key(char *at, char *end, const enum luo_key *keys, size_t count,
		     const char *value)
{
	char word[16];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(word, sizeof(word), "%s=%s", luo_key_names[keys[i]],
			 value);
		if (!is_word(at, end, word))
			continue;
		memset(at, ' ', end - at);
		return BIT(keys[i]);
	}
	return 0;
}

/* Record and blank a word that statements do not have. */
static void read_word(struct requests *requests, char *at, char *end)
{
	u32 number = requests->count;

	if (!strncmp(at, "op=", 3)) {
		memset(at, ' ', 3);
	} else if (requests->lines && !requests->by[number] &&
		   !strncmp(at, "line=", 5)) {
		requests->by[number] = at - requests->text;
		memset(at, ' ', end - at);
	}
	/* Whether a request is logged is for the policy to say */
	if ((is_word(at, end, "audit") || is_word(at, end, "quiet")) &&
	    !requests->flag)
		requests->flag = at - requests->text;
	requests->unknown[number] |= blank_key(at, end, may_be_unknown,
					      ARRAY_SIZE(may_be_unknown), "");
	requests->other[number] |= blank_key(at, end, may_be_other,
					    ARRAY_SIZE(may_be_other), "other");
}

/* Move an operation to the front, where statements have it. */
static void put_first(char *start, char *at, char *end)
{
	char *copy = xstrndup(at, end - at);

	/* At least one blank precedes the operation */
	memmove(start + (end - at) + 1, start, at - start - 1);
	memcpy(start, copy, end - at);
	start[end - at] = ' ';
	free(copy);
}

static bool is_operation(const char *at, const char *end)
{
	size_t length = strcspn(at, ", \t\n");
	u32 op;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (length == strlen(luo_op_names[op]) &&
		    !memcmp(at, luo_op_names[op], length) && at + length <= end)
			return true;
	}
	return false;
}

void requests_line(struct requests *requests, u32 line, size_t from,
		   const char *verb)
{
	char *start, *at, *end;
	const char *text;
	size_t length;

	text = source_line(&requests->source, line, &length);
	start = requests->text + (text - requests->source.text);
	memcpy(start + from, text + from, length - from);
	memcpy(start + from - strlen(verb), verb, strlen(verb));
	for (at = start + from; *at && *at != '\n' && *at != '#'; at = end) {
		end = word_end(at);
		if (end == at) {
			end++;
			continue;
		}
		read_word(requests, at, end);
		at += strspn(at, " ");
		if (at < end && at > start + from && is_operation(at, end) &&
		    !is_operation(start + from + strspn(start + from, " "),
				  end)) {
			put_first(start + from, at, end);
			requests->moved[line] = (struct moved){
				from, at - start, end - at + 1,
			};
		}
	}
	requests->count++;
}

/* The original column of column @column, from 1, of the parsed text. */
static u32 column_before(const struct moved *moved, u32 column)
{
	u32 at = column - 1;

	if (!column || at < moved->to || at >= moved->from + moved->length)
		return column;
	return at < moved->to + moved->length ?
	       column + moved->from - moved->to : column - moved->length;
}

static int refuse_flag(const struct requests *requests)
{
	const struct source *source = &requests->source;
	const char *word = source->text + requests->flag;
	u32 line, column;

	source_word(source, requests->flag, &line, &column);
	complain_at(source, line, column, 5,
		    "error: '%.5s' is for statements: a request has none", word);
	help("whether a request is logged is part of the answer");
	return EXIT_TROUBLE;
}

int requests_parse(struct requests *requests)
{
	struct source *source = &requests->source;
	struct luo_policy_error error;
	char *text;
	int err;

	if (requests->flag)
		return refuse_flag(requests);
	/* Both are required; at the end they shift no line */
	text = xasprintf("%s\npolicy name=requests version=1\nend\n",
			 requests->text);
	err = luo_program_parse(&source->program, text, strlen(text), &error);
	free(text);
	if (err) {
		if (error.line <= source->line_count)
			error.column = column_before(requests->moved + error.line,
						     error.column);
		complain_policy(source, &error);
		return EXIT_TROUBLE;
	}
	return 0;
}

void requests_destroy(struct requests *requests)
{
	source_destroy(&requests->source);
	free(requests->text);
	free(requests->moved);
	free(requests->unknown);
	free(requests->other);
	free(requests->by);
}

static void set_unknown(const struct requests *requests, struct request_space *space,
			u32 number, struct request_box *said)
{
	u32 key, class;

	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(requests->unknown[number] & BIT(key)))
			continue;
		class = request_space_unknown(space, key);
		said->keys[key] = class_set_of(&space->arena, class, class);
		said->given |= BIT(key);
	}
}

static void set_other(const struct requests *requests, struct request_space *space,
		      u32 number, struct request_box *said)
{
	u32 left, key;

	for (left = requests->other[number]; left; left &= left - 1) {
		key = __builtin_ctz(left);
		said->keys[key] = class_set_of(&space->arena, 0, 0);
		said->given |= BIT(key);
	}
}

u32 request_boxes(const struct requests *requests, struct request_space *space,
		  u32 program, u32 number, u32 op, struct request_box *boxes)
{
	u32 index = space->first[program] + number, i, class;
	const struct luo_statement *statement = space->all.statements + index;
	const struct luo_interval *size;
	struct request_box said;

	for (i = 0; i < space->box_count[index]; i++) {
		said = space->boxes[index][i];
		if (statement->keys & BIT(LUO_KEY_SIZE)) {
			size = &space->values[statement->lists[LUO_KEY_SIZE].first];
			class = size->low + size->span;
			said.keys[LUO_KEY_SIZE] =
				class_set_of(&space->arena, class, class);
		}
		set_unknown(requests, space, number, &said);
		set_other(requests, space, number, &said);
		request_box_at(&space->arena, space, op, &said, &boxes[i]);
	}
	return i;
}
