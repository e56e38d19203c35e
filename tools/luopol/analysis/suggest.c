// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy would decide with one more statement: whether a suggestion is enough.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/query.h"
#include "analysis/suggest.h"
#include "common/memory.h"
#include "common/text.h"

/* The line of the statement "end", which closes the policy. */
static u32 end_line(const struct source *policy)
{
	const char *text;
	size_t length;
	u32 line;

	for (line = policy->line_count; line; line--) {
		text = source_line(policy, line, &length);
		while (length && (*text == ' ' || *text == '\t')) {
			text++;
			length--;
		}
		if (length && *text != '#' && *text != '\r')
			break;
	}
	return line;
}

/* @policy with @statement as its last one. */
static void add_statement(struct source *to, const struct source *policy,
			  const char *statement)
{
	u32 line = end_line(policy);
	size_t before = line ? policy->lines[line - 1] : policy->size, size;
	struct luo_policy_error error;
	char *text;
	FILE *out = text_open(&text, &size);

	fwrite(policy->text, 1, before, out);
	fprintf(out, "%s\n", statement);
	fwrite(policy->text + before, 1, policy->size - before, out);
	text_close(out);
	source_set(to, policy->path, text, size);
	/* A policy has no room for one more at its greatest only */
	if (luo_program_parse(&to->program, to->text, to->size, &error))
		source_destroy(to);
}

void suggest_decide(struct suggestion *suggestion, const struct source *policy,
		    const char *statement, const char *request, u32 op)
{
	char *word = xasprintf("%s", request);
	struct query query = {};
	struct answer answer;

	*suggestion = (struct suggestion){ .kind = ANSWER_GAVE_UP };
	add_statement(&query.source, policy, statement);
	if (query.source.text && !query_build(&query, &word, 1)) {
		answer_find(&answer, &query.view, &query.space, &query.requests,
			    0, op);
		suggestion->kind = answer.kind;
		suggestion->keys = answer.keys;
		suggestion->lines = query_lines(&query, &answer, op,
						query.view.denies[op], 0,
						&suggestion->count);
	}
	query_destroy(&query);
	free(word);
}
