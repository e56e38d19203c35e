/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: what its files share. The policy language and its decisions are
 * declared in policy.h.
 */

#ifndef _SECURITY_LUO_LSM_H
#define _SECURITY_LUO_LSM_H

#include <crypto/sha2.h>
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "policy.h"

/* Where the active policy came from. */
enum luo_lsm_source {
	LUO_LSM_SOURCE_LOADED,
	LUO_LSM_SOURCE_COUNT,
};

/**
 * struct luo_lsm_policy - A policy and what is to be told of it.
 * @compiled: What decisions are made by.
 * @text:     The text as it was written, @size bytes, not NUL-terminated.
 * @size:     Bytes of @text.
 * @sha256:   Digest of @text.
 * @source:   Where it came from.
 * @users:    The active pointer is one user; so is everyone who decides by the
 *            policy or reads its text at the moment.
 *
 * Immutable once it is published.
 */
struct luo_lsm_policy {
	struct luo_policy *compiled;
	char *text;
	size_t size;
	u8 sha256[SHA256_DIGEST_SIZE];
	enum luo_lsm_source source;
	refcount_t users;
};

/**
 * struct luo_lsm_access - One access, as it was asked for and decided.
 * @request:    The question.
 * @session_id: Inode number of the session.
 * @file:       There is a file: @token is valid.
 * @token:      Number of the file in the session.
 * @size_known: @size is valid.
 * @size:       Bytes in the file.
 * @verdict:    The answer.
 * @enforcing:  Whether the answer is binding.
 */
struct luo_lsm_access {
	struct luo_request request;
	u64 session_id;
	bool file;
	u64 token;
	bool size_known;
	u64 size;
	struct luo_verdict verdict;
	bool enforcing;
};

/* lsm.c */
extern atomic64_t luo_lsm_denials;
extern atomic_long_t luo_lsm_sessions;
extern bool luo_lsm_unconfigured_allow;

/* state.c */
struct luo_lsm_policy *luo_lsm_policy_get(void);
void luo_lsm_policy_put(struct luo_lsm_policy *policy);
int luo_lsm_policy_load(const char *text, size_t size,
			enum luo_lsm_source source);
void luo_lsm_last_error(struct luo_policy_error *error);
bool luo_lsm_enforcing(void);
void luo_lsm_set_enforcing(bool enforcing);

extern const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT];

/* subject.c */
const char *luo_lsm_exe(char *buf, int size);

/* audit.c */
void luo_lsm_audit_access(const struct luo_lsm_access *access,
			  const struct luo_lsm_policy *policy);
void luo_lsm_audit_load(const struct luo_lsm_policy *policy,
			const struct luo_policy_error *error);
void luo_lsm_audit_enforcing(bool enforcing, bool old_enforcing);

/* securityfs.c */
int luo_lsm_init_securityfs(void);

#endif /* _SECURITY_LUO_LSM_H */
