/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the records of sessions and of the files preserved in them.
 */

#ifndef _SECURITY_LUO_LSM_SESSION_H
#define _SECURITY_LUO_LSM_SESSION_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

#include "policy/policy.h"

struct luo_lsm_file;
struct luo_lsm_label;
struct luo_lsm_subject;

/**
 * struct luo_lsm_session - The record of a session.
 * @list:    In limits.c's list of the sessions that count towards limits; empty
 *           if this one does not. Under luo_lsm_active_lock.
 * @creator: Who created it; NULL if the previous kernel handed it over.
 * @uid:     The uid that created it, in the initial user namespace.
 * @uid_known: @uid is known.
 * @count:   How many files are preserved in it.
 * @bytes:   Sum of luo_lsm_file.size over these.
 * @policy:  luo_lsm_policy.serial of the policy that these are by; 0: not found yet.
 * @limits:  What may be in it.
 * @limited: @limits were found.
 * @named:   @class was found, if the policy has the key at all.
 * @class:   The class of its name.
 * @label:   Its security context, once a policy asked for it.
 * @frozen:  Sum of the sizes of those that the freeze was asked about so far.
 * @name:    Its name.
 *
 * Lives from its first hook, create or retrieve, to its release.
 *
 * LUO serializes the hooks of a session, so only @list needs a lock.
 *
 * 112 bytes and the name a session, and its context if a policy asks for it.
 * Each hook takes constant time.
 */
struct luo_lsm_session {
	struct list_head list;
	struct luo_lsm_subject *creator;
	u32 uid;
	bool uid_known;
	u64 count;
	u64 bytes;
	u64 policy;
	struct luo_limits limits;
	bool limited;
	bool named;
	u32 class;
	struct luo_lsm_label *label;
	u64 frozen;
	char name[];
};

struct luo_lsm_session *luo_lsm_session_new(const char *name,
					    struct luo_lsm_subject *creator);
void luo_lsm_session_free(struct luo_lsm_session *session);
void luo_lsm_session_judge_by(struct luo_lsm_session *session, u64 policy);
void luo_lsm_session_add(struct luo_lsm_session *session,
			 struct luo_lsm_file *record,
			 struct luo_lsm_subject *subject, u64 size);
void luo_lsm_session_remove(struct luo_lsm_session *session,
			    struct luo_lsm_file *record);

/* How many sessions, preserved files and bytes in them there are, for status */
extern atomic64_t luo_lsm_sessions;
extern atomic64_t luo_lsm_files;
extern atomic64_t luo_lsm_bytes;

#endif /* _SECURITY_LUO_LSM_SESSION_H */
