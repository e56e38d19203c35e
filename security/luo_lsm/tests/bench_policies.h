/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies of any size, to measure what they cost: in the kernel by bench.c, in
 * user space by tests/engine.
 */

#ifndef _SECURITY_LUO_LSM_SHAPES_H
#define _SECURITY_LUO_LSM_SHAPES_H

#include "../policy/policy.h"

/* What the statements of a policy are about. */
enum luo_bench_policy {
	LUO_BENCH_VM,		/* two for each session, exact names */
	LUO_BENCH_EXE,		/* one for each program */
	LUO_BENCH_UID,		/* one for each range of uids, and its sessions */
	LUO_BENCH_MIXED,	/* all of them, and denies */
	LUO_BENCH_LABEL,	/* cgroup, context and size for each machine */
	LUO_BENCH_TENANT,	/* tenants, in prefixes of their own and in one prefix */
	LUO_BENCH_LIMIT,	/* limits for each session */
	LUO_BENCH_COUNT,
};

/* Which verdict a request is to get. */
enum luo_bench_kind {
	LUO_BENCH_ALLOW,
	LUO_BENCH_DENY,
	LUO_BENCH_NONE,		/* no statement is about it */
	LUO_BENCH_KINDS,
};

/**
 * struct luo_bench_request - A request and what its pointers point to.
 * @request: The request.
 * @session: Its session.
 * @exe:     Its executable.
 * @cgroup:  Its cgroup.
 * @subj:    Its context.
 */
struct luo_bench_request {
	struct luo_request request;
	char session[32];
	char exe[64];
	char cgroup[64];
	char subj[64];
};

size_t luo_bench_text(enum luo_bench_policy which, u32 rules, char *text,
		      size_t size);
void luo_bench_request(enum luo_bench_policy which, u32 rules,
		       enum luo_bench_kind kind,
		       struct luo_bench_request *made);

extern const char *const luo_bench_names[LUO_BENCH_COUNT];
extern const char *const luo_bench_kinds[LUO_BENCH_KINDS];

#endif /* _SECURITY_LUO_LSM_SHAPES_H */
