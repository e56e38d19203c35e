// SPDX-License-Identifier: GPL-2.0
/*
 * All errors of a policy.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/check_errors.h"
#include "base/advice.h"
#include "base/spelling.h"
#include "common/memory.h"

/* A copy of the text, in which lines are replaced. */
struct draft {
	char *text;
	size_t size;
};

/* Put @length bytes in the place of those from @from to @to. */
static void splice(struct draft *draft, size_t from, size_t to, const char *with,
		   size_t length)
{
	char *text = xcalloc(draft->size - (to - from) + length + 1, 1);

	memcpy(text, draft->text, from);
	memcpy(text + from, with, length);
	memcpy(text + from + length, draft->text + to, draft->size - to);
	draft->size += length - (to - from);
	free(draft->text);
	draft->text = text;
}

static void find_line(const struct draft *draft, u32 line, size_t *from, size_t *to)
{
	const char *at = draft->text, *end = draft->text + draft->size, *next;

	for (; line > 1 && at < end; line--) {
		next = memchr(at, '\n', end - at);
		at = next ? next + 1 : end;
	}
	next = memchr(at, '\n', end - at);
	*from = at - draft->text;
	*to = (next ?: end) - draft->text;
}

/*
 * What stands for a wrong line: nothing, or, so that the policy does not lack them, too,
 * its header or its end.
 */
static const char *stand_in(const char *line, size_t length)
{
	static const char *const verbs[] = { "policy", "allow", "deny", "limit", "end" };
	size_t skip = 0, size = 0;
	const char *verb;

	while (skip < length && strchr(" \t", line[skip]))
		skip++;
	while (skip + size < length && !strchr(" \t#", line[skip + size]))
		size++;
	verb = nearest_word(line + skip, size, verbs, sizeof(verbs) / sizeof(*verbs));
	if (verb == verbs[0])
		return "policy name=x version=1";
	return verb == verbs[4] ? "end" : "";
}

static void remove_returns(struct draft *draft)
{
	size_t from, to = 0;

	for (from = 0; from < draft->size; from++) {
		if (draft->text[from] != '\r')
			draft->text[to++] = draft->text[from];
	}
	draft->size = to;
}

/*
 * Repair the error. Returns false if nothing behind it is worth telling: the text is no
 * text, or too large, or what follows is behind its end.
 */
static bool repair(struct draft *draft, const struct luo_policy_error *error)
{
	const char *with;
	size_t from, to;

	if (error->err != -EINVAL || !error->line ||
	    strstr(error->message, "after the end of the policy") ||
	    strstr(error->message, "no policy statement") ||
	    strstr(error->message, "no end statement"))
		return false;
	find_line(draft, error->line, &from, &to);
	if (strstr(error->message, "carriage return")) {
		remove_returns(draft);
	} else if (strstr(error->message, "does not end in a line feed")) {
		splice(draft, draft->size, draft->size, "\n", 1);
	} else if (to - from >= 3 && !memcmp(draft->text + from, "\xef\xbb\xbf", 3)) {
		memset(draft->text + from, ' ', 3);
	} else {
		/* A header that is there twice stays once */
		with = strstr(error->message, "a second time: expected it once, and line") ?
		       "" : stand_in(draft->text + from, to - from);
		splice(draft, from, to, with, strlen(with));
	}
	return true;
}

/* What stands in for a line may be longer: its end is then that of the line. */
static void add_error(struct findings *findings, const struct source *source,
		      const struct luo_policy_error *error)
{
	char *advice = policy_advice(source, error);
	u32 column = error->column;
	size_t length;

	source_line(source, error->line, &length);
	if (column > length + 1)
		column = length + 1;
	findings_add(findings, FINDING_ERROR, error->line, column,
		     policy_error_width(source, error), "%s", error->message);
	if (advice)
		findings_help(findings, "%s", advice);
	free(advice);
}

static int place_compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line) ?:
	       (x->column > y->column) - (x->column < y->column);
}

static void find_further(struct findings *findings, const struct source *source,
			 struct luo_policy_error *error)
{
	struct draft draft = { xstrndup("", 0), 0 };
	struct luo_program program = {};
	u32 first = findings->count;

	splice(&draft, 0, 0, source->text, source->size);
	do {
		if (findings->count - first == ERRORS_MAX) {
			findings->more = true;
			break;
		}
		add_error(findings, source, error);
		if (is_no_text(source) || !repair(&draft, error))
			break;
	} while (luo_program_parse(&program, draft.text, draft.size, error));
	/* It is empty after an error */
	luo_program_destroy(&program);
	free(draft.text);
	qsort(findings->list + first, findings->count - first, sizeof(*findings->list),
	      place_compare);
}

bool check_errors(struct findings *findings, struct source *source)
{
	struct luo_policy_error error;

	if (!luo_program_parse(&source->program, source->text, source->size, &error))
		return true;
	find_further(findings, source, &error);
	return false;
}
