// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy says of a request, and why.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/query.h"
#include "api/loaded.h"
#include "base/message.h"
#include "common/memory.h"
#include "common/text.h"
#include "render/query_text.h"
#include "render/request_text.h"

/**
 * struct question - A policy, a request and what is made of them.
 * @policy:  The policy.
 * @request: The request.
 * @verdict: The answer, if it is wanted.
 * @text:    The explanation or the sentence, if that is.
 */
struct question {
	const struct luopol *policy;
	const char *request;
	struct luopol_verdict *verdict;
	char *text;
};

/* ---- The request ---- */

/* Messages count columns from the word that the request is read with. */
static void move_columns(struct luopol_error *error)
{
	const u32 head = strlen(QUERY_HEAD);

	if (error->line == 1 && error->column > head) {
		error->column -= head;
		return;
	}
	error->line = 0;
	error->column = 0;
}

static int build(struct query *query, const struct question *question)
{
	char *words = (char *)question->request;

	if (!words || strchr("#", words[strspn(words, " \t")])) {
		call_fail(EINVAL, "there is no request");
		return EXIT_TROUBLE;
	}
	if (strpbrk(words, "\n\r")) {
		call_fail(EINVAL, "a request is one line");
		return EXIT_TROUBLE;
	}
	query->source = question->policy->source;
	if (!query_build(query, &words, 1))
		return 0;
	move_columns(&call_current()->error);
	return EXIT_TROUBLE;
}

static u32 ops_of(const struct query *query)
{
	return query->requests.source.program.statements[0].ops;
}

/* ---- The verdict ---- */

static void name_keys(char *names, size_t size, u32 keys)
{
	size_t used = 0;
	u32 key;

	for (key = 0; key < LUO_KEY_COUNT && used < size; key++) {
		if (keys & BIT(key))
			used += snprintf(names + used, size - used, "%s%s", used ? "," : "",
					 luo_key_names[key]);
	}
}

static void fill_verdict(struct luopol_verdict *verdict, const struct query *query,
			 const struct answer *answer, u32 op)
{
	static const u32 answers[] = {
		[ANSWER_NEVER]	 = LUOPOL_NEVER,
		[ANSWER_ALLOWED] = LUOPOL_ALLOWED,
		[ANSWER_DENIED]	 = LUOPOL_DENIED,
		[ANSWER_DEPENDS] = LUOPOL_DEPENDS,
		[ANSWER_GAVE_UP] = LUOPOL_UNKNOWN,
	};

	*verdict = (struct luopol_verdict){
		.answer = answers[answer->kind],
		.allowed_by = answer->allowed.verdict.line,
		.denied_by = answer->denied.verdict.line,
	};
	name_keys(verdict->depends, sizeof(verdict->depends), answer->keys);
	if (answer->kind == ANSWER_ALLOWED && answer->allowed.verdict.audit)
		verdict->flags |= LUOPOL_AUDIT;
	if (answer->kind == ANSWER_DENIED && answer->denied.verdict.line &&
	    query_is_quiet(query, answer, op))
		verdict->flags |= LUOPOL_QUIET;
}

static int decide(void *data)
{
	struct question *question = data;
	struct query query = {};
	struct answer answer;
	u32 op;

	if (build(&query, question))
		return EXIT_TROUBLE;
	if (__builtin_popcount(ops_of(&query)) != 1) {
		call_fail(EINVAL, "several operations: ask for one");
		return EXIT_TROUBLE;
	}
	op = __builtin_ctz(ops_of(&query));
	answer_find(&answer, &query.view, &query.space, &query.requests, 0, op);
	fill_verdict(question->verdict, &query, &answer, op);
	return 0;
}

int luopol_decide(const struct luopol *policy, const char *request,
		  struct luopol_verdict *verdict, struct luopol_error *error)
{
	struct luopol_verdict found = {};
	struct question question = {
		.policy = policy, .request = request, .verdict = &found,
	};
	struct call call;

	if (!call_run(&call, decide, &question))
		*verdict = found;
	return call_end(&call, error);
}

/* ---- The explanation ---- */

static int explain(void *data)
{
	struct question *question = data;
	struct query query = {};
	struct answer answer;
	size_t size;
	FILE *out;
	u32 op;

	if (build(&query, question))
		return EXIT_TROUBLE;
	out = text_open(&question->text, &size);
	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (!(ops_of(&query) & BIT(op)))
			continue;
		answer_find(&answer, &query.view, &query.space, &query.requests, 0, op);
		query_text(out, &query, &answer, op);
	}
	text_close(out);
	return 0;
}

int luopol_explain(const struct luopol *policy, const char *request, char **text,
		   struct luopol_error *error)
{
	struct question question = { .policy = policy, .request = request };
	struct call call;

	*text = NULL;
	/* The caller's own copy is of the C library's memory */
	if (!call_run(&call, explain, &question)) {
		*text = strdup(question.text);
		if (!*text)
			call_blame_memory(&call);
	}
	return call_end(&call, error);
}

/* ---- The sentence ---- */

static void write_sentence(FILE *out, const struct question *question)
{
	const struct luopol_verdict *verdict = question->verdict;
	const struct luo_verdict line = {
		.allow = verdict->answer == LUOPOL_ALLOWED,
		.line = verdict->allowed_by ?: verdict->denied_by,
	};

	fprintf(out, "policy %s, version %llu: ", luopol_name(question->policy),
		(unsigned long long)luopol_version(question->policy));
	switch (verdict->answer) {
	case LUOPOL_ALLOWED:
	case LUOPOL_DENIED:
		write_verdict(out, &line);
		break;
	case LUOPOL_DEPENDS:
		fprintf(out, "it depends on %s, which the request does not say",
			verdict->depends);
		break;
	case LUOPOL_NEVER:
		fputs("no program can make such a request", out);
		break;
	default:
		fputs("the search for an answer gave up", out);
		break;
	}
}

static int put_in_words(void *data)
{
	struct question *question = data;
	size_t size;
	FILE *out = text_open(&question->text, &size);

	write_sentence(out, question);
	text_close(out);
	return 0;
}

static int answer_question(struct question *question, char *sentence, size_t size,
			   struct luopol_error *error)
{
	struct call call;
	int err = luopol_decide(question->policy, question->request, question->verdict, error);

	if (err)
		return err;
	if (!call_run(&call, put_in_words, question))
		snprintf(sentence, size, "%s", question->text);
	return call_end(&call, error) ?: (int)question->verdict->answer;
}

int luopol_ask(const char *path, const char *request, char *sentence, size_t size)
{
	struct luopol_verdict verdict;
	struct question question = { .request = request, .verdict = &verdict };
	struct luopol_error error = {};
	struct luopol *policy;
	int ret = luopol_load_file(path, &policy, &error);

	if (!ret) {
		question.policy = policy;
		ret = answer_question(&question, sentence, size, &error);
		luopol_free(policy);
	} else if (ret == -EINVAL || ret == -E2BIG) {
		ret = -EBADMSG;	/* it is not the request */
	}
	if (ret < 0)
		snprintf(sentence, size, "%s%s%s", error.text, *error.help ? ": " : "",
			 error.help);
	return ret;
}
