// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to a query as text.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/excerpt.h"
#include "base/policy_text.h"
#include "common/text.h"
#include "render/query_text.h"
#include "render/request_text.h"

/* ---- What is missing ---- */

void write_wanted(FILE *out, const struct query *query, const struct near_miss *near)
{
	const struct luo_statement *statement =
		query->space.all.statements + near->statement;
	u32 key, keys = near->keys;

	/* A uid may mismatch because of the statement's owner= */
	if (keys & BIT(LUO_KEY_UID) && !(statement->keys & BIT(LUO_KEY_UID)))
		keys |= BIT(LUO_KEY_OWNER);
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(keys & BIT(key)))
			continue;
		if (key == LUO_KEY_USERNS) {
			fputs(" userns=init", out);
		} else if (statement->keys & BIT(key)) {
			fputc(' ', out);
			write_key(out, &query->space.all, statement, key);
		}
	}
}

void write_smallest(FILE *out, const struct query *query, u32 op)
{
	struct luo_statement statement = query_smallest(query, op);

	write_statement(out, &query->requests.source.program, &statement);
}

char *smallest_statement(const struct query *query, u32 op)
{
	size_t size;
	char *text;
	FILE *out = text_open(&text, &size);

	write_smallest(out, query, op);
	text_close(out);
	return text;
}

void write_obstacles(FILE *out, const struct suggestion *suggestion)
{
	const char *comma = suggestion->count > 1 ? "lines " : "line ";
	u32 i, key;

	for (i = 0; i < suggestion->count; i++, comma = ", ")
		fprintf(out, "%s%u", comma, suggestion->lines[i]);
	fputs(suggestion->count > 1 ? " deny" : " denies", out);
	if (suggestion->kind != ANSWER_DEPENDS) {
		fputs(" it", out);
		return;
	}
	fputs(" some of it: give", out);
	for (key = 0, comma = " "; key < LUO_KEY_COUNT; key++) {
		if (!(suggestion->keys & BIT(key)))
			continue;
		fprintf(out, "%s%s", comma, luo_key_names[key]);
		comma = ", ";
	}
	fputs(" to tell which", out);
}

/* The statement is decided again, in its place, before it is called enough. */
static void print_smallest_statement(FILE *out, const struct query *query, u32 op)
{
	char *statement = smallest_statement(query, op);
	char *request = query_text_of(query);
	struct suggestion suggestion;

	suggest_decide(&suggestion, &query->source, statement, request, op);
	fprintf(out, "  the smallest statement %s: %s\n",
		suggestion.kind == ANSWER_ALLOWED ? "that allows it" :
						    "for it, which is not enough",
		statement);
	if (suggestion.count) {
		fputs("  as no allow beats a deny: ", out);
		write_obstacles(out, &suggestion);
		fputc('\n', out);
	}
	free(suggestion.lines);
	free(request);
	free(statement);
}

static void print_missing(FILE *out, struct query *query, const struct answer *answer,
			  u32 op)
{
	struct near_miss near[NEAREST] = {};
	u32 i, count;

	count = query_nearest(query, answer, op, near);
	for (i = 0; i < count; i++) {
		fprintf(out, "  line %u would allow it with",
			view_line(&query->view, near[i].statement));
		write_wanted(out, query, &near[i]);
		fputc('\n', out);
	}
	print_smallest_statement(out, query, op);
}

/* ---- Why ---- */

static void print_statement(FILE *out, const struct query *query, u32 line)
{
	if (!line)
		return;
	fputs("    ", out);
	print_line(out, &query->source, line);
	fputc('\n', out);
}

/* Print the lines of @rules after @line, or @none. */
static void print_lines(FILE *out, const struct query *query, const struct answer *answer,
			u32 op, struct interval_index *rules, u32 line, const char *none)
{
	u32 i, count, *lines;

	lines = query_lines(query, answer, op, rules, line, &count);
	for (i = 0; i < count; i++)
		fprintf(out, "%s%u", i ? ", " : "", lines[i]);
	fprintf(out, "%s\n", count ? "" : none);
	free(lines);
}

static void print_allowed(FILE *out, const struct query *query,
			  const struct answer *answer, u32 op)
{
	const struct luo_verdict *verdict = &answer->allowed.verdict;

	print_statement(out, query, verdict->line);
	fputs("  so do lines: ", out);
	print_lines(out, query, answer, op, query->view.allows[op], verdict->line,
		    "no others; it is denied without this one");
	if (verdict->audit)
		fputs("  it is logged\n", out);
}

static void print_denied(FILE *out, struct query *query, const struct answer *answer,
			 u32 op)
{
	const struct luo_verdict *verdict = &answer->denied.verdict;

	if (!verdict->line) {
		print_missing(out, query, answer, op);
		return;
	}
	print_statement(out, query, verdict->line);
	fputs("  so do lines: ", out);
	print_lines(out, query, answer, op, query->view.denies[op], verdict->line,
		    "no others");
	fputs("  without them allowed by lines: ", out);
	print_lines(out, query, answer, op, query->view.allows[op], 0, "none");
	if (query_is_quiet(query, answer, op))
		fputs("  it is not logged\n", out);
}

static void print_depends(FILE *out, const struct query *query,
			  const struct answer *answer, u32 op)
{
	const char *comma = " ";
	u32 key;

	fputs("depends on", out);
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(answer->keys & BIT(key)))
			continue;
		fprintf(out, "%s%s", comma, luo_key_names[key]);
		comma = ", ";
	}
	fprintf(out, "\n  allowed by line %u, for one, with",
		answer->allowed.verdict.line);
	write_request_keys(out, &answer->allowed.request, answer->keys);
	fputs("\n  ", out);
	write_verdict(out, &answer->denied.verdict);
	fputs(", for one, with", out);
	write_request_keys(out, &answer->denied.request, answer->keys);
	fputc('\n', out);
}

static void print_limits(FILE *out, const struct query *query,
			 const struct luo_request *request)
{
	struct luo_limit limits[LUO_LIMIT_COUNT];
	enum luo_limit_kind kind;

	query_limits(query, request, limits);
	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		if (!limits[kind].line)
			continue;
		fputs("  within ", out);
		write_amount(out, kind, limits[kind].most);
		fprintf(out, " by line %u\n", limits[kind].line);
	}
}

void query_text(FILE *out, struct query *query, const struct answer *answer, u32 op)
{
	fprintf(out, "%s: ", luo_op_names[op]);
	switch (answer->kind) {
	case ANSWER_ALLOWED:
		write_verdict(out, &answer->allowed.verdict);
		fputc('\n', out);
		print_allowed(out, query, answer, op);
		print_limits(out, query, &answer->allowed.request);
		break;
	case ANSWER_DENIED:
		write_verdict(out, &answer->denied.verdict);
		fputc('\n', out);
		print_denied(out, query, answer, op);
		break;
	case ANSWER_DEPENDS:
		print_depends(out, query, answer, op);
		break;
	case ANSWER_NEVER:
		fputs("there can be no such request\n", out);
		break;
	case ANSWER_GAVE_UP:
		fprintf(out, "unknown: the search gave up after %d steps\n", SEARCH_STEPS);
		break;
	}
}
