/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies of any size, to measure what they cost: in the kernel by bench.c, in
 * user space by tests/engine.
 */

#ifndef _SECURITY_LUO_LSM_SHAPES_H
#define _SECURITY_LUO_LSM_SHAPES_H

#include "../policy/policy.h"

/* What the statements of a policy are about. */
enum luo_shape {
	LUO_SHAPE_VM,		/* two for each session, exact names */
	LUO_SHAPE_EXE,		/* one for each program */
	LUO_SHAPE_UID,		/* one for each range of uids, and its sessions */
	LUO_SHAPE_MIXED,	/* all of them, and denies */
	LUO_SHAPE_LABEL,	/* cgroup, context and size for each machine */
	LUO_SHAPE_LIMIT,	/* limits for each session */
	LUO_SHAPE_COUNT,
};

/* Which verdict a request is to get. */
enum luo_shape_kind {
	LUO_SHAPE_ALLOW,
	LUO_SHAPE_DENY,
	LUO_SHAPE_NONE,		/* no statement is about it */
	LUO_SHAPE_KINDS,
};

/**
 * struct luo_shape_request - A request and what its pointers point to.
 * @request: The request.
 * @session: Its session.
 * @exe:     Its executable.
 * @cgroup:  Its cgroup.
 * @subj:    Its context.
 */
struct luo_shape_request {
	struct luo_request request;
	char session[32];
	char exe[64];
	char cgroup[64];
	char subj[64];
};

size_t luo_shape_text(enum luo_shape shape, u32 rules, char *text, size_t size);
void luo_shape_request(enum luo_shape shape, u32 rules,
		       enum luo_shape_kind kind,
		       struct luo_shape_request *made);

extern const char *const luo_shape_names[LUO_SHAPE_COUNT];
extern const char *const luo_shape_kinds[LUO_SHAPE_KINDS];

#endif /* _SECURITY_LUO_LSM_SHAPES_H */
