// SPDX-License-Identifier: GPL-2.0
/*
 * What a decision costs in user space; policy-bench.t counts the instructions.
 *
 * usage: bench POLICY RULES KIND [DECISIONS]
 *
 * POLICY  one of luo_bench_names: see bench_policies.h
 * KIND    allow, deny or none: the verdict of the request; verdicts: each in turn;
 *         limits or sessions: what limits the session is found instead; text: print
 *         the policy
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_policies.h"

static char text[LUO_POLICY_TEXT_MAX + 1];

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

/* The number of @word in @names, or @count. */
static int find(const char *word, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count && strcmp(word, names[i]); i++)
		;
	return i;
}

/* How many limits of sessions there are. */
static int count_limit(void *data, u32 number)
{
	(void)number;
	++*(u32 *)data;
	return 0;
}

/* What limits the session of @request; whether anything does. */
static bool find_limits(const struct luo_policy *policy,
			const struct luo_request *request, const char *kind,
			int times)
{
	struct luo_limits limits = {};
	u32 sessions = 0;
	int i;

	for (i = 0; i < times; i++) {
		sessions = 0;
		if (!strcmp(kind, "limits"))
			luo_policy_limits(policy, request->session,
					  request->uid, true, &limits);
		else
			luo_policy_visit_session_limits(policy,
							request->session,
							request->uid, true,
							count_limit, &sessions);
	}
	printf("files line %u, bytes line %u, %u of sessions", limits.files.line,
	       limits.bytes.line, sessions);
	return limits.files.line || sessions;
}

/* Whether the verdict is of the @kind asked for. A function: callgrind dumps after it. */
static noinline bool decide(const struct luo_policy *policy,
			    const struct luo_request *request,
			    const char *kind, int times)
{
	struct luo_verdict verdict;
	int i;

	for (i = 0; i < times; i++)
		luo_policy_decide(policy, request, &verdict);
	printf("%s line %u", luo_reason_names[verdict.reason], verdict.line);
	/* "allow" of "allow-rule", "none" of "no-rule" */
	return !strncmp(luo_reason_names[verdict.reason], kind, 2);
}

/* Whether @policy with @rules is as @word says: see the head of this file. */
static bool measure(const struct luo_policy *policy, int which, int rules,
		    const char *word, int times)
{
	int kind = find(word, luo_bench_kinds, LUO_BENCH_KINDS);
	bool all = !strcmp(word, "verdicts"), found = true;
	struct luo_bench_request made;
	int k;

	for (k = 0; k < LUO_BENCH_KINDS; k++) {
		if (!all && k != kind)
			continue;
		luo_bench_request(which, rules, k, &made);
		found &= decide(policy, &made.request, luo_bench_kinds[k], times);
		printf("; ");
	}
	if (all || kind < LUO_BENCH_KINDS)
		return found;
	luo_bench_request(which, rules, kind, &made);
	return find_limits(policy, &made.request, word, times);
}

int main(int argc, char **argv)
{
	struct luo_policy_error error;
	struct luo_policy *policy;
	int which, rules, times;
	double start, load;
	size_t length;
	bool found;

	if (argc < 4)
		return 2;
	which = find(argv[1], luo_bench_names, LUO_BENCH_COUNT);
	rules = atoi(argv[2]);
	times = argc > 4 ? atoi(argv[4]) : 1;
	if (which == LUO_BENCH_COUNT || rules < 10)
		return 2;

	length = luo_bench_text(which, rules, text, sizeof(text));
	if (length >= sizeof(text))
		return 2;
	if (!strcmp(argv[3], "text"))
		return fwrite(text, length, 1, stdout) != 1;

	start = now();
	policy = luo_policy_compile(text, length, &error);
	load = now() - start;
	if (!policy) {
		fprintf(stderr, "%u:%u: %s\n", error.line, error.column,
			error.message);
		return 1;
	}

	printf("%s %d %s: ", argv[1], rules, argv[3]);
	found = measure(policy, which, rules, argv[3], times);
	printf("; %zu bytes a rule, loaded in %.2f us a rule\n",
	       luo_policy_memory(policy) / rules, load / rules);
	luo_policy_free(policy);
	return !found;
}
