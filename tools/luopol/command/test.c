// SPDX-License-Identifier: GPL-2.0
/*
 * luopol test: unit tests of a policy, one in each line.
 *
 *   expect allow|deny OPERATION[,OPERATION] [KEY=VALUE]... [line=N|none]
 *   expect limit [session=NAME] [uid=N] AMOUNT... [line=N]
 *
 * A line stands for all requests that meet its conditions. The policy has to allow, or
 * deny, all of them, so a test is a proof and not only an example.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "analysis/answer.h"
#include "analysis/coverage.h"
#include "base/diagnostic.h"
#include "base/excerpt.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "command/commands.h"
#include "common/memory.h"
#include "render/coverage_text.h"
#include "render/json.h"
#include "render/request_text.h"

static int json, with_coverage;
static struct coverage coverage;
static struct json_object *results;	/* an array, with --json */

#define LINE_ANY	U32_MAX

enum expected {
	EXPECT_ALLOW,
	EXPECT_DENY,
	EXPECT_LIMIT,
};

/* One line of the tests; its request has the same number. */
struct expectation {
	enum expected expected;
	u32 line;		/* in the file of tests */
	u32 by;			/* line that has to decide, 0 for none, or LINE_ANY */
};

struct suite {
	struct requests requests;
	struct expectation *expectations;
	struct request_space space;
	struct view view;
	FILE *why;		/* why the present test fails; comments of TAP */
};

/* ---- Reading ---- */

static bool starts(const char *at, const char *word, size_t *length)
{
	*length = strlen(word);
	return !strncmp(at, word, *length);
}

/* Parse line= of test number @number. */
static int read_by(const struct requests *requests, u32 number,
		   struct expectation *e)
{
	const struct source *source = &requests->source;
	size_t place = requests->by[number], length;
	const char *at;
	u32 line, column;

	e->by = LINE_ANY;
	if (!place)
		return 0;
	place += strlen("line=");
	at = source->text + place;
	length = strcspn(at, " \t\n#");
	e->by = 0;
	if (length == 4 && !memcmp(at, "none", 4))
		return 0;
	if (length == strspn(at, "0123456789") && length < 10)
		e->by = strtoul(at, NULL, 10);
	if (e->by)
		return 0;
	source_word(source, place, &line, &column);
	complain_at(source, line, column, length,
		    "error: bad line: expected a line of the policy, or none");
	return EXIT_TROUBLE;
}

static int read_line(struct suite *suite, u32 line)
{
	static const char *const words[] = {
		[EXPECT_ALLOW]	= "expect allow ",
		[EXPECT_DENY]	= "expect deny ",
		[EXPECT_LIMIT]	= "expect limit ",
	};
	struct requests *requests = &suite->requests;
	struct expectation *e = &suite->expectations[requests->count];
	const char *text;
	size_t length, skip;
	u32 i;

	text = source_line(&requests->source, line, &length);
	skip = strspn(text, " \t");
	if (skip >= length || text[skip] == '#')
		return 0;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!starts(text, words[i], &skip))
			continue;
		*e = (struct expectation){ .expected = i, .line = line };
		requests_line(requests, line, skip,
			      i == EXPECT_LIMIT ? "limit " : "allow ");
		return read_by(requests, requests->count - 1, e);
	}
	complain_at(&requests->source, line, 1, strcspn(text, " \t\n"),
		    "error: not a test: expected 'expect allow', 'expect deny' or 'expect limit' at the start of the line");
	return EXIT_TROUBLE;
}

static int read_tests(struct suite *suite, const char *path)
{
	struct source source;
	u32 line;
	int err;

	err = source_read(&source, path);
	if (err)
		return err;
	if (memchr(source.text, '\0', source.size)) {
		complain("%s: NUL byte: tests are text", path);
		source_destroy(&source);
		return EXIT_TROUBLE;
	}
	suite->expectations = xcalloc(source.line_count + 1,
				      sizeof(*suite->expectations));
	requests_begin(&suite->requests, &source);
	suite->requests.lines = true;
	for (line = 1; !err && line <= suite->requests.source.line_count; line++)
		err = read_line(suite, line);
	if (!err && !suite->requests.count) {
		complain("%s: no tests in it", path);
		err = EXIT_TROUBLE;
	}
	return err ?: requests_parse(&suite->requests);
}

/* ---- Running ---- */

static void explain_witness(const struct suite *suite,
			    const struct witness *witness)
{
	fputs("# ", suite->why);
	write_verdict(suite->why, &witness->verdict);
	fputs(": ", suite->why);
	write_request(suite->why, &witness->request,
		      suite->space.keys[witness->request.op] |
		      BIT(LUO_KEY_SESSION));
	fputc('\n', suite->why);
}

/* Whether the expected line decides every request. */
static bool decided_by(struct suite *suite, const struct expectation *e,
		       const struct answer *answer, u32 op)
{
	bool allow = e->expected == EXPECT_ALLOW;
	struct witness witness;
	struct request_box found;
	u32 i;

	for (i = 0; i < answer->count; i++) {
		if (!request_space_feasible(&suite->space, op, &answer->boxes[i]) ||
		    view_not_by(&suite->view, &suite->space.arena, op,
				&answer->boxes[i], e->by, allow,
				&found) == FOUND_NONE)
			continue;
		view_witness(&suite->view, &suite->space.arena, op, &found,
			     &witness);
		explain_witness(suite, &witness);
		return false;
	}
	return true;
}

static bool run_request(struct suite *suite, u32 number, u32 op)
{
	const struct expectation *e = &suite->expectations[number];
	bool allow = e->expected == EXPECT_ALLOW;
	struct answer answer;

	answer_find(&answer, &suite->view, &suite->space, &suite->requests,
		    number, op);
	if (with_coverage)
		coverage_add(&coverage, &suite->view, &suite->space, &answer, op);
	switch (answer.kind) {
	case ANSWER_NEVER:
		fprintf(suite->why, "# there can be no such %s\n", luo_op_names[op]);
		return false;
	case ANSWER_GAVE_UP:
		fprintf(suite->why, "# unknown: the search gave up after %d steps\n", SEARCH_STEPS);
		return false;
	case ANSWER_ALLOWED:
	case ANSWER_DENIED:
		if (answer.kind == (allow ? ANSWER_ALLOWED : ANSWER_DENIED))
			break;
		fallthrough;
	default:
		explain_witness(suite, allow ? &answer.denied :
					       &answer.allowed);
		return false;
	}
	return e->by == LINE_ANY || decided_by(suite, e, &answer, op);
}

/* The limits of one session, as the kernel finds them. */
static void find_limits(const struct suite *suite, u32 number,
			struct luo_limit *limits)
{
	const struct luo_program *program = &suite->requests.source.program;
	const struct luo_statement *s = program->statements + number;
	const struct luo_value *values = program->values;
	bool known = s->keys & BIT(LUO_KEY_UID);
	const char *session = NULL;
	struct luo_limits found;
	u32 uid = 0;

	if (s->keys & BIT(LUO_KEY_SESSION))
		session = values[s->lists[LUO_KEY_SESSION].first].text;
	if (known)
		uid = values[s->lists[LUO_KEY_UID].first].low;
	luo_policy_limits(suite->view.policy, session, uid, known, &found);
	limits[LUO_LIMIT_FILES] = found.files;
	limits[LUO_LIMIT_BYTES] = found.bytes;
	view_session_limit(&suite->view, session, uid, known,
			   &limits[LUO_LIMIT_SESSIONS]);
}

static bool run_limit(const struct suite *suite, u32 number)
{
	const struct luo_statement *s =
		suite->requests.source.program.statements + number;
	u32 by = suite->expectations[number].by, kind;
	struct luo_limit limits[LUO_LIMIT_COUNT];
	bool good = true;

	find_limits(suite, number, limits);
	for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
		if (with_coverage && s->limits & BIT(kind) && limits[kind].line)
			coverage_add_limit(&coverage, limits[kind].line, kind);
		if (!(s->limits & BIT(kind)) ||
		    (s->most[kind] == limits[kind].most &&
		     (by == LINE_ANY || by == limits[kind].line)))
			continue;
		good = false;
		if (limits[kind].line)
			fprintf(suite->why, "# %s is %llu by line %u\n",
				luo_limit_names[kind], limits[kind].most,
				limits[kind].line);
		else
			fprintf(suite->why, "# %s has no limit\n",
				luo_limit_names[kind]);
	}
	return good;
}

static bool run_test(struct suite *suite, u32 number)
{
	u32 left = suite->requests.source.program.statements[number].ops;
	bool good = true;

	if (suite->expectations[number].expected == EXPECT_LIMIT)
		return run_limit(suite, number);
	for (; left; left &= left - 1)
		good &= run_request(suite, number, __builtin_ctz(left));
	return good;
}

/* The line of a test as its name in TAP, where a '#' begins a directive. */
static void print_name(const struct suite *suite, u32 number)
{
	char *name, *at;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	print_line(out, &suite->requests.source, suite->expectations[number].line);
	fclose(out);
	for (at = name; *at; at++) {
		if (*at == '#' || *at == '\\')
			putchar('\\');
		putchar(*at);
	}
	free(name);
}

static void add_result(const struct suite *suite, u32 number, bool good, char *why)
{
	struct json_object *object = json_object_new_object();
	struct json_object *reasons = json_object_new_array();
	u32 line = suite->expectations[number].line;
	char *name, *reason;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	print_line(out, &suite->requests.source, line);
	fclose(out);
	json_add(object, "file", suite->requests.source.path);
	json_add_number(object, "line", line);
	json_add(object, "test", name);
	json_add_flag(object, "passed", good);
	while ((reason = strsep(&why, "\n"))) {
		if (strlen(reason) > 2)
			json_object_array_add(reasons, json_object_new_string(reason + 2));
	}
	json_object_object_add(object, "why", reasons);
	json_object_array_add(results, object);
	free(name);
}

static void print_result(const struct suite *suite, u32 number, u32 done, bool good,
			 const char *why)
{
	printf("%sok %u - %s:%u: ", good ? "" : "not ", done,
	       suite->requests.source.path, suite->expectations[number].line);
	print_name(suite, number);
	printf("\n%s", why);
}

/* Run test number @number, and print it with why it failed behind it. */
static bool report_test(struct suite *suite, u32 number, u32 done)
{
	size_t size;
	char *why;
	bool good;

	suite->why = open_memstream(&why, &size);
	good = run_test(suite, number);
	fclose(suite->why);
	if (json)
		add_result(suite, number, good, why);
	else
		print_result(suite, number, done, good, why);
	free(why);
	return good;
}

static int run_tests(struct suite *suite, const struct source *policy, u32 *done)
{
	const struct luo_program *programs[] = {
		&policy->program, &suite->requests.source.program,
	};
	int status = EXIT_GOOD;
	u32 i;

	request_space_build(&suite->space, programs, 2);
	view_build(&suite->view, &suite->space, 0, policy);
	for (i = 0; i < suite->requests.count; i++) {
		if (!report_test(suite, i, ++*done))
			status = EXIT_BAD;
	}
	view_destroy(&suite->view);
	request_space_destroy(&suite->space);
	return status;
}

static void print_end(int status, u32 done)
{
	struct json_object *object;

	if (json) {
		object = json_begin("test");
		json_object_object_add(object, "tests", results);
		if (with_coverage)
			json_object_object_add(object, "coverage",
					       coverage_json(&coverage));
		json_print(object, false);
		return;
	}
	if (with_coverage)
		coverage_text(&coverage);
	if (status == EXIT_TROUBLE)
		puts("Bail out! not all tests could be read");
	else
		printf("1..%u\n", done);
}

static const char text[] =
"usage: luopol test [OPTION]... FILE TESTS...\n"
"Run the tests of a policy; the results are TAP. A test is a line:\n"
"\n"
"  expect allow|deny OPERATION[,OPERATION]... [KEY=VALUE]... [line=N|none]\n"
"  expect limit [session=NAME] [uid=N] files=N|bytes=SIZE|sessions=N [line=N]\n"
"\n"
"All requests that meet the conditions have to be allowed, or denied.\n"
"\n"
"  --coverage  tell which statements no test is about\n"
"  --json      print JSON in the place of TAP\n"
"\n"
"Exit status: 0 all tests passed, 1 one failed, 2 trouble.\n";

int cmd_test(int argc, char **argv)
{
	static const struct option options[] = {
		{ "coverage", no_argument, &with_coverage, 1 },
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
	int worst = EXIT_GOOD;
	struct source policy;
	u32 done = 0;

	if (count < 0)
		return usage_status(count);
	if (source_load(&policy, argv[0]))
		return EXIT_TROUBLE;
	coverage_init(&coverage, &policy);
	results = json ? json_object_new_array() : NULL;
	for (i = 1; i < count; i++) {
		struct suite suite = {};

		status = read_tests(&suite, argv[i]);
		if (!status)
			status = run_tests(&suite, &policy, &done);
		worst = status > worst ? status : worst;
		free(suite.expectations);
		requests_destroy(&suite.requests);
	}
	print_end(worst, done);
	coverage_destroy(&coverage);
	source_destroy(&policy);
	return worst;
}
