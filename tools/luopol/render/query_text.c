// SPDX-License-Identifier: GPL-2.0
/*
 * luopol query: what is decided of a request, by which line, and what would have
 * to be different for the opposite.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "answer.h"
#include "json.h"
#include "options.h"

#define NEAREST		3	/* statements that are told about */

static int json;

struct query {
	struct source source;
	struct requests requests;
	struct request_space space;
	struct view view;
};

/* ---- What is missing ---- */

/* A statement that does not match, and the keys that are in the way. */
struct near {
	u32 statement;
	u32 keys;
};

static u32 keys_in_the_way(const struct request_box *in, const struct request_box *allow)
{
	u32 left, key, keys = 0;

	for (left = allow->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!class_set_overlaps(in->keys[key], allow->keys[key]))
			keys |= BIT(key);
	}
	return keys;
}

/* Into @near, which is sorted by the number of keys; the first in the text. */
static void keep_nearest(struct near *near, u32 *count, u32 statement, u32 keys)
{
	u32 at, distance = __builtin_popcount(keys);

	for (at = 0; at < *count && near[at].statement != statement; at++)
		;
	if (at < *count && __builtin_popcount(near[at].keys) <= distance)
		return;
	if (at == *count && *count < NEAREST)
		(*count)++;
	else if (at == *count)
		at--;
	if (at == NEAREST - 1 && *count == NEAREST &&
	    near[at].statement != statement && near[at].keys &&
	    __builtin_popcount(near[at].keys) <= distance)
		return;
	for (; at && __builtin_popcount(near[at - 1].keys) > distance; at--)
		near[at] = near[at - 1];
	near[at] = (struct near){ statement, keys };
}

static bool can_match(struct query *query, u32 op, const struct request_box *allow)
{
	struct request_box box;

	request_box_at(&query->space.arena, &query->space, op, allow, &box);
	return request_space_feasible(&query->space, op, &box);
}

static u32 find_nearest(struct query *query, const struct answer *answer,
			u32 op, struct near *near)
{
	const struct request_box *const *allows;
	u32 i, j, keys, all, count = 0;

	allows = interval_index_all(query->view.allows[op], &all);
	for (i = 0; i < all; i++) {
		if (!can_match(query, op, allows[i]))
			continue;
		for (j = 0; j < answer->count; j++) {
			keys = keys_in_the_way(&answer->boxes[j], allows[i]);
			if (keys)
				keep_nearest(near, &count,
					     allows[i]->statement, keys);
		}
	}
	return count;
}

/* The conditions of a statement that are in the way, a blank before each. */
static void write_wanted(FILE *out, const struct query *query,
			 const struct near *near)
{
	const struct luo_statement *statement =
		query->space.all.statements + near->statement;
	u32 key, keys = near->keys;

	/* A uid may be in the way because the statement asks for an owner. */
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

/* The statement that allows just what was asked for. */
static void write_smallest(FILE *out, const struct query *query, u32 op)
{
	struct luo_statement statement =
		query->requests.source.program.statements[0];

	statement.ops = BIT(op);
	if (query->requests.other[0] & BIT(LUO_KEY_USERNS)) {
		statement.keys |= BIT(LUO_KEY_USERNS);
		statement.init_only = false;
	}
	write_statement(out, &query->requests.source.program, &statement);
}

static void print_missing(struct query *query,
			  const struct answer *answer, u32 op)
{
	struct near near[NEAREST] = {};
	u32 i, count;

	count = find_nearest(query, answer, op, near);
	for (i = 0; i < count; i++) {
		printf("  line %u would allow it with",
		       view_line(&query->view, near[i].statement));
		write_wanted(stdout, query, &near[i]);
		fputc('\n', stdout);
	}
	fputs("  the smallest statement that allows it: ", stdout);
	write_smallest(stdout, query, op);
	fputc('\n', stdout);
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

/* Lines of the statements that meet what was asked, but for @line. */
static u32 print_lines(const struct query *query, const struct answer *answer,
		       struct interval_index *rules, u32 line)
{
	struct arena arena = {};
	const struct request_box **boxes;
	u32 i, j, count, last = line, shown = 0, next;

	/* In the order of the text, each once: there are few. */
	for (next = 0; next != U32_MAX; last = next) {
		next = U32_MAX;
		for (i = 0; i < answer->count; i++) {
			boxes = interval_index_find(rules, &arena, &answer->boxes[i],
					     &count);
			for (j = 0; j < count; j++) {
				u32 at = view_line(&query->view,
						   boxes[j]->statement);

				if (at > last && at < next)
					next = at;
			}
		}
		if (next != U32_MAX)
			printf("%s%u", shown++ ? ", " : "", next);
	}
	arena_destroy(&arena);
	return shown;
}

static void print_allowed(const struct query *query,
			  const struct answer *answer, u32 op)
{
	const struct luo_verdict *verdict = &answer->allowed.verdict;

	print_statement(query, verdict->line);
	fputs("  so do lines: ", stdout);
	if (!print_lines(query, answer, query->view.allows[op], verdict->line))
		fputs("no others; it is denied without this one", stdout);
	fputc('\n', stdout);
	if (verdict->audit)
		puts("  it is logged");
}

static void print_denied(struct query *query,
			 const struct answer *answer, u32 op)
{
	const struct luo_verdict *verdict = &answer->denied.verdict;

	if (!verdict->line) {
		print_missing(query, answer, op);
		return;
	}
	print_statement(query, verdict->line);
	fputs("  so do lines: ", stdout);
	if (!print_lines(query, answer, query->view.denies[op], verdict->line))
		fputs("no others", stdout);
	fputs("\n  without them allowed by lines: ", stdout);
	if (!print_lines(query, answer, query->view.allows[op], 0))
		fputs("none", stdout);
	fputc('\n', stdout);
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

/* ---- Limits ---- */

static void print_limit(enum luo_limit_kind kind, const struct luo_limit *limit)
{
	if (!limit->line)
		return;
	printf("  within %s=", luo_limit_names[kind]);
	if (kind == LUO_LIMIT_BYTES)
		write_size(stdout, limit->most);
	else
		write_number(stdout, limit->most);
	printf(" by line %u\n", limit->line);
}

/* The limits of the session of @request, which is allowed. */
static void print_limits(const struct query *query,
			 const struct luo_request *request)
{
	bool known = request->op == LUO_OP_CREATE || request->owner_known;
	struct luo_limit sessions;
	struct luo_limits limits;
	u32 uid = request->op == LUO_OP_CREATE ? request->uid : request->owner;

	if (request->op == LUO_OP_CREATE) {
		view_session_limit(&query->view, request->session, uid, known,
				   &sessions);
		print_limit(LUO_LIMIT_SESSIONS, &sessions);
	} else if (request->op == LUO_OP_PRESERVE) {
		luo_policy_limits(query->view.policy, request->session, uid,
				  known, &limits);
		print_limit(LUO_LIMIT_FILES, &limits.files);
		print_limit(LUO_LIMIT_BYTES, &limits.bytes);
	}
}

/* ---- Answers ---- */

static int print_answer(struct query *query, const struct answer *answer,
			u32 op)
{
	printf("%s: ", luo_op_names[op]);
	switch (answer->kind) {
	case ANSWER_ALLOWED:
		write_verdict(stdout, &answer->allowed.verdict);
		fputc('\n', stdout);
		print_allowed(query, answer, op);
		print_limits(query, &answer->allowed.request);
		return EXIT_GOOD;
	case ANSWER_DENIED:
		write_verdict(stdout, &answer->denied.verdict);
		fputc('\n', stdout);
		print_denied(query, answer, op);
		return EXIT_BAD;
	case ANSWER_DEPENDS:
		print_depends(query, answer, op);
		return EXIT_DEPENDS;
	case ANSWER_NEVER:
		puts("there can be no such request");
		return EXIT_BAD;
	default:
		printf("not found out within %d steps\n", SEARCH_STEPS);
		return EXIT_TROUBLE;
	}
}

static json_object *json_witness(const struct witness *witness, u32 keys)
{
	json_object *object = json_object_new_object();
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	write_request(out, &witness->request, keys);
	fclose(out);
	json_add(object, "request", text);
	json_add(object, "reason", luo_reason_names[witness->verdict.reason]);
	if (witness->verdict.line)
		json_add_number(object, "line", witness->verdict.line);
	free(text);
	return object;
}

/* What print_missing() tells. */
static void json_missing(json_object *object, struct query *query,
			 const struct answer *answer, u32 op)
{
	json_object *array = json_object_new_array(), *statement;
	struct near near[NEAREST] = {};
	u32 i, count;
	size_t size;
	char *text;
	FILE *out;

	count = find_nearest(query, answer, op, near);
	for (i = 0; i < count; i++) {
		statement = json_object_new_object();
		json_add_number(statement, "line",
				view_line(&query->view, near[i].statement));
		out = open_memstream(&text, &size);
		write_wanted(out, query, &near[i]);
		fclose(out);
		json_add(statement, "with", text + 1);
		free(text);
		json_object_array_add(array, statement);
	}
	json_object_object_add(object, "nearest", array);
	out = open_memstream(&text, &size);
	write_smallest(out, query, op);
	fclose(out);
	json_add(object, "smallest", text);
	free(text);
}

static json_object *json_answer(struct query *query,
				const struct answer *answer, u32 op)
{
	static const char *const kinds[] = {
		[ANSWER_NEVER]	 = "never",
		[ANSWER_ALLOWED] = "allowed",
		[ANSWER_DENIED]	 = "denied",
		[ANSWER_DEPENDS] = "depends",
		[ANSWER_GAVE_UP] = "unknown",
	};
	json_object *object = json_object_new_object(), *keys, *name;
	u32 key;

	json_add(object, "operation", luo_op_names[op]);
	json_add(object, "answer", kinds[answer->kind]);
	if (answer->allowed.verdict.allow)
		json_object_object_add(object, "allowed",
				       json_witness(&answer->allowed,
						    query->space.keys[op]));
	if (answer->denied.request.session)
		json_object_object_add(object, "denied",
				       json_witness(&answer->denied,
						    query->space.keys[op]));
	if (answer->kind == ANSWER_DENIED && !answer->denied.verdict.line)
		json_missing(object, query, answer, op);
	if (answer->kind != ANSWER_DEPENDS)
		return object;
	keys = json_object_new_array();
	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!(answer->keys & BIT(key)))
			continue;
		name = json_object_new_string(luo_key_names[key]);
		json_object_array_add(keys, name);
	}
	json_object_object_add(object, "depends", keys);
	return object;
}

static int json_status(enum answer_kind kind)
{
	switch (kind) {
	case ANSWER_ALLOWED:
		return EXIT_GOOD;
	case ANSWER_DEPENDS:
		return EXIT_DEPENDS;
	case ANSWER_GAVE_UP:
		return EXIT_TROUBLE;
	default:
		return EXIT_BAD;
	}
}

static int answer_all(struct query *query)
{
	json_object *array = json ? json_object_new_array() : NULL;
	u32 ops = query->requests.source.program.statements[0].ops, op;
	struct answer answer;
	int status, worst = EXIT_GOOD;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (!(ops & BIT(op)))
			continue;
		answer_find(&answer, &query->view, &query->space,
			    &query->requests, 0, op);
		if (json) {
			json_object_array_add(array,
					      json_answer(query, &answer, op));
			status = json_status(answer.kind);
		} else {
			status = print_answer(query, &answer, op);
		}
		worst = status > worst ? status : worst;
	}
	if (json)
		json_print(array, false);
	return worst;
}

static void read_request(struct query *query, char **words, int count)
{
	struct source source;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	int i;

	fputs("query", out);
	for (i = 0; i < count; i++)
		fprintf(out, " %s", words[i]);
	fputc('\n', out);
	fclose(out);
	source_set(&source, "request", text, size);
	requests_begin(&query->requests, &source);
	requests_line(&query->requests, 1, strlen("query "), "allow ");
}

static int answer_query(struct query *query)
{
	const struct luo_program *programs[] = {
		&query->source.program, &query->requests.source.program,
	};
	int status;

	if (requests_parse(&query->requests))
		return EXIT_TROUBLE;
	if (query->requests.source.program.statements[0].audit)
		give_up("'audit' is for statements: a request has none");
	request_space_build(&query->space, programs, 2);
	view_build(&query->view, &query->space, 0, &query->source);
	status = answer_all(query);
	view_destroy(&query->view);
	request_space_destroy(&query->space);
	return status;
}

static const char text[] =
"usage: luopol query [--json] FILE OPERATION[,OPERATION]... [KEY=VALUE]...\n"
"Tell what a policy decides, by which line, and what is missing for the\n"
"opposite. Keys that are left out are open: the answer may be that it depends\n"
"on them. 'KEY=' alone means that the kernel does not know the value;\n"
"userns is init unless it is said to be other or any; pid=other is anybody but\n"
"process 1; size is exact.\n"
"\n"
"  --json   for programs\n"
"\n"
"Exit status: 0 allowed, 1 denied, 2 trouble, 3 it depends.\n";

int cmd_query(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, NULL, 2, -1 };
	int count = parse_options(&usage, argc, argv), i, status;
	struct query query = {};

	if (count < 0)
		return usage_status(count);
	for (i = 1; i < count; i++) {
		if (strchr(argv[i], '\n'))
			give_up("line feed in '%s'", argv[i]);
	}
	if (source_load(&query.source, argv[0]))
		return EXIT_TROUBLE;
	read_request(&query, argv + 1, count - 1);
	status = answer_query(&query);
	requests_destroy(&query.requests);
	source_destroy(&query.source);
	return status;
}
