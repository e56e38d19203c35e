/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the active policy.
 */

#ifndef _SECURITY_LUO_LSM_ACTIVE_H
#define _SECURITY_LUO_LSM_ACTIVE_H

#include <crypto/sha2.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "handover.h"

struct luo_lsm_hits;
struct luo_policy;

/* Where a policy came from. */
enum luo_lsm_source {
	LUO_LSM_SOURCE_BOOT,		/* it is compiled into the kernel */
	LUO_LSM_SOURCE_LOADED,
	LUO_LSM_SOURCE_HANDED_OVER,
	LUO_LSM_SOURCE_COUNT,
};

/**
 * struct luo_lsm_policy - A policy and its origin.
 * @compiled:  The policy as the engine compiled it.
 * @raw:       The bytes that were written: the text, followed by its signature
 *             if there is one.
 * @raw_size:  Bytes of @raw.
 * @size:      Bytes of the text.
 * @verified:  There is a signature, and it is good.
 * @sha256:    Digest of the text.
 * @source:    Where it came from.
 * @preserved: @raw as it is handed over to the next kernel. Under luo_lsm_lock.
 * @counts:    For each of luo_policy_session_limits() the number of sessions that
 *             it matches, while the policy is active. Under luo_lsm_active_lock.
 * @hits:      What its statements decided, while it was active. Without a lock, see
 *             hits.c.
 * @serial:    Tells it from every other, also from those that are gone: from 1.
 * @users:     References: the active pointer has one, and so has each task that
 *             decides by the policy or reads it.
 *
 * Immutable once it is active, but for @preserved, @counts, @hits and @users.
 */
struct luo_lsm_policy {
	struct luo_policy *compiled;
	char *raw;
	size_t raw_size;
	size_t size;
	bool verified;
	u8 sha256[SHA256_DIGEST_SIZE];
	enum luo_lsm_source source;
	struct luo_lsm_preserved preserved;
	u64 *counts;
	struct luo_lsm_hits *hits;
	u64 serial;
	refcount_t users;
};

/**
 * struct luo_lsm_newest - The newest policy since the last cold boot.
 * @version: Its version; 0 if there was none.
 * @digest:  SHA-256 of its text.
 */
struct luo_lsm_newest {
	u64 version;
	u8 digest[SHA256_DIGEST_SIZE];
};

/*
 * Serializes all changes of what is in force and is handed over: the active
 * policy and the newest one, the switches, the last error. Held while a policy is
 * verified, compiled and published. Outermost lock of the module.
 */
extern struct mutex luo_lsm_lock;

/*
 * Held, within luo_lsm_lock, while the active pointer changes. Protects the
 * counters of the active policy, and the list of the sessions that they count.
 * Taken within LUO's locks too; no other lock is taken within it.
 */
extern struct mutex luo_lsm_active_lock;

/* Under luo_lsm_lock. */
extern struct luo_lsm_newest luo_lsm_newest;

struct luo_lsm_policy *luo_lsm_policy_get(void);
void luo_lsm_policy_put(struct luo_lsm_policy *policy);
struct luo_lsm_policy *luo_lsm_policy_active(void);
void luo_lsm_policy_publish(struct luo_lsm_policy *policy);

extern const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT];

#endif /* _SECURITY_LUO_LSM_ACTIVE_H */
