/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: an access and its verdict.
 */

#ifndef _SECURITY_LUO_LSM_ACCESS_H
#define _SECURITY_LUO_LSM_ACCESS_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "policy/policy.h"

struct inode;
struct lsm_prop;
struct luo_file_identity;
struct luo_lsm_session;
struct luo_lsm_subject;

/**
 * struct luo_lsm_access - An access and its verdict.
 * @request:    The request, as the engine decides it.
 * @freeze:     An access that was allowed earlier is checked again, at the freeze.
 * @frozen_size: At the freeze: it is the size of all files of the session that is
 *              asked about, as if they were one.
 * @subject:    Who asks; at the freeze, who asked earlier.
 * @session_id: Inode number of the session.
 * @file:       It concerns a file: @token is valid.
 * @token:      Token of the file in the session.
 * @prop:       Properties of the file's inode in the other security modules;
 *              NULL if there is no file yet.
 * @obj:        Security context that the file had in the previous kernel; NULL if
 *              it is not known.
 * @serial:     luo_lsm_policy.serial of the policy that decides, by which classes are
 *              kept; 0 if they are not, as the policy is only tried.
 * @verdict:    The verdict.
 * @enforcing:  A denial is binding.
 */
struct luo_lsm_access {
	struct luo_request request;
	bool freeze;
	bool frozen_size;
	const struct luo_lsm_subject *subject;
	u64 session_id;
	bool file;
	u64 token;
	struct lsm_prop *prop;
	const char *obj;
	u64 serial;
	struct luo_verdict verdict;
	bool enforcing;
};

void luo_lsm_describe_identity(struct luo_lsm_access *access,
			       const struct luo_file_identity *identity);
int luo_lsm_judge(struct luo_lsm_access *access,
		  const struct luo_policy *policy,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session);
int luo_lsm_check(struct luo_lsm_access *access,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session);

/* Denials since boot, binding or not, for status */
extern atomic64_t luo_lsm_denials;

#endif /* _SECURITY_LUO_LSM_ACCESS_H */
