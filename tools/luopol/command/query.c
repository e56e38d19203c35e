// SPDX-License-Identifier: GPL-2.0
/*
 * luopol query: the decision on a request, the line that decides, and what would change
 * the decision.
 */

#include <stdio.h>
#include <string.h>

#include "analysis/query.h"
#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "render/json.h"
#include "render/query_json.h"
#include "render/query_text.h"

static int json;

static int exit_status(enum answer_kind kind)
{
	switch (kind) {
	case ANSWER_ALLOWED:
		return EXIT_GOOD;
	case ANSWER_DEPENDS:
		return EXIT_DEPENDS;
	case ANSWER_NEVER:
		return EXIT_NEVER;
	case ANSWER_GAVE_UP:
		return EXIT_TROUBLE;
	default:
		return EXIT_BAD;
	}
}

static int answer_all(struct query *query)
{
	struct json_object *array = json ? json_object_new_array() : NULL;
	u32 ops = query->requests.source.program.statements[0].ops, op;
	int status, worst = EXIT_GOOD;
	struct answer answer;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (!(ops & BIT(op)))
			continue;
		answer_find(&answer, &query->view, &query->space,
			    &query->requests, 0, op);
		if (json)
			json_object_array_add(array,
					      query_json(query, &answer, op));
		else
			query_text(stdout, query, &answer, op);
		status = exit_status(answer.kind);
		worst = status > worst ? status : worst;
	}
	if (json)
		json_print_list("query", "answers", array);
	return worst;
}

static const char text[] =
"usage: luopol query [--json] FILE OPERATION[,OPERATION]... [KEY=VALUE]...\n"
"Show what a policy decides, by which line, and what would change the decision.\n"
"Keys that are left out are open: the answer may be that it depends on them.\n"
"'KEY=' without a value means an unknown value; the default is userns=init, and\n"
"other and any are possible; pid=other is any process but process 1; size is\n"
"exact.\n"
"\n"
"  --json   print JSON\n"
"\n"
"Exit status: 0 allowed, 1 denied, 2 trouble, 3 it depends, 4 there can be no such\n"
"request; of several operations, the highest.\n";

int cmd_query(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.min_args = 2,
		.max_args = -1,
	};
	int count = parse_options(&usage, argc, argv), i, status;
	struct query query = {};

	if (count < 0)
		return usage_status(count);
	for (i = 1; i < count; i++) {
		if (strchr(argv[i], '\n'))
			die("line feed in '%s'", argv[i]);
	}
	if (source_load(&query.source, argv[0]))
		return EXIT_TROUBLE;
	status = query_build(&query, argv + 1, count - 1) ?: answer_all(&query);
	query_destroy(&query);
	return status;
}
