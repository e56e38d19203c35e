/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: what is asked at the freeze.
 */

#ifndef _SECURITY_LUO_LSM_FREEZE_H
#define _SECURITY_LUO_LSM_FREEZE_H

#include <linux/types.h>

struct file;
struct inode;
struct luo_file_identity;
struct luo_lsm_access;
struct luo_lsm_session;
struct luo_lsm_subject;

/**
 * struct luo_lsm_freeze - What the freeze asks about: a file, or at last a session.
 * @inode:    Inode of the session.
 * @session:  Its record.
 * @file:     The file; NULL for the session. So are the others that are about it.
 * @type:     Type of the file.
 * @token:    Token of the file.
 * @identity: The file, as it is handed over.
 * @security: LUO's blob of the file.
 * @bytes:    Sum of the sizes of the session's files that were asked about; zero before
 *            the first of them, and after the session.
 * @check:    Decides an access by @subject, which asked for it earlier. Returns 0 or
 *            a negative errno.
 */
struct luo_lsm_freeze {
	struct inode *inode;
	struct luo_lsm_session *session;
	struct file *file;
	const char *type;
	u64 token;
	const struct luo_file_identity *identity;
	void *security;
	u64 *bytes;
	int (*check)(struct luo_lsm_freeze *freeze,
		     struct luo_lsm_access *access,
		     struct luo_lsm_subject *subject);
};

int luo_lsm_freeze(struct luo_lsm_freeze *freeze);

#endif /* _SECURITY_LUO_LSM_FREEZE_H */
