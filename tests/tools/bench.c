// SPDX-License-Identifier: GPL-2.0
/*
 * Policies of any size, to measure what a decision costs; policy-bench counts
 * the instructions.
 *
 * usage: bench SHAPE RULES KIND [DECISIONS]
 *
 * SHAPE  vm     two statements for each session, exact names
 *        exe    a statement for each program
 *        uid    a statement for each range of uids, with a prefix of sessions
 *        mixed  all of them, and denies
 *        label  a statement for each machine, with its cgroup, its context and
 *               a bound for its files
 *        limit  limits for each session, and statements that allow them
 * KIND   allow, deny or none: the verdict of the request; limits or sessions:
 *        what limits the session is found instead
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/limits.h>

#include "policy.h"

static char text[LUO_POLICY_TEXT_MAX * 4];
static size_t length;

static __printf(1, 2) void put(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	length += vsnprintf(text + length, sizeof(text) - length, format, args);
	va_end(args);
}

static void put_vm(int i)
{
	if (i % 2)
		put("allow create,retrieve session=vm-%05d exe=/usr/bin/luod uid=0\n",
		    i / 2);
	else
		put("allow preserve,restore session=vm-%05d type=%s exe=%s owner=self\n",
		    i / 2, "memfd-v2,vfio-pci-v2", "/usr/bin/qemu-*");
}

static void put_exe(int i)
{
	put("allow create,preserve session=svc-* exe=/usr/lib/svc/%05d/run uid=0,%d\n",
	    i, 1000 + i);
}

static void put_uid(int i)
{
	put("allow preserve,restore session=u%05d-* uid=%d-%d owner=self\n", i,
	    100000 + 10 * i, 100009 + 10 * i);
}

static void put_deny(int i)
{
	put("deny create,preserve session=vm-%05d exe=/usr/bin/qemu-%05d\n", i, i);
}

static void put_label(int i)
{
	put("allow preserve cgroup=/machine.slice/vm-%05d.scope/* ", i);
	put("subj=system_u:system_r:svirt_t:s0:c%d size=%dG\n", i, 1 + i % 64);
}

static void put_limit(int i)
{
	if (i % 2)
		put("limit session=vm-%05d files=%d bytes=%dG sessions=1\n",
		    i / 2, 1 + i % 100, 1 + i % 64);
	else
		put("limit session=vm-* uid=%d files=%d sessions=%d\n",
		    1000 + i, 1 + i % 100, 1 + i % 10);
}

static void put_rule(const char *shape, int i)
{
	if (!strcmp(shape, "label")) {
		put_label(i);
		return;
	}
	if (!strcmp(shape, "limit")) {
		put_limit(i);
		return;
	}
	if (!strcmp(shape, "vm"))
		put_vm(i);
	else if (!strcmp(shape, "exe"))
		put_exe(i);
	else if (!strcmp(shape, "uid"))
		put_uid(i);
	else if (i % 4 == 0)
		put_vm(i / 2);
	else if (i % 4 == 1)
		put_exe(i);
	else if (i % 4 == 2)
		put_uid(i);
	else
		put_deny(i);
}

/* A request about the middle of the policy. */
static struct luo_request middle(const char *shape, int rules, char *session,
				 char *exe)
{
	static char cgroup[128], subj[64];
	struct luo_request r = {
		.op = LUO_OP_PRESERVE,
		.init_userns = true,
		.session = session,
		.exe = exe,
		.type = "memfd-v2",
		.owner_known = true,
		.cgroup = cgroup,
		.subj = subj,
		.size = 4096,
		.size_known = true,
	};
	int i = rules / 2 & ~3;

	if (!strcmp(shape, "exe")) {
		sprintf(session, "svc-%05d", i);
		sprintf(exe, "/usr/lib/svc/%05d/run", i);
		r.uid = 1000 + i;
	} else if (!strcmp(shape, "uid")) {
		sprintf(session, "u%05d-x", i);
		sprintf(exe, "/usr/bin/python3");
		r.uid = 100003 + 10 * i;
	} else if (!strcmp(shape, "limit")) {
		sprintf(session, "vm-%05d", i / 2);
		r.uid = 1000 + i;
	} else if (!strcmp(shape, "label")) {
		sprintf(session, "vm-%05d", i);
		sprintf(exe, "/usr/bin/qemu-system-x86_64");
		sprintf(cgroup, "/machine.slice/vm-%05d.scope/libvirt/emulator", i);
		sprintf(subj, "system_u:system_r:svirt_t:s0:c%d", i);
	} else {
		sprintf(session, "vm-%05d", !strcmp(shape, "vm") ? i / 2 : i / 4);
		sprintf(exe, "/usr/bin/qemu-system-x86_64");
		r.uid = 1000 + i;
	}
	r.gid = r.uid;
	r.owner = r.uid;
	return r;
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

/* No statement is about this. */
static void make_strange(struct luo_request *request, char *session)
{
	session[0] = 'x';
	request->size = S64_MAX;
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
			int times, const char *shape, int rules, double load)
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
	printf("%s %d %s: files line %u, bytes line %u, %u of sessions; ",
	       shape, rules, kind, limits.files.line, limits.bytes.line,
	       sessions);
	printf("%zu bytes a rule, loaded in %.2f us a rule\n",
	       luo_policy_memory(policy) / rules, load / rules);
	return limits.files.line || sessions;
}

int main(int argc, char **argv)
{
	bool found;
	static char session[64], exe[64];
	struct luo_policy_error error;
	struct luo_verdict verdict;
	struct luo_request request;
	struct luo_policy *policy;
	const char *shape, *kind;
	int rules, decisions, i;
	double start, load;

	if (argc < 4)
		return 2;
	shape = argv[1];
	rules = atoi(argv[2]);
	kind = argv[3];
	decisions = argc > 4 ? atoi(argv[4]) : 1;
	put("policy name=bench version=1\ndeny create,preserve exe=/usr/bin/evil\n");
	for (i = 1; i < rules; i++)
		put_rule(shape, i);
	start = now();
	policy = luo_policy_compile(text, length, &error);
	load = now() - start;
	if (!policy) {
		fprintf(stderr, "%u:%u: %s\n", error.line, error.column,
			error.message);
		return 1;
	}
	request = middle(shape, rules, session, exe);
	if (!strcmp(kind, "limits") || !strcmp(kind, "sessions")) {
		found = find_limits(policy, &request, kind, decisions, shape,
				    rules, load);
		luo_policy_free(policy);
		return !found;
	}
	if (!strcmp(kind, "deny"))
		sprintf(exe, "/usr/bin/evil");
	else if (!strcmp(kind, "none"))
		make_strange(&request, session);
	for (i = 0; i < decisions; i++)
		luo_policy_decide(policy, &request, &verdict);
	printf("%s %d %s: %s line %u; %zu bytes a rule, loaded in %.2f us a rule\n",
	       shape, rules, kind, luo_reason_names[verdict.reason],
	       verdict.line, luo_policy_memory(policy) / rules, load / rules);
	luo_policy_free(policy);
	/* "allow" of "allow-rule", "none" of "no-rule" */
	return strncmp(luo_reason_names[verdict.reason], kind, 2) != 0;
}
