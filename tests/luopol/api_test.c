// SPDX-License-Identifier: GPL-2.0
/*
 * libluo-policy: what its functions answer and refuse; random policies and requests,
 * decided as brute force does; failing allocations, threads, and small stacks. The linker
 * gives it the library's allocations. Prints TAP.
 *
 * usage: api_test           all of it
 *        api_test threads   what threads do, for ThreadSanitizer
 */

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>

#include "../tap.h"
#include "brute.h"
#include "random.h"
#include "api/loaded.h"
#include "render/request_text.h"

#define THREADS		6

/* ---- Allocations, of which one fails ---- */

static _Thread_local long allocations, failing;

static bool fails(void)
{
	return ++allocations == failing;
}

void *__real_calloc(size_t count, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
FILE *__real_fopencookie(void *cookie, const char *mode, cookie_io_functions_t calls);
char *__real_strdup(const char *text);

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t calls)
{
	return fails() ? NULL : __real_fopencookie(cookie, mode, calls);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

/* ---- Policies ---- */

static const char first[] =
	"policy name=first version=7\n"
	"allow create,retrieve session=vm-* exe=/usr/sbin/luod uid=0\n"
	"allow preserve session=vm-% cgroup=/vm-%.scope type=memfd-v2 audit\n"
	"deny preserve fowner=0\n"
	"deny retrieve session=probe quiet\n"
	"limit session=vm-* files=4 bytes=1G\n"
	"end\n";

static const char second[] =
	"policy name=second version=8\n"
	"allow create,retrieve session=vm-* exe=/usr/sbin/luod uid=0-9\n"
	"deny preserve fowner=0 quiet\n"
	"deny retrieve session=probe\n"
	"limit session=vm-* files=8\n"
	"end\n";

static struct luopol *load_text(const char *text)
{
	struct luopol_error error;
	struct luopol *policy;

	if (!luopol_load(text, strlen(text), &policy, &error))
		return policy;
	printf("Bail out! %u:%u: %s\n", error.line, error.column, error.text);
	exit(1);
}

/* ---- Loading ---- */

static void refused(const char *text, size_t size, int code, u32 line, u32 column,
		    const char *want, const char *help, const char *name)
{
	struct luopol_error error = {};
	struct luopol *policy = (void *)1;

	is(luopol_load(text, size, &policy, &error), -code, name);
	is(error.code, code, "  the error has it, too");
	is(error.line, line, "  its line");
	is(error.column, column, "  its column");
	text_is(error.text, want, "  its sentence");
	text_is(error.help, help, "  its advice");
	is_true(!policy, "  there is no policy");
	is(luopol_load(text, size, &policy, NULL), -code, "  nobody has to want to know why");
}

static void test_load(void)
{
	static const char nul[] = "policy name=a version=1\nallow create session=a\0b\nend\n";
	static const char cut[] = "policy name=a version=1\nallow create\nend\nPKCS#7 ~Module "
				  "signature appended~\n";
	struct luopol *policy = load_text(first);
	size_t size = LUO_POLICY_RAW_MAX + 1UL;
	char *large = malloc(size);

	text_is(luopol_name(policy), "first", "the name of a policy");
	is(luopol_version(policy), 7, "its version");
	luopol_free(policy);
	luopol_free(NULL);
	refused("policy name=a version=1\nallow creat\nend\n", 40, EINVAL, 2, 7,
		"unknown operation 'creat': expected create, retrieve, finish, preserve or restore",
		"did you mean 'create'?", "a wrong word");
	refused(nul, sizeof(nul) - 1, EINVAL, 2, 23,
		"NUL byte: a policy is text", "this is no text: a policy is written in UTF-8",
		"a NUL in the text");
	refused(NULL, 0, EINVAL, 1, 1,
		"no policy statement: expected policy name=NAME version=NUMBER", "", "no text");
	refused(cut, sizeof(cut) - 1, EBADMSG, 0, 0,
		"policy: the signature is of an unknown kind: expected PKCS#7", "",
		"a damaged signature");
	memset(large, '#', size);
	refused(large, size, E2BIG, 0, 0, "policy of 1114152 bytes: expected at most 1114151", "",
		"a text that is too large");
	free(large);
}

static void test_files(const char *folder)
{
	struct luopol_error error = {};
	struct luopol *policy;
	char path[4096], sentence[400];
	FILE *out;

	is(luopol_load_file(NULL, &policy, &error), -ENOENT, "no luo_lsm on this host");
	text_is(error.text, "/sys/kernel/security/luo_lsm/policy: No such file or directory",
		"  the sentence");
	text_is(error.help, "luo_lsm is not active in this kernel, or securityfs is not mounted",
		"  what to do");
	is(luopol_load_file("/", &policy, &error), -EISDIR, "a folder");
	text_is(error.text, "/: Is a directory", "  the sentence");
	is(luopol_load_file("-", &policy, NULL), -ENOENT, "'-' is a name as any other");
	snprintf(path, sizeof(path), "%s/\x1b[2J\n.luo", folder);
	is(luopol_ask(path, "create", sentence, sizeof(sentence)), -ENOENT, "a name that clears");
	is_true(strstr(sentence, "/?[2J?.luo: No such file or directory"), "  does not");
	snprintf(path, sizeof(path), "%s/first.luo", folder);
	out = fopen(path, "w");
	fwrite(first, 1, sizeof(first) - 1, out);
	fclose(out);
	is(luopol_load_file(path, &policy, &error), 0, "a file");
	text_is(luopol_name(policy), "first", "  its name");
	luopol_free(policy);
	is(luopol_ask(path, "create session=vm-1 exe=/usr/sbin/luod uid=0", sentence,
		      sizeof(sentence)), LUOPOL_ALLOWED, "asked in one call");
	text_is(sentence, "policy first, version 7: allowed by line 2", "  the sentence");
	is(luopol_ask(path, "preserve fowner=0", sentence, 12), LUOPOL_DENIED, "little room");
	text_is(sentence, "policy firs", "  for the sentence");
	is(luopol_ask(path, "create session=vm-1 uid=0", sentence, sizeof(sentence)),
	   LUOPOL_DEPENDS, "asked too little");
	text_is(sentence, "policy first, version 7: it depends on exe, which the request does not "
			  "say", "  the sentence");
	is(luopol_ask(path, "create uid=x", sentence, sizeof(sentence)), -EINVAL, "asked wrong");
	is(luopol_ask("/dev/null", "create", sentence, sizeof(sentence)), -EBADMSG,
	   "asked of what is no policy");
}

/* ---- Decisions ---- */

static void decided(const struct luopol *policy, const char *request, u32 answer, u32 flags,
		    u32 allowed_by, u32 denied_by, const char *depends)
{
	struct luopol_verdict verdict;

	is(luopol_decide(policy, request, &verdict, NULL), 0, request);
	is(verdict.answer, answer, "  the answer");
	is(verdict.flags, flags, "  the flags");
	is(verdict.allowed_by, allowed_by, "  the line that allows");
	is(verdict.denied_by, denied_by, "  the line that denies");
	text_is(verdict.depends, depends, "  what it depends on");
}

static void no_request(const struct luopol *policy, const char *request, u32 line, u32 column,
		       const char *text, const char *name)
{
	struct luopol_verdict verdict = { .answer = 77 };
	struct luopol_error error = {};
	char *explained = (void *)1;

	is(luopol_decide(policy, request, &verdict, &error), -EINVAL, name);
	is(error.line, line, "  its line");
	is(error.column, column, "  its column");
	text_is(error.text, text, "  the sentence");
	is(verdict.answer, 77, "  there is no verdict");
	if (!strncmp(text, "several", 7))
		return;
	is(luopol_explain(policy, request, &explained, NULL), -EINVAL, "  it is not explained");
	is_true(!explained, "  there is no text");
}

static void test_decide(void)
{
	struct luopol *policy = load_text(first);
	char *long_request = malloc(3000000);
	struct luopol_verdict verdict;

	decided(policy, "create session=vm-1 exe=/usr/sbin/luod uid=0", LUOPOL_ALLOWED, 0, 2, 0,
		"");
	decided(policy, "preserve session=vm-1 cgroup=/vm-1.scope type=memfd-v2 fowner=3",
		LUOPOL_ALLOWED, LUOPOL_AUDIT, 3, 0, "");
	decided(policy, "session=vm-1 preserve fowner=0", LUOPOL_DENIED, 0, 0, 4, "");
	decided(policy, "retrieve session=probe", LUOPOL_DENIED, LUOPOL_QUIET, 0, 5, "");
	decided(policy, "restore", LUOPOL_DENIED, 0, 0, 0, "");
	decided(policy, "create session=vm-1 uid=0", LUOPOL_DEPENDS, 0, 2, 0, "exe");
	decided(policy, "create session=vm-1 exe=/usr/sbin/luod userns=other",
		LUOPOL_NEVER, 0, 0, 0, "");
	no_request(policy, NULL, 0, 0, "there is no request", "no request");
	no_request(policy, "", 0, 0, "there is no request", "an empty one");
	no_request(policy, "create\nallow finish", 0, 0, "a request is one line", "two lines");
	no_request(policy, "create\rsession=a", 0, 0, "a request is one line", "a carriage return");
	no_request(policy, "create session=\"a", 1, 16,
		   "quote without end: expected '\"' before the end of the line",
		   "quotes that stay open");
	no_request(policy, "create uid=root", 1, 12,
		   "uid 'root' is not a number: expected 0 to 4294967294, or a range LOW-HIGH",
		   "a user's name");
	no_request(policy, "create audit", 1, 8,
		   "'audit' is for statements: a request has none", "a flag");
	no_request(policy, "create,finish", 0, 0, "several operations: ask for one", "two");
	no_request(policy, " # create", 0, 0, "there is no request", "a comment");
	memset(long_request, 'x', 2999999);
	long_request[2999999] = '\0';
	is(luopol_decide(policy, long_request, &verdict, NULL), -E2BIG, "a very long one");
	free(long_request);
	luopol_free(policy);
}

static void test_explain(void)
{
	struct luopol *policy = load_text(first);
	char *text;

	is(luopol_explain(policy, "preserve,restore fowner=0", &text, NULL), 0, "an explanation");
	text_is(text, "preserve: denied by line 4\n"
		      "    deny preserve fowner=0\n"
		      "  so do lines: no others\n"
		      "  without them allowed by lines: 3\n"
		      "restore: denied, as no statement allows it\n"
		      "  the smallest statement that allows it: allow restore fowner=0\n",
		"  says why");
	free(text);
	luopol_free(policy);
}

/* ---- Differences ---- */

struct listed {
	char text[4096];
	int end;		/* what the function returns */
	int calls;
	const struct luopol *ask;
	int wrong;
};

static int list(const struct luopol_difference *d, void *arg)
{
	struct listed *listed = arg;
	struct luopol_verdict verdict;
	size_t used = strlen(listed->text);

	listed->calls++;
	snprintf(listed->text + used, sizeof(listed->text) - used,
		 "%u%s %u %u %s %s %lld %lld\n", d->change, d->flags ? "?" : "", d->old_line,
		 d->new_line, d->request, d->limit ?: "-", (long long)d->old_most,
		 (long long)d->new_most);
	if (listed->ask && !d->limit && luopol_decide(listed->ask, d->request, &verdict, NULL))
		listed->wrong++;
	return listed->end;
}

static void test_diff(void)
{
	struct luopol *old = load_text(first), *new = load_text(second);
	struct listed listed = { .ask = old };

	is(luopol_diff(old, new, list, &listed, NULL), 0, "differences");
	text_is(listed.text,
		"1 0 2 create session=vm-x exe=/usr/sbin/luod uid=1 - 0 0\n"
		"1 0 2 retrieve session=vm-x exe=/usr/sbin/luod uid=1 - 0 0\n"
		"1 6 5 session=vm-x uid=1 files 4 8\n"
		"1 6 0 session=vm-x uid=1 bytes 1073741824 -1\n"
		"2 3 0 preserve session=vm-x type=memfd-v2 fowner=1 cgroup=/vm-x.scope - 0 0\n"
		"3 4 3 preserve session=other type=other fowner=0 cgroup=/other - 0 0\n"
		"4 5 4 retrieve session=probe exe=/other uid=1 - 0 0\n", "  all of them");
	is(listed.wrong, 0, "  each is a request, asked on the way");
	listed = (struct listed){ .end = 42 };
	is(luopol_diff(old, new, list, &listed, NULL), 42, "the function ends the list");
	is(listed.calls, 1, "  at once");
	listed = (struct listed){};
	is(luopol_diff(old, old, list, &listed, NULL), 0, "a policy and itself");
	is(listed.calls, 0, "  do not differ");
	luopol_free(old);
	luopol_free(new);
}

/* ---- Random policies, as brute force decides ---- */

struct told {
	const struct luopol *old;
	const struct luopol *new;
	long count;
	bool wrong;
};

/* The request is decided as the difference says. */
static int check_difference(const struct luopol_difference *d, void *arg)
{
	struct luopol_verdict old, new;
	struct told *told = arg;
	bool good;

	/* Policies at random differ in much */
	if (d->limit || d->flags || !one_in(40))
		return 0;
	told->count++;
	good = !luopol_decide(told->old, d->request, &old, NULL) &&
	       !luopol_decide(told->new, d->request, &new, NULL);
	if (d->change == LUOPOL_MORE)
		good = good && new.allowed_by == d->new_line && old.denied_by == d->old_line &&
		       new.answer == LUOPOL_ALLOWED && old.answer == LUOPOL_DENIED;
	if (d->change == LUOPOL_LESS)
		good = good && old.allowed_by == d->old_line && new.denied_by == d->new_line &&
		       old.answer == LUOPOL_ALLOWED && new.answer == LUOPOL_DENIED;
	if (d->change == LUOPOL_QUIETER)
		good = good && new.flags == LUOPOL_QUIET && old.answer == LUOPOL_DENIED &&
		       !old.flags;
	if (d->change == LUOPOL_LOUDER)
		good = good && old.flags == LUOPOL_QUIET && new.answer == LUOPOL_DENIED &&
		       !new.flags;
	if (!good)
		printf("# %u: lines %u and %u, %s\n", d->change, d->old_line, d->new_line,
		       d->request);
	told->wrong |= !good;
	return 0;
}

/* Returns 1 if the request is decided as it should be, 0 if it is none, -1 otherwise. */
static int check_decision(const struct luopol *policy, const struct luo_request *request)
{
	struct luopol_verdict got;
	struct luo_verdict want;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	bool good;
	int ret;

	write_request(out, request, U32_MAX);
	fclose(out);
	ret = is_asked(request) ? luopol_decide(policy, text, &got, NULL) : -EINVAL;
	brute_decide(&policy->source.program, request, &want);
	good = got.answer == (want.allow ? LUOPOL_ALLOWED : LUOPOL_DENIED) &&
	       (want.allow ? got.allowed_by : got.denied_by) == want.line &&
	       got.flags == (want.audit ? LUOPOL_AUDIT : 0) + (want.quiet ? LUOPOL_QUIET : 0);
	/* Not each request can be written as text */
	ret = ret ? 0 : good ? 1 : -1;
	if (ret < 0)
		printf("# %s: %u %u, line %u or %u, not %u %u %u, line %u\n", text, got.answer,
		       got.flags, got.allowed_by, got.denied_by, want.allow, want.audit,
		       want.quiet, want.line);
	free(text);
	return ret;
}

static bool check_random(struct text *text, long *decisions, struct told *told)
{
	struct taste taste = random_taste();
	struct random_request request;
	struct luopol *policy;
	bool good = true;
	int i, ret;

	random_policy(text, &taste);
	policy = load_text(text->at);
	for (i = 0; i < 12 && good; i++) {
		random_request(&request, &taste);
		ret = check_decision(policy, &request.request);
		good = ret >= 0;
		*decisions += ret > 0;
	}
	luopol_free((struct luopol *)told->old);
	told->old = told->new;
	told->new = policy;
	if (told->old && luopol_diff(told->old, policy, check_difference, told, NULL))
		good = false;
	if (!good || told->wrong)
		printf("# %s\n", text->at);
	return good && !told->wrong;
}

static void test_random(void)
{
	struct text *text = calloc(1, sizeof(*text));
	struct told told = {};
	long decisions = 0;
	bool good = true;
	int i;

	state = 0x1dea5;
	for (i = 0; i < 80 && good; i++)
		good = check_random(text, &decisions, &told);
	is_true(good, "random policies are decided as by brute force, and so is what differs");
	is_true(decisions > 300 && told.count > 100, "  they were many");
	printf("# %ld decisions, %ld differences\n", decisions, told.count);
	luopol_free((struct luopol *)told.old);
	luopol_free((struct luopol *)told.new);
	free(text);
}

/* ---- Without memory ---- */

static int count_calls(const struct luopol_difference *d, void *arg)
{
	(void)d;
	++*(int *)arg;
	return 0;
}

/* All functions, each of which succeeds or fails as without memory. Returns 1 once all do. */
static int use_all(struct luopol *old, struct luopol *new, int function, bool *good)
{
	struct luopol_error error = {};
	struct luopol_verdict verdict = {};
	struct luopol *policy = NULL;
	char *text = NULL;
	int err, calls = 0;

	switch (function) {
	case 0:
		err = luopol_load(first, sizeof(first) - 1, &policy, &error);
		break;
	case 1:
		err = luopol_decide(old, "create session=vm-1", &verdict, &error);
		break;
	case 2:
		err = luopol_explain(old, "create session=vm-1 uid=1", &text, &error);
		break;
	case 3:
		err = luopol_explain(old, "create,preserve,retrieve session=probe", &text, &error);
		break;
	case 4:
		err = luopol_diff(old, new, count_calls, &calls, &error);
		break;
	default:
		err = luopol_load("allow creat", 11, &policy, &error);
		*good &= !err || err == -ENOMEM || err == -EINVAL;
		return err == -EINVAL;
	}
	*good &= err ? err == -ENOMEM && error.code == ENOMEM &&
		       !strcmp(error.text, "out of memory") && !policy && !text && !calls :
		       !error.code;
	luopol_free(policy);
	free(text);
	return !err;
}

static void test_no_memory(void)
{
	static const char *const names[] = {
		"load", "decide", "explain", "explain several", "diff", "refuse",
	};
	struct luopol *old = load_text(first), *new = load_text(second);
	bool good = true;
	int i, done;
	long n;

	for (i = 0; i < 6; i++) {
		for (n = 1, done = 0; !done && good; n++) {
			allocations = 0;
			failing = n;
			done = use_all(old, new, i, &good) && allocations < n;
		}
		failing = 0;
		is_true(good && n > 5, names[i]);
		printf("# %ld allocations failed, one after the other\n", n - 2);
	}
	luopol_free(old);
	luopol_free(new);
}

/* ---- Threads and their stacks ---- */

struct work {
	struct luopol *old;
	struct luopol *new;
	const char *text;
	const char *differences;
	bool good;
};

static void *do_work(void *arg)
{
	struct luopol_error error = {};
	struct luopol_verdict verdict;
	struct work *work = arg;
	struct listed listed;
	struct luopol *policy;
	char *text;
	int i;

	work->good = true;
	for (i = 0; i < 20; i++) {
		listed = (struct listed){ .ask = work->new };
		work->good &= !luopol_explain(work->old, "create session=vm-1", &text, &error) &&
			      !strcmp(text, work->text) &&
			      !luopol_diff(work->old, work->new, list, &listed, &error) &&
			      !strcmp(listed.text, work->differences) &&
			      !luopol_decide(work->old, "retrieve session=probe", &verdict,
					     &error) &&
			      verdict.denied_by == 5 &&
			      luopol_load("allow x", 7, &policy, &error) == -EINVAL &&
			      error.line == 1 && !luopol_load(second, sizeof(second) - 1, &policy,
							      &error);
		free(text);
		luopol_free(policy);
	}
	return NULL;
}

static void test_threads(void)
{
	struct luopol *old = load_text(first), *new = load_text(second);
	struct work work[THREADS];
	pthread_t threads[THREADS];
	struct listed listed = {};
	bool good = true;
	char *text;
	int i;

	luopol_explain(old, "create session=vm-1", &text, NULL);
	luopol_diff(old, new, list, &listed, NULL);
	for (i = 0; i < THREADS; i++) {
		work[i] = (struct work){ old, new, text, listed.text, false };
		pthread_create(&threads[i], NULL, do_work, &work[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		good &= work[i].good;
	}
	is_true(good, "threads get the same answers of the same policies");
	free(text);
	luopol_free(old);
	luopol_free(new);
}

/* Statements of two keys that leave nothing: each is a part of the search. */
static char *many_parts(int count)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	u32 last;
	int i;

	fputs("policy name=parts version=1\nallow preserve\n", out);
	for (i = 0; i < count; i++) {
		last = i < count - 1 ? i : U32_MAX - 1;
		fprintf(out, "deny preserve uid=%u-%u gid=0-%u\n", i, last, 3 * i);
		fprintf(out, "deny preserve uid=%u-%u gid=%u-4294967294\n", i, last, 3 * i + 1);
	}
	fputs("end\n", out);
	fclose(out);
	return text;
}

static void *decide_parts(void *arg)
{
	struct luopol_verdict verdict = {};

	luopol_decide(arg, "preserve", &verdict, NULL);
	return (void *)(intptr_t)verdict.answer;
}

static void test_stack(void)
{
	char *text = many_parts(600);
	struct luopol *policy = load_text(text);
	pthread_attr_t attributes;
	void *answer = NULL;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 128 * 1024);
	pthread_create(&thread, &attributes, decide_parts, policy);
	pthread_join(thread, &answer);
	is((intptr_t)answer, LUOPOL_DENIED, "a search of many parts needs little stack");
	pthread_attr_destroy(&attributes);
	luopol_free(policy);
	free(text);
}

static void test_sizes(void)
{
	is(sizeof(struct luopol_error), 800, "the size of an error");
	is(sizeof(struct luopol_verdict), 176, "that of a verdict");
	is(sizeof(struct luopol_difference), 80, "that of a difference");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1 && !strcmp(argv[1], "threads")) {
		test_threads();
		printf("1..%d\n", tests);
		return failures != 0;
	}
	test_sizes();
	test_load();
	test_files(argc > 1 ? argv[1] : ".");
	test_decide();
	test_explain();
	test_diff();
	test_random();
	test_no_memory();
	test_threads();
	test_stack();
	printf("1..%d\n", tests);
	return failures != 0;
}
