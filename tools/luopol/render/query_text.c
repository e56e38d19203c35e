// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to a query as text.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/diagnostic.h"
#include "base/policy_text.h"
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
	FILE *out = open_memstream(&text, &size);

	write_smallest(out, query, op);
	fclose(out);
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
static void print_smallest_statement(const struct query *query, u32 op)
{
	char *statement = smallest_statement(query, op);
	char *request = query_text_of(query);
	struct suggestion suggestion;

	suggest_decide(&suggestion, &query->source, statement, request, op);
	printf("  the smallest statement %s: %s\n",
	       suggestion.kind == ANSWER_ALLOWED ? "that allows it" :
						   "for it, which is not enough",
	       statement);
	if (suggestion.count) {
		fputs("  as no allow beats a deny: ", stdout);
		write_obstacles(stdout, &suggestion);
		fputc('\n', stdout);
	}
	free(suggestion.lines);
	free(request);
	free(statement);
}

static void print_missing(struct query *query, const struct answer *answer,
			  u32 op)
{
	struct near_miss near[NEAREST] = {};
	u32 i, count;

	count = query_nearest(query, answer, op, near);
	for (i = 0; i < count; i++) {
		printf("  line %u would allow it with",
		       view_line(&query->view, near[i].statement));
		write_wanted(stdout, query, &near[i]);
		fputc('\n', stdout);
	}
	print_smallest_statement(query, op);
}

/* ---- Why ---- */

static void print_statement(const struct query *query, u32 line)
{
	if (!line)
		return;
	fputs("    ", stdout);
	print_line(stdout, &query->source, line);
	fputc('\n', stdout);
}

/* Print the lines of @rules after @line, or @none. */
static void print_lines(const struct query *query, const struct answer *answer, u32 op,
			struct interval_index *rules, u32 line,
			const char *none)
{
	u32 i, count, *lines;

	lines = query_lines(query, answer, op, rules, line, &count);
	for (i = 0; i < count; i++)
		printf("%s%u", i ? ", " : "", lines[i]);
	printf("%s\n", count ? "" : none);
	free(lines);
}

static void print_allowed(const struct query *query,
			  const struct answer *answer, u32 op)
{
	const struct luo_verdict *verdict = &answer->allowed.verdict;

	print_statement(query, verdict->line);
	fputs("  so do lines: ", stdout);
	print_lines(query, answer, op, query->view.allows[op], verdict->line,
		    "no others; it is denied without this one");
	if (verdict->audit)
		puts("  it is logged");
}

static void print_denied(struct query *query, const struct answer *answer,
			 u32 op)
{
	const struct luo_verdict *verdict = &answer->denied.verdict;

	if (!verdict->line) {
		print_missing(query, answer, op);
		return;
	}
	print_statement(query, verdict->line);
	fputs("  so do lines: ", stdout);
	print_lines(query, answer, op, query->view.denies[op], verdict->line,
		    "no others");
	fputs("  without them allowed by lines: ", stdout);
	print_lines(query, answer, op, query->view.allows[op], 0, "none");
	if (query_is_quiet(query, answer, op))
		puts("  it is not logged");
}

static void print_depends(const struct query *query,
			  const struct answer *answer, u32 op)
{
	const char *comma = " ";
	u32 key;

	fputs("depends on", stdout);
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(answer->keys & BIT(key)))
			continue;
		printf("%s%s", comma, luo_key_names[key]);
		comma = ", ";
	}
	printf("\n  allowed by line %u, for one, with",
	       answer->allowed.verdict.line);
	write_request_keys(stdout, &answer->allowed.request, answer->keys);
	fputs("\n  ", stdout);
	write_verdict(stdout, &answer->denied.verdict);
	fputs(", for one, with", stdout);
	write_request_keys(stdout, &answer->denied.request, answer->keys);
	fputc('\n', stdout);
}

static void print_limits(const struct query *query,
			 const struct luo_request *request)
{
	struct luo_limit limits[LUO_LIMIT_COUNT];
	enum luo_limit_kind kind;

	query_limits(query, request, limits);
	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		if (!limits[kind].line)
			continue;
		fputs("  within ", stdout);
		write_amount(stdout, kind, limits[kind].most);
		printf(" by line %u\n", limits[kind].line);
	}
}

void query_text(struct query *query, const struct answer *answer, u32 op)
{
	printf("%s: ", luo_op_names[op]);
	switch (answer->kind) {
	case ANSWER_ALLOWED:
		write_verdict(stdout, &answer->allowed.verdict);
		fputc('\n', stdout);
		print_allowed(query, answer, op);
		print_limits(query, &answer->allowed.request);
		break;
	case ANSWER_DENIED:
		write_verdict(stdout, &answer->denied.verdict);
		fputc('\n', stdout);
		print_denied(query, answer, op);
		break;
	case ANSWER_DEPENDS:
		print_depends(query, answer, op);
		break;
	case ANSWER_NEVER:
		puts("there can be no such request");
		break;
	case ANSWER_GAVE_UP:
		printf("unknown: the search gave up after %d steps\n", SEARCH_STEPS);
		break;
	}
}
