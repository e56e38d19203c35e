// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the policy of luo_lsm: its language, and its decisions.
 *
 * Most of them are the policies of a corpus, out of which the build makes
 * policy_corpus.h; here is what a file cannot hold well. tools/libluo-policy builds the
 * same tests for user space.
 */

#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../policy/policy.h"

struct corpus_text {
	const char *name;
	const unsigned char *text;
	size_t size;
	const char *error;	/* line:column: message, or NULL */
};

struct corpus_request {
	u32 policy;		/* index in corpus_decide */
	u32 line;		/* of the table of requests */
	struct luo_request request;
	struct luo_verdict verdict;
};

struct corpus_limits {
	u32 policy;		/* index in corpus_limits */
	u32 line;		/* of the table of limits */
	const char *session;
	u32 uid;
	bool uid_known;
	struct luo_limits limits;
	const char *sessions;	/* line:most,... */
};

#include "policy_corpus.h"

static struct luo_policy *compile(const struct corpus_text *text,
				  struct luo_policy_error *error)
{
	return luo_policy_compile((const char *)text->text, text->size, error);
}

/* ---- Corpus ---- */

/* In loops, as a line for each policy is what takes time on a console. */
static void test_good(struct kunit *test)
{
	const struct corpus_text *text;
	struct luo_policy_error error;
	struct luo_policy *policy;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(corpus_good); i++) {
		text = &corpus_good[i];
		policy = compile(text, &error);
		KUNIT_EXPECT_NOT_NULL_MSG(test, policy, "%s.luo: %u:%u: %s",
					  text->name, error.line, error.column,
					  error.message);
		luo_policy_free(policy);
	}
}

static void check_bad(struct kunit *test, const struct corpus_text *text)
{
	char got[LUO_POLICY_MESSAGE_MAX + 32];
	struct luo_policy_error error;
	struct luo_policy *policy;

	policy = compile(text, &error);
	KUNIT_EXPECT_NULL_MSG(test, policy, "%s.luo", text->name);
	luo_policy_free(policy);
	if (policy)
		return;
	KUNIT_EXPECT_EQ(test, error.err, -EINVAL);
	snprintf(got, sizeof(got), "%u:%u: %s", error.line, error.column,
		 error.message);
	KUNIT_EXPECT_STREQ_MSG(test, got, text->error, "%s.luo", text->name);
}

static void test_bad(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(corpus_bad); i++)
		check_bad(test, &corpus_bad[i]);
}

/* Bytes of a text up to the end statement, and with it. */
static size_t size_to_end(const struct corpus_text *text)
{
	size_t at = 0, next = 0;

	for (; at < text->size; at = next) {
		while (next < text->size && text->text[next++] != '\n')
			;
		while (text->text[at] == ' ' || text->text[at] == '\t')
			at++;
		if (next - at > 3 && !memcmp(text->text + at, "end", 3) &&
		    strchr(" \t\n", text->text[at + 3]))
			return next;
	}
	return 0;
}

/* Bytes from one cut to the next: user space has the time to make each. */
#ifndef CUT_STEP
#define CUT_STEP	13
#endif

/* No part of a policy is one, and nothing leaks. */
static void check_truncated(struct kunit *test, const struct corpus_text *text)
{
	size_t end = size_to_end(text), size;
	struct luo_policy_error error;
	struct luo_policy *policy;
	char *copy;

	KUNIT_EXPECT_GT(test, end, 0);
	for (size = end - 1; size < end; size -= CUT_STEP) {
		/* A copy, for KASAN to see reads behind the end. */
		copy = kmemdup(text->text, size ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		policy = luo_policy_compile(copy, size, &error);
		KUNIT_EXPECT_NULL_MSG(test, policy, "%s.luo: %zu bytes",
				      text->name, size);
		KUNIT_EXPECT_EQ(test, error.err, -EINVAL);
		luo_policy_free(policy);
		kfree(copy);
	}
}

static void test_truncated(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(corpus_good); i++)
		check_truncated(test, &corpus_good[i]);
	for (i = 0; i < ARRAY_SIZE(corpus_decide); i++)
		check_truncated(test, &corpus_decide[i]);
	for (i = 0; i < ARRAY_SIZE(corpus_limits); i++)
		check_truncated(test, &corpus_limits[i]);
}

static void check_request(struct kunit *test, const struct luo_policy *policy,
			  const struct corpus_request *entry)
{
	const struct luo_verdict *want = &entry->verdict;
	struct luo_verdict got;

	luo_policy_decide(policy, &entry->request, &got);
	KUNIT_EXPECT_TRUE_MSG(test,
			      got.allow == want->allow &&
			      got.audit == want->audit &&
			      got.quiet == want->quiet &&
			      got.reason == want->reason &&
			      got.line == want->line,
			      "requests line %u: got allow=%d audit=%d quiet=%d %s line %u",
			      entry->line, got.allow, got.audit, got.quiet,
			      luo_reason_names[got.reason], got.line);
}

static void test_decide(struct kunit *test)
{
	const struct corpus_text *text = test->param_value;
	struct luo_policy_error error;
	struct luo_policy *policy;
	u32 requests = 0;
	size_t i;

	policy = compile(text, &error);
	KUNIT_ASSERT_NOT_NULL_MSG(test, policy, "%u:%u: %s", error.line,
				  error.column, error.message);
	for (i = 0; i < ARRAY_SIZE(corpus_requests); i++) {
		if (corpus_requests[i].policy != text - corpus_decide)
			continue;
		check_request(test, policy, &corpus_requests[i]);
		requests++;
	}
	KUNIT_EXPECT_GT(test, requests, 0);
	luo_policy_free(policy);
}

KUNIT_ARRAY_PARAM_DESC(decide, corpus_decide, name);

/* The limits of sessions that were visited: each once. */
struct visited {
	bool is[16];
	bool again;
};

static int visit_limit(void *data, u32 number)
{
	struct visited *visited = data;

	visited->again |= number >= ARRAY_SIZE(visited->is) ||
			  visited->is[number];
	if (!visited->again)
		visited->is[number] = true;
	return 0;
}

/* Writes "line:most,..." of all limits of sessions that count this one. */
static void print_sessions(struct kunit *test, const struct luo_policy *policy,
			   const struct corpus_limits *entry, char *text,
			   size_t size)
{
	struct visited visited = {};
	struct luo_limit limit;
	size_t length = 0;
	u32 i;

	KUNIT_EXPECT_EQ(test, 0, luo_policy_visit_session_limits(policy,
								 entry->session,
								 entry->uid,
								 entry->uid_known,
								 visit_limit,
								 &visited));
	KUNIT_EXPECT_FALSE(test, visited.again);
	text[0] = '\0';
	for (i = 0; i < luo_policy_session_limits(policy); i++) {
		luo_policy_session_limit(policy, i, &limit);
		if (visited.is[i])
			length += snprintf(text + length, size - length,
					   "%s%u:%llu", length ? "," : "",
					   limit.line, limit.most);
	}
}

static bool same_limit(const struct luo_limit *a, const struct luo_limit *b)
{
	return a->most == b->most && a->line == b->line;
}

static void check_limits(struct kunit *test, const struct luo_policy *policy,
			 const struct corpus_limits *entry)
{
	struct luo_limits got;
	char sessions[128];

	luo_policy_limits(policy, entry->session, entry->uid, entry->uid_known,
			  &got);
	KUNIT_EXPECT_TRUE_MSG(test,
			      same_limit(&got.files, &entry->limits.files) &&
			      same_limit(&got.bytes, &entry->limits.bytes),
			      "limits line %u: got files %llu line %u, bytes %llu line %u",
			      entry->line, got.files.most, got.files.line,
			      got.bytes.most, got.bytes.line);
	print_sessions(test, policy, entry, sessions, sizeof(sessions));
	KUNIT_EXPECT_STREQ_MSG(test, sessions, entry->sessions,
			       "limits line %u", entry->line);
}

static void test_limits(struct kunit *test)
{
	const struct corpus_text *text = test->param_value;
	struct luo_policy_error error;
	struct luo_policy *policy;
	u32 entries = 0;
	size_t i;

	policy = compile(text, &error);
	KUNIT_ASSERT_NOT_NULL_MSG(test, policy, "%u:%u: %s", error.line,
				  error.column, error.message);
	for (i = 0; i < ARRAY_SIZE(corpus_limits_tables); i++) {
		if (corpus_limits_tables[i].policy != text - corpus_limits)
			continue;
		check_limits(test, policy, &corpus_limits_tables[i]);
		entries++;
	}
	KUNIT_EXPECT_GT(test, entries, 0);
	luo_policy_free(policy);
}

KUNIT_ARRAY_PARAM_DESC(limits, corpus_limits, name);

/* ---- What a file cannot hold well ---- */

static struct luo_policy *compile_string(const char *text)
{
	struct luo_policy_error error;

	return luo_policy_compile(text, strlen(text), &error);
}

static void test_name_and_version(struct kunit *test)
{
	struct luo_policy *policy;

	policy = compile_string("policy version=9223372036854775807 name=\"a b\"\nend\n");
	KUNIT_ASSERT_NOT_NULL(test, policy);
	KUNIT_EXPECT_STREQ(test, luo_policy_name(policy), "a b");
	KUNIT_EXPECT_EQ(test, luo_policy_version(policy), S64_MAX);
	luo_policy_free(policy);
}

static void test_no_policy(struct kunit *test)
{
	const struct luo_request request = { .session = "s", .exe = "/e" };
	struct luo_verdict verdict;

	luo_policy_decide(NULL, &request, &verdict);
	KUNIT_EXPECT_FALSE(test, verdict.allow);
	KUNIT_EXPECT_EQ(test, verdict.reason, LUO_REASON_NO_POLICY);
	luo_policy_free(NULL);
}

static void test_keys(struct kunit *test)
{
	struct luo_policy *policy;

	KUNIT_EXPECT_EQ(test, luo_policy_keys(NULL, LUO_OP_CREATE), 0);
	policy = compile_string("policy name=t version=1\nallow create userns=any\nend\n");
	KUNIT_ASSERT_NOT_NULL(test, policy);
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_CREATE), 0);
	luo_policy_free(policy);

	policy = compile_string("policy name=t version=1\n"
				"allow create subj=a\n"
				"allow preserve pid=1 userns=any\n"
				"deny restore cgroup=/a size=1\n"
				"deny finish label=a owner=self\n"
				"limit session=a files=1\nend\n");
	KUNIT_ASSERT_NOT_NULL(test, policy);
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_CREATE),
			BIT(LUO_KEY_SUBJ) | BIT(LUO_KEY_USERNS));
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_RESTORE),
			BIT(LUO_KEY_CGROUP) | BIT(LUO_KEY_SIZE));
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_PRESERVE),
			BIT(LUO_KEY_PID));
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_FINISH),
			BIT(LUO_KEY_LABEL) | BIT(LUO_KEY_OWNER));
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_RETRIEVE), 0);
	KUNIT_EXPECT_EQ(test, luo_policy_keys(policy, LUO_OP_COUNT), 0);
	luo_policy_free(policy);
}

static int stop_at_once(void *data, u32 number)
{
	(*(u32 *)data)++;
	return -EDQUOT;
}

static void test_no_limits(struct kunit *test)
{
	struct luo_limits limits;
	u32 calls = 0;

	luo_policy_limits(NULL, "s", 0, true, &limits);
	KUNIT_EXPECT_EQ(test, limits.files.most, U64_MAX);
	KUNIT_EXPECT_EQ(test, limits.files.line, 0);
	KUNIT_EXPECT_EQ(test, limits.bytes.most, U64_MAX);
	KUNIT_EXPECT_EQ(test, luo_policy_session_limits(NULL), 0);
	KUNIT_EXPECT_EQ(test, 0, luo_policy_visit_session_limits(NULL, "s", 0,
								 true,
								 stop_at_once,
								 &calls));
	KUNIT_EXPECT_EQ(test, calls, 0);
}

static void test_visit_stops(struct kunit *test)
{
	struct luo_policy *policy;
	u32 calls = 0;

	policy = compile_string("policy name=t version=1\n"
				"limit sessions=1\nlimit sessions=2\nend\n");
	KUNIT_ASSERT_NOT_NULL(test, policy);
	KUNIT_EXPECT_EQ(test, -EDQUOT,
			luo_policy_visit_session_limits(policy, "s", 0, true,
							stop_at_once, &calls));
	KUNIT_EXPECT_EQ(test, calls, 1);
	luo_policy_free(policy);
}

static void test_unknown_operation(struct kunit *test)
{
	const struct luo_request request = {
		.op = LUO_OP_COUNT,
		.init_userns = true,
		.session = "s",
	};
	struct luo_verdict verdict;
	struct luo_policy *policy;

	policy = compile_string("policy name=t version=1\n"
				"allow create,retrieve,finish,preserve,restore\nend\n");
	KUNIT_ASSERT_NOT_NULL(test, policy);
	luo_policy_decide(policy, &request, &verdict);
	KUNIT_EXPECT_FALSE(test, verdict.allow);
	KUNIT_EXPECT_EQ(test, verdict.reason, LUO_REASON_NO_RULE);
	luo_policy_free(policy);
}

/* A text of @size bytes: a policy, and a comment for the rest. */
static void check_size(struct kunit *test, size_t size, int err)
{
	static const char head[] = "policy name=t version=1\nend #";
	struct luo_policy_error error = {};
	struct luo_policy *policy;
	char *text;

	text = kvmalloc(size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	memset(text, 'x', size);
	memcpy(text, head, sizeof(head) - 1);
	text[size - 1] = '\n';
	policy = luo_policy_compile(text, size, &error);
	KUNIT_EXPECT_EQ(test, !policy, !!err);
	KUNIT_EXPECT_EQ(test, error.err, err);
	if (err)
		KUNIT_EXPECT_STREQ(test, error.message,
				   "text of 1048577 bytes: expected at most 1048576");
	luo_policy_free(policy);
	kvfree(text);
}

static void test_largest_text(struct kunit *test)
{
	check_size(test, LUO_POLICY_TEXT_MAX, 0);
	check_size(test, LUO_POLICY_TEXT_MAX + 1, -E2BIG);
}

/* The policy statement and @count others. */
static void check_statements(struct kunit *test, u32 count, int err)
{
	static const char head[] = "policy name=t version=1\n";
	static const char rule[] = "deny create\n";
	static const char tail[] = "end\n";
	size_t size = sizeof(head) - 1 + count * (sizeof(rule) - 1) +
		      sizeof(tail) - 1;
	struct luo_policy_error error = {};
	struct luo_policy *policy;
	char *text, *at;
	u32 i;

	text = kvmalloc(size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, head, sizeof(head) - 1);
	at = text + sizeof(head) - 1;
	for (i = 0; i < count; i++, at += sizeof(rule) - 1)
		memcpy(at, rule, sizeof(rule) - 1);
	memcpy(at, tail, sizeof(tail) - 1);
	policy = luo_policy_compile(text, size, &error);
	KUNIT_EXPECT_EQ(test, !policy, !!err);
	KUNIT_EXPECT_EQ(test, error.err, err);
	if (err) {
		KUNIT_EXPECT_EQ(test, error.line, LUO_POLICY_STATEMENTS_MAX + 2);
		KUNIT_EXPECT_EQ(test, error.column, 1);
		KUNIT_EXPECT_STREQ(test, error.message,
				   "too many statements: expected at most 16384");
	}
	luo_policy_free(policy);
	kvfree(text);
}

static void test_most_statements(struct kunit *test)
{
	check_statements(test, LUO_POLICY_STATEMENTS_MAX, 0);
	check_statements(test, LUO_POLICY_STATEMENTS_MAX + 1, -E2BIG);
}

/* A list of many values, and then the last one repeats the first. */
static void test_many_values(struct kunit *test)
{
	static const char head[] = "policy name=t version=1\nallow create uid=";
	const size_t size = LUO_POLICY_TEXT_MAX / 16;
	struct luo_policy_error error = {};
	struct luo_policy *policy;
	u32 uid = 100000;
	size_t at, size_used;
	char *text;

	text = kvmalloc(size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	strscpy(text, head, size);
	at = strlen(head);
	while (at + sizeof("100000,100000,\nend\n") < size)
		at += sprintf(text + at, "%u,", uid++);
	size_used = at - 1 + sprintf(text + at - 1, "\nend\n");
	policy = luo_policy_compile(text, size_used, &error);
	KUNIT_EXPECT_NOT_NULL(test, policy);
	luo_policy_free(policy);

	at += sprintf(text + at - 1, ",100000\nend\n") - 1;
	policy = luo_policy_compile(text, at, &error);
	KUNIT_EXPECT_NULL(test, policy);
	KUNIT_EXPECT_STREQ(test, error.message,
			   "value '100000' of 'uid' a second time: expected each once");
	luo_policy_free(policy);
	kvfree(text);
}

/* Names are read by words: wherever they begin, whatever follows, and however long. */
static void test_names_anywhere(struct kunit *test)
{
	const u32 step = 3, longest = 20 * step;
	const size_t size = 4096;
	struct luo_request request = { .op = LUO_OP_CREATE, .init_userns = true };
	struct luo_policy_error error = {};
	struct luo_policy *policy;
	struct luo_verdict verdict;
	char *text, *name;
	size_t at, begin;
	u32 length;

	text = kvmalloc(size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	at = sprintf(text, "policy name=t version=1\n");
	for (length = step; length <= longest; length += step)
		at += sprintf(text + at, "allow create session=%.*s\n", length,
			      "0123456789012345678901234567890123456789012345678901234567890123");
	at += sprintf(text + at, "end\n");
	policy = luo_policy_compile(text, at, &error);
	KUNIT_ASSERT_NOT_NULL_MSG(test, policy, "%s", error.message);

	for (begin = 0; begin < 2 * sizeof(long); begin++) {
		for (length = 1; length < longest + step; length++) {
			/* Nothing is behind it that is its own */
			name = kvmalloc(begin + length + 1, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, name);
			for (at = 0; at < length; at++)
				name[begin + at] = '0' + at % 10;
			name[begin + length] = '\0';
			request.session = name + begin;
			luo_policy_decide(policy, &request, &verdict);
			KUNIT_EXPECT_EQ_MSG(test, verdict.line,
					    length % step || length > longest ?
					    0 : 1 + length / step,
					    "%u bytes from %zu", length, begin);
			kvfree(name);
		}
	}
	luo_policy_free(policy);
	kvfree(text);
}

/* ---- Where the text ends and the signature begins ---- */

#define SPLIT_TEXT	"policy name=t version=1\n"
#define SPLIT_TEXT_SIZE	(sizeof(SPLIT_TEXT) - 1)
#define SPLIT_INFO	"\0\0\2\0\0\0\0\0"
#define SPLIT_MARKER	"~Module signature appended~\n"
#define SPLIT_SIGNED(length)						\
	SPLIT_TEXT "signature" SPLIT_INFO length SPLIT_MARKER

static void test_split_text(struct kunit *test)
{
	static const char *const texts[] = {
		"", "\n", SPLIT_TEXT, "~Module signature appended~",
		"~Module signature appended~\n\n", "Module signature appended~\n",
		SPLIT_MARKER SPLIT_TEXT,
	};
	struct luo_policy_error error;
	struct luo_policy_parts parts;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		KUNIT_EXPECT_EQ(test, 0,
				luo_policy_split(texts[i], strlen(texts[i]),
						 &parts, &error));
		KUNIT_EXPECT_EQ(test, error.err, 0);
		KUNIT_EXPECT_TRUE(test, parts.text == texts[i]);
		KUNIT_EXPECT_EQ(test, parts.text_size, strlen(texts[i]));
		KUNIT_EXPECT_NULL(test, parts.signature);
		KUNIT_EXPECT_EQ(test, parts.signature_size, 0);
	}
}

static void test_split_signed(struct kunit *test)
{
	static const char raw[] = SPLIT_SIGNED("\0\0\0\x09");
	struct luo_policy_error error;
	struct luo_policy_parts parts;

	KUNIT_EXPECT_EQ(test, 0, luo_policy_split(raw, sizeof(raw) - 1, &parts,
						  &error));
	KUNIT_EXPECT_TRUE(test, parts.text == raw);
	KUNIT_EXPECT_EQ(test, parts.text_size, SPLIT_TEXT_SIZE);
	KUNIT_EXPECT_TRUE(test, parts.signature == raw + SPLIT_TEXT_SIZE);
	KUNIT_EXPECT_EQ(test, parts.signature_size, 9);
}

struct split_refused {
	const char *raw;
	size_t size;
	const char *message;
};

#define SPLIT_REFUSED(raw, message)	{ raw, sizeof(raw) - 1, message }
#define SPLIT_CUT	"the signature is cut short: expected 12 bytes about it before the marker"
#define SPLIT_KIND	"the signature is of an unknown kind: expected PKCS#7"
#define SPLIT_RANGE	"the signature's length is out of range: expected 1 to 65535 bytes"
#define SPLIT_LONG	"the signature is longer than what precedes it"

static const struct split_refused split_refused[] = {
	SPLIT_REFUSED(SPLIT_MARKER, SPLIT_CUT),
	SPLIT_REFUSED("\0\2\0\0\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_CUT),
	SPLIT_REFUSED(SPLIT_INFO "\0\0\0\0" SPLIT_MARKER, SPLIT_RANGE),
	SPLIT_REFUSED(SPLIT_INFO "\0\0\0\1" SPLIT_MARKER, SPLIT_LONG),
	SPLIT_REFUSED("s" SPLIT_INFO "\0\0\0\1" SPLIT_MARKER, SPLIT_LONG),
	SPLIT_REFUSED(SPLIT_SIGNED("\0\0\0\0"), SPLIT_RANGE),
	/* All of the text and the signature; the text is 24 bytes */
	SPLIT_REFUSED(SPLIT_SIGNED("\0\0\0\x21"), SPLIT_LONG),
	SPLIT_REFUSED(SPLIT_SIGNED("\0\0\xff\xff"), SPLIT_LONG),
	SPLIT_REFUSED(SPLIT_SIGNED("\0\1\0\0"), SPLIT_RANGE),
	SPLIT_REFUSED(SPLIT_SIGNED("\x09\0\0\0"), SPLIT_RANGE),
	SPLIT_REFUSED(SPLIT_SIGNED("\xff\xff\xff\xd8"), SPLIT_RANGE),
	SPLIT_REFUSED(SPLIT_SIGNED("\xff\xff\xff\xff"), SPLIT_RANGE),
	SPLIT_REFUSED(SPLIT_TEXT "s\1\0\2\0\0\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\1\2\0\0\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\1\0\0\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\2\1\0\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\2\0\1\0\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\2\0\0\1\0\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\2\0\0\0\1\0\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
	SPLIT_REFUSED(SPLIT_TEXT "s\0\0\2\0\0\0\0\1\0\0\0\1" SPLIT_MARKER, SPLIT_KIND),
};

static void test_split_refused(struct kunit *test)
{
	struct luo_policy_error error;
	struct luo_policy_parts parts;
	const struct split_refused *refused;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(split_refused); i++) {
		refused = &split_refused[i];
		KUNIT_EXPECT_EQ(test, -EBADMSG,
				luo_policy_split(refused->raw, refused->size,
						 &parts, &error));
		KUNIT_EXPECT_EQ(test, error.err, -EBADMSG);
		KUNIT_EXPECT_EQ(test, error.line, 1);
		KUNIT_EXPECT_EQ(test, error.column, 1);
		KUNIT_EXPECT_STREQ(test, error.message, refused->message);
		KUNIT_EXPECT_NULL(test, parts.text);
		KUNIT_EXPECT_NULL(test, parts.signature);
	}
}

static void test_split_largest(struct kunit *test)
{
	static const char end[] = SPLIT_INFO "\0\0\xff\xff" SPLIT_MARKER;
	struct luo_policy_error error;
	struct luo_policy_parts parts;
	char *raw;

	raw = kvmalloc(LUO_POLICY_RAW_MAX + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, raw);
	memset(raw, 0, LUO_POLICY_RAW_MAX + 1);
	memcpy(raw + LUO_POLICY_RAW_MAX - (sizeof(end) - 1), end,
	       sizeof(end) - 1);

	KUNIT_EXPECT_EQ(test, 0, luo_policy_split(raw, LUO_POLICY_RAW_MAX,
						  &parts, &error));
	KUNIT_EXPECT_EQ(test, parts.text_size, LUO_POLICY_TEXT_MAX);
	KUNIT_EXPECT_EQ(test, parts.signature_size, LUO_POLICY_SIGNATURE_MAX);

	KUNIT_EXPECT_EQ(test, -E2BIG,
			luo_policy_split(raw, LUO_POLICY_RAW_MAX + 1, &parts,
					 &error));
	KUNIT_EXPECT_STREQ(test, error.message,
			   "too large for a policy, a signature included");
	kvfree(raw);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(test_good),
	KUNIT_CASE(test_bad),
	KUNIT_CASE_PARAM(test_decide, decide_gen_params),
	KUNIT_CASE_PARAM(test_limits, limits_gen_params),
	KUNIT_CASE(test_truncated),
	KUNIT_CASE(test_name_and_version),
	KUNIT_CASE(test_no_policy),
	KUNIT_CASE(test_keys),
	KUNIT_CASE(test_no_limits),
	KUNIT_CASE(test_visit_stops),
	KUNIT_CASE(test_unknown_operation),
	KUNIT_CASE(test_largest_text),
	KUNIT_CASE(test_most_statements),
	KUNIT_CASE(test_many_values),
	KUNIT_CASE(test_names_anywhere),
	KUNIT_CASE(test_split_text),
	KUNIT_CASE(test_split_signed),
	KUNIT_CASE(test_split_refused),
	KUNIT_CASE(test_split_largest),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "luo_lsm_policy",
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);
