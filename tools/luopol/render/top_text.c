// SPDX-License-Identifier: GPL-2.0
/*
 * What happens now, as a screen, and as JSON.
 */

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/origin.h"
#include "base/policy_text.h"
#include "render/explain_text.h"
#include "render/json.h"
#include "render/top_text.h"

#define HEAD	3	/* lines above the statements */

/* ---- Denials, as they come ---- */

static void put_word(FILE *out, const char *before, const char *name, bool cut)
{
	if (!name)
		return;
	fputs(before, out);
	write_name(out, name, strlen(name), cut);
}

/* Short, for a screen; luopol explain has sentences. */
static char *denial_line(const struct record *r)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	print_time(out, r, "%T ");
	fputs(record_op_name(r), out);
	put_word(out, " ", r->session, false);
	put_word(out, " ", r->type, false);
	fprintf(out, " uid=%u", r->uid);
	put_word(out, " ", r->exe, r->exe_cut);
	fprintf(out, ": %s", luo_reason_names[r->reason]);
	if (r->line)
		fprintf(out, ", line %u", r->line);
	if (!r->enforcing)
		fputs(" (not enforced)", out);
	put_word(out, " on ", r->node, false);
	fclose(out);
	return text;
}

void top_add(void *context, const struct record *r)
{
	struct top *top = context;

	if (r->op == OP_MISSED || r->allowed)
		return;
	if (top->count == TOP_DENIALS)
		free(top->denials[--top->count]);
	memmove(top->denials + 1, top->denials, top->count * sizeof(*top->denials));
	top->denials[0] = denial_line(r);
	top->count++;
}

void top_forget(struct top *top)
{
	while (top->count)
		free(top->denials[--top->count]);
	rates_destroy(&top->rates);
}

/* ---- The screen ---- */

/* Write a line, as much of it as there are columns for. */
static void put_line(FILE *out, const char *text, u32 columns)
{
	mbstate_t state = {};
	size_t length;
	u32 used = 0;
	wchar_t wide;
	int width;

	for (; *text; text += length) {
		length = mbrtowc(&wide, text, strlen(text), &state);
		width = length > 4 ? -1 : wcwidth(wide);
		if (length > 4) {
			memset(&state, 0, sizeof(state));
			length = 1;
		}
		if (used + (width < 0 ? 1 : width) > columns)
			break;
		used += width < 0 ? 1 : width;
		if (width < 0)
			fputc('?', out);
		else
			fwrite(text, 1, length, out);
	}
	fputc('\n', out);
}

static const char *value_or(const struct status *status, const char *key, const char *otherwise)
{
	return status_value(status, key) ?: otherwise;
}

static char *first_line(const struct top *top)
{
	const struct status *status = top->status;
	const char *policy = status ? status_value(status, "policy") : NULL;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!status) {
		fputs("luo_lsm cannot be asked", out);
	} else {
		if (policy) {
			fputs("policy ", out);
			write_name(out, policy, strlen(policy), false);
			fprintf(out, " version %s", value_or(status, "version", "?"));
		} else {
			fputs("no policy in force", out);
		}
		fprintf(out, ", %s, lock %s",
			strcmp(value_or(status, "enforcing", ""), "1") ?
			"NOT ENFORCING" : "enforcing", value_or(status, "lock", "?"));
	}
	fclose(out);
	return text;
}

static char *second_line(const struct top *top)
{
	const struct status *status = top->status;
	unsigned long long bytes;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (status) {
		bytes = strtoull(value_or(status, "bytes", "0"), NULL, 10);
		fprintf(out, "sessions %s, files %s, ", value_or(status, "sessions", "?"),
			value_or(status, "files", "?"));
		write_size(out, bytes);
		fprintf(out, "; denials %s, records missed %s",
			value_or(status, "denials", "?"),
			value_or(status, "records_missed", "?"));
	}
	fclose(out);
	return text;
}

static void put_made(FILE *out, char *text, u32 columns)
{
	put_line(out, text, columns);
	free(text);
}

static char *rate_line(const struct top *top, const struct rate *rate)
{
	const struct luo_statement *statement = rate->hit->statement;
	char *text = statement_text(&top->hits->policy.program, statement), *line, number[32];
	size_t size;
	FILE *out = open_memstream(&line, &size);

	snprintf(number, sizeof(number), "%.1f", rate->per_second);
	fprintf(out, "%8s %10llu %5u  %s", top->rates.known ? number : "-", rate->hit->count,
		statement->line, text);
	fclose(out);
	free(text);
	return line;
}

static void put_rates(FILE *out, const struct top *top, u32 rows, u32 columns)
{
	u32 i;

	if (!rows--)
		return;
	put_line(out, "   RATE/S       HITS  LINE  STATEMENT", columns);
	for (i = 0; i < rows; i++) {
		if (top->hits && i < top->rates.count)
			put_made(out, rate_line(top, &top->rates.list[i]), columns);
		else
			fputc('\n', out);
	}
}

static void put_denials(FILE *out, const struct top *top, u32 rows, u32 columns)
{
	u32 i;

	if (!rows--)
		return;
	put_line(out, "LAST DENIALS, UTC", columns);
	for (i = 0; i < rows && i < top->count; i++)
		put_line(out, top->denials[i], columns);
}

void top_text(FILE *out, const struct top *top, u32 rows, u32 columns)
{
	u32 rest = rows > HEAD ? rows - HEAD : 0, below = rest / 3;

	/* Where there are few statements, denials have more */
	if (top->rates.count + 1 < rest - below)
		below = rest - top->rates.count - 1;
	put_made(out, first_line(top), columns);
	if (rows > 1)
		put_made(out, second_line(top), columns);
	if (rows > 2)
		put_line(out, top->message ?: "", columns);
	put_rates(out, top, rest - below, columns);
	put_denials(out, top, below, columns);
}

/* ---- JSON ---- */

static struct json_object *rate_json(const struct top *top, const struct rate *rate)
{
	struct json_object *object = json_object_new_object();
	const struct luo_statement *statement = rate->hit->statement;
	char *text = statement_text(&top->hits->policy.program, statement);
	char *origin = line_origin(&top->hits->policy, statement->line);

	json_add_number(object, "line", statement->line);
	json_add(object, "statement", text);
	if (origin)
		json_add(object, "origin", origin);
	json_object_object_add(object, "hits", json_object_new_uint64(rate->hit->count));
	if (top->rates.known)
		json_object_object_add(object, "per_second",
				       json_object_new_double(rate->per_second));
	free(origin);
	free(text);
	return object;
}

struct json_object *top_json(const struct top *top)
{
	struct json_object *object = json_begin("top"), *array = json_object_new_array();
	u32 i;

	json_add_flag(object, "up", top->status);
	for (i = 0; top->hits && i < top->rates.count; i++)
		json_object_array_add(array, rate_json(top, &top->rates.list[i]));
	json_object_object_add(object, "statements", array);
	array = json_object_new_array();
	for (i = 0; i < top->count; i++)
		json_object_array_add(array, json_object_new_string(top->denials[i]));
	json_object_object_add(object, "denials", array);
	return object;
}
