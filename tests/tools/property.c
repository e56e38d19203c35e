// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies and requests: the compiled policy decides as the statements
 * do one by one, and whatever the order of the statements is.
 *
 * usage: property PAIRS [SEED]
 *
 * Names and numbers come from so few that statements overlap in all ways.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "brute.h"
#include "policy.h"

#define TEXT_MAX	262144
#define REQUESTS	200	/* for each policy */
#define RULES_MAX	400

static uint64_t state;

/* xorshift64*: the same numbers everywhere */
static uint32_t random_below(uint32_t bound)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 32) % bound;
}

static bool one_in(uint32_t n)
{
	return !random_below(n);
}

struct text {
	char at[TEXT_MAX];
	size_t length;
};

static void put(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->length += vsnprintf(text->at + text->length,
				  TEXT_MAX - text->length, format, args);
	va_end(args);
	if (text->length >= TEXT_MAX)
		abort();
}

/* @letters: of how many the name is made; @most: how long it may be */
static void random_name(char *name, const char *head, uint32_t letters,
			uint32_t most)
{
	uint32_t length = random_below(most + 1);

	name += sprintf(name, "%s", head);
	while (length--)
		*name++ = 'a' + random_below(letters);
	*name = '\0';
}

struct taste {
	uint32_t letters;
	uint32_t most;		/* letters in a name */
	uint32_t ids;
	uint32_t keys;		/* a key is there once in so many */
	uint32_t values;	/* most in a list */
};

static struct taste random_taste(void)
{
	return (struct taste){
		.letters = 1 + random_below(3),
		.most = 1 + random_below(6),
		.ids = 2 + random_below(30),
		.keys = 1 + random_below(4),
		.values = 1 + random_below(one_in(8) ? 20 : 4),
	};
}

static uint32_t random_id(const struct taste *taste)
{
	if (one_in(20))
		return 4294967294U - random_below(3);
	return random_below(taste->ids);
}

static void put_name_value(struct text *text, const struct taste *taste,
			   const char *head)
{
	char name[16];

	random_name(name, head, taste->letters, taste->most);
	if (one_in(3) || !name[strlen(head)])
		put(text, "%s*", name);
	else
		put(text, "%s", name);
}

static void put_id_value(struct text *text, const struct taste *taste)
{
	uint32_t a = random_id(taste), b = random_id(taste);

	/* Not 5-5: that is 5 once more */
	if (a == b || one_in(2))
		put(text, "%u", a);
	else
		put(text, "%u-%u", a < b ? a : b, a < b ? b : a);
}

static void put_value(struct text *text, const struct taste *taste,
		      enum luo_key key)
{
	switch (key) {
	case LUO_KEY_SESSION:
	case LUO_KEY_TYPE:
		put_name_value(text, taste, "");
		break;
	case LUO_KEY_EXE:
		put_name_value(text, taste, "/");
		break;
	case LUO_KEY_OWNER:
		if (one_in(3)) {
			put(text, one_in(2) ? "self" : "unknown");
			break;
		}
		put_id_value(text, taste);
		break;
	default:
		put_id_value(text, taste);
	}
}

/* A list without the values it has already. */
static void put_list(struct text *text, const struct taste *taste,
		     enum luo_key key)
{
	uint32_t count = 1 + random_below(taste->values);
	static struct text list_text, value_text;
	struct text *list = &list_text, *value = &value_text;

	list->length = 0;
	put(list, ",");
	while (count--) {
		value->length = 0;
		put(value, ",");
		put_value(value, taste, key);
		put(value, ",");
		if (!strstr(list->at, value->at))
			put(list, "%s", value->at + 1);
	}
	list->at[list->length - 1] = '\0';
	put(text, " %s=%s", luo_key_names[key], list->at + 1);
}

static void put_ops(struct text *text, uint32_t ops)
{
	const char *comma = " ";
	uint32_t op;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (ops & BIT(op)) {
			put(text, "%s%s", comma, luo_op_names[op]);
			comma = ",";
		}
	}
}

static void put_rule(struct text *text, const struct taste *taste)
{
	uint32_t ops = 1 + random_below(15);
	bool deny = one_in(4);
	enum luo_key key;

	put(text, deny ? "deny" : "allow");
	put_ops(text, ops);
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (key == LUO_KEY_TYPE &&
		    ops & (BIT(LUO_OP_CREATE) | BIT(LUO_OP_RETRIEVE)))
			continue;
		if (one_in(taste->keys))
			put_list(text, taste, key);
	}
	if (one_in(3))
		put(text, " userns=%s", one_in(2) ? "init" : "any");
	if (!deny && one_in(4))
		put(text, " audit");
	put(text, "\n");
}

static void random_policy(struct text *text, const struct taste *taste)
{
	uint32_t count = random_below(one_in(10) ? RULES_MAX : 40);

	text->length = 0;
	put(text, "policy name=t version=1\n");
	while (count--)
		put_rule(text, taste);
}

/* The lines of @text the other way round. */
static void reverse(struct text *to, const struct text *from)
{
	const char *end = from->at + from->length, *line;

	to->length = 0;
	while (end > from->at) {
		for (line = end - 1; line > from->at && line[-1] != '\n'; line--)
			;
		put(to, "%.*s", (int)(end - line), line);
		end = line;
	}
}

struct random_request {
	struct luo_request request;
	char session[16];
	char type[16];
	char exe[16];
};

static void random_request(struct random_request *r, const struct taste *taste)
{
	random_name(r->session, "", taste->letters, taste->most + 1);
	random_name(r->type, "", taste->letters, taste->most + 1);
	random_name(r->exe, "/", taste->letters, taste->most + 1);
	r->request = (struct luo_request){
		.op = random_below(LUO_OP_COUNT),
		.uid = random_id(taste),
		.gid = random_id(taste),
		.init_userns = !one_in(4),
		.exe = one_in(12) ? NULL : r->exe,
		.session = r->session,
		.owner_known = !one_in(5),
	};
	r->request.owner = one_in(3) ? r->request.uid : random_id(taste);
	if (r->request.op >= LUO_OP_PRESERVE && !one_in(20))
		r->request.type = r->type;
}

static void show(const struct text *text, const struct luo_request *r)
{
	printf("# %s uid=%u gid=%u init=%d exe=%s session=%s owner=%u known=%d type=%s\n",
	       luo_op_names[r->op], r->uid, r->gid, r->init_userns,
	       r->exe ?: "-", r->session, r->owner, r->owner_known,
	       r->type ?: "-");
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
	    reversed.audit == want.audit && reversed.reason == want.reason)
		return true;
	printf("# want allow=%d audit=%d line %u\n", want.allow, want.audit,
	       want.line);
	printf("# got allow=%d audit=%d line %u, reversed allow=%d audit=%d\n",
	       got.allow, got.audit, got.line, reversed.allow, reversed.audit);
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

static bool check_policy(struct text *text, struct text *reversed)
{
	struct taste taste = random_taste();
	struct luo_policy *policy, *other;
	struct luo_policy_error error;
	struct luo_program program;
	struct random_request r;
	bool good = true;
	int i;

	random_policy(text, &taste);
	reverse(reversed, text);
	policy = compile(text);
	other = compile(reversed);
	if (!policy || !other ||
	    luo_program_parse(&program, text->at, text->length, &error))
		return false;
	for (i = 0; good && i < REQUESTS; i++) {
		random_request(&r, &taste);
		good = check_request(text, &program, policy, other, &r.request);
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
