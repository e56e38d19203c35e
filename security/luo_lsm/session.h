/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the records of sessions and of the files preserved in them.
 */

#ifndef _SECURITY_LUO_LSM_SESSION_H
#define _SECURITY_LUO_LSM_SESSION_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

struct file;
struct luo_lsm_subject;

/**
 * struct luo_lsm_file - The record of a preserved file.
 * @list:    In luo_lsm_session.files, in the order of preservation.
 * @subject: Who preserved it.
 * @file:    The file. LUO holds a reference for as long as the record exists.
 * @type:    Its type. LUO keeps the handler, which it belongs to, for as long.
 * @token:   Its token in the session.
 * @size:    Its size in bytes when it was preserved.
 *
 * 56 bytes a file.
 */
struct luo_lsm_file {
	struct list_head list;
	struct luo_lsm_subject *subject;
	struct file *file;
	const char *type;
	u64 token;
	u64 size;
};

/**
 * struct luo_lsm_session - The record of a session.
 * @list:    In limits.c's list of the sessions that count towards limits; empty
 *           if this one does not. Under luo_lsm_active_lock.
 * @creator: Who created it; NULL if the previous kernel handed it over.
 * @files:   The struct luo_lsm_file of its preserved files.
 * @count:   Length of @files.
 * @bytes:   Sum of luo_lsm_file.size over @files.
 * @pending: The record of the file that is being preserved, or NULL. If LUO
 *           fails to preserve the file, the record stays here until the next
 *           attempt or the end of the session.
 * @name:    Its name.
 *
 * Lives from its first hook, create or retrieve, to its release.
 *
 * LUO serializes the hooks of a session, so only @list needs a lock. The
 * exception is the hook of ioctl(), which runs beside the others: it reads only
 * @creator and @name, which never change.
 *
 * 72 bytes and the name a session. Each hook takes constant time, but for the
 * freeze, which visits every file.
 */
struct luo_lsm_session {
	struct list_head list;
	struct luo_lsm_subject *creator;
	struct list_head files;
	u64 count;
	u64 bytes;
	struct luo_lsm_file *pending;
	char name[];
};

struct luo_lsm_session *luo_lsm_session_new(const char *name,
					    struct luo_lsm_subject *creator);
void luo_lsm_session_free(struct luo_lsm_session *session);
struct luo_lsm_subject *
luo_lsm_session_last_subject(const struct luo_lsm_session *session);
int luo_lsm_session_prepare(struct luo_lsm_session *session,
			    struct luo_lsm_subject *subject, struct file *file,
			    const char *type, u64 token);
void luo_lsm_session_commit(struct luo_lsm_session *session);

/* How many sessions, preserved files and bytes in them there are, for status */
extern atomic64_t luo_lsm_sessions;
extern atomic64_t luo_lsm_files;
extern atomic64_t luo_lsm_bytes;

#endif /* _SECURITY_LUO_LSM_SESSION_H */
