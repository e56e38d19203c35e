// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies and requests: the compiled policy decides and limits as the
 * statements do one by one, and whatever the order of the statements is.
 *
 * usage: property PAIRS [SEED]
 */

#include "brute.h"
#include "random.h"

#define REQUESTS	200	/* for each policy */

/* The lines of @text the other way round, but for the last, which is the end. */
static void reverse(struct text *to, const struct text *from)
{
	const char *end = from->at + from->length - strlen("end\n"), *line;

	to->length = 0;
	while (end > from->at) {
		for (line = end - 1; line > from->at && line[-1] != '\n'; line--)
			;
		put(to, "%.*s", (int)(end - line), line);
		end = line;
	}
	put(to, "end\n");
}

static void show(const struct text *text, const struct luo_request *r)
{
	printf("# %s uid=%u gid=%u init=%d pid1=%d exe=%s session=%s owner=%u known=%d type=%s\n",
	       luo_op_names[r->op], r->uid, r->gid, r->init_userns, r->pid1,
	       r->exe ?: "-", r->session, r->owner, r->owner_known,
	       r->type ?: "-");
	printf("# verity=%s\n", r->verity ?: "-");
	printf("# subj=%s cgroup=%s label=%s obj=%s fowner=%u known=%d size=%llu known=%d\n",
	       r->subj ?: "-", r->cgroup ?: "-", r->label ?: "-",
	       r->obj ?: "-", r->fowner, r->fowner_known, r->size,
	       r->size_known);
	printf("%s\n", text->at);
}

static bool check_request(const struct text *text,
			  const struct luo_program *program,
			  const struct luo_policy *policy,
			  const struct luo_policy *other,
			  const struct luo_request *request)
{
	struct luo_verdict want, got, reversed;

	brute_decide(program, request, &want);
	luo_policy_decide(policy, request, &got);
	luo_policy_decide(other, request, &reversed);
	if (brute_same(&want, &got) && reversed.allow == want.allow &&
	    reversed.audit == want.audit && reversed.quiet == want.quiet &&
	    reversed.reason == want.reason)
		return true;
	printf("# want allow=%d audit=%d quiet=%d line %u\n", want.allow,
	       want.audit, want.quiet, want.line);
	printf("# got allow=%d audit=%d quiet=%d line %u, reversed allow=%d audit=%d quiet=%d\n",
	       got.allow, got.audit, got.quiet, got.line, reversed.allow,
	       reversed.audit, reversed.quiet);
	show(text, request);
	return false;
}

static bool check_limits(const struct text *text,
			 const struct luo_program *program,
			 const struct luo_policy *policy,
			 const struct luo_request *request)
{
	static u8 marks[RULES_MAX];
	struct brute_session session = {
		.name = one_in(12) ? NULL : request->session,
		.uid = request->uid,
		.uid_known = !one_in(12),
	};

	if (brute_check_limits(program, policy, &session, marks))
		return true;
	printf("# limits of session=%s uid=%u known=%d\n",
	       session.name ?: "-", session.uid, session.uid_known);
	show(text, request);
	return false;
}

/* What belongs to keys that are not asked about the operation makes no difference. */
static bool check_keys(const struct text *text, const struct luo_policy *policy,
		       const struct luo_request *request)
{
	u32 keys = luo_policy_keys(policy, request->op);
	struct luo_request less = *request;
	struct luo_verdict want, got;

	if (!(keys & BIT(LUO_KEY_EXE)))
		less.exe = NULL;
	if (!(keys & BIT(LUO_KEY_VERITY)))
		less.verity = NULL;
	if (!(keys & BIT(LUO_KEY_PID)))
		less.pid1 = !less.pid1;
	if (!(keys & BIT(LUO_KEY_SUBJ)))
		less.subj = NULL;
	if (!(keys & BIT(LUO_KEY_CGROUP)))
		less.cgroup = NULL;
	if (!(keys & BIT(LUO_KEY_LABEL)))
		less.label = NULL;
	if (!(keys & BIT(LUO_KEY_OBJ)))
		less.obj = NULL;
	if (!(keys & BIT(LUO_KEY_FOWNER)))
		less.fowner_known = false;
	if (!(keys & BIT(LUO_KEY_SIZE)))
		less.size_known = false;
	luo_policy_decide(policy, request, &want);
	luo_policy_decide(policy, &less, &got);
	if (brute_same(&want, &got))
		return true;
	printf("# keys %x\n", keys);
	show(text, request);
	return false;
}

static struct luo_policy *compile(const struct text *text)
{
	struct luo_policy_error error;
	struct luo_policy *policy;

	policy = luo_policy_compile(text->at, text->length, &error);
	if (!policy)
		printf("# %u:%u: %s\n%s\n", error.line, error.column,
		       error.message, text->at);
	return policy;
}

/* No part of a policy from its beginning is a policy. */
static bool check_cut(const struct text *text)
{
	struct luo_policy_error error;
	struct luo_policy *policy;
	size_t size;
	char *copy;

	for (size = 0; size < text->length; size++) {
		/* A copy, for ASan to see reads behind the end */
		copy = malloc(size ?: 1);
		memcpy(copy, text->at, size);
		policy = luo_policy_compile(copy, size, &error);
		free(copy);
		if (!policy)
			continue;
		luo_policy_free(policy);
		printf("# a policy after %zu bytes:\n%s\n", size, text->at);
		return false;
	}
	return true;
}

static bool check_policy(struct text *text, struct text *reversed)
{
	struct taste taste = random_taste();
	struct luo_policy *policy, *other;
	struct luo_policy_error error;
	struct luo_program program;
	struct random_request r;
	bool good;
	int i;

	random_policy(text, &taste);
	reverse(reversed, text);
	policy = compile(text);
	other = compile(reversed);
	if (!policy || !other ||
	    luo_program_parse(&program, text->at, text->length, &error))
		return false;
	/* Takes time by the square of the size */
	good = text->length > 1000 || check_cut(text);
	for (i = 0; good && i < REQUESTS; i++) {
		random_request(&r, &taste);
		good = check_request(text, &program, policy, other,
				     &r.request) &&
		       check_limits(text, &program, policy, &r.request) &&
		       check_keys(text, policy, &r.request);
	}
	luo_program_destroy(&program);
	luo_policy_free(policy);
	luo_policy_free(other);
	return good;
}

int main(int argc, char **argv)
{
	struct text *text = malloc(sizeof(*text));
	struct text *reversed = malloc(sizeof(*reversed));
	long pairs = argc > 1 ? atol(argv[1]) : 1000000;
	long done = 0, policies = 0;
	bool good = true;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x1dea5;
	state = state * 2 + 1;
	for (; good && done < pairs; done += REQUESTS, policies++)
		good = check_policy(text, reversed);
	printf("%sok 1 - %ld requests to %ld policies\n1..1\n",
	       good ? "" : "not ", done, policies);
	free(text);
	free(reversed);
	return !good;
}
