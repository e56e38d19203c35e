/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Preflight: what a live update would meet, asked before it is.
 */

#ifndef _LINUX_LUO_PREFLIGHT_H
#define _LINUX_LUO_PREFLIGHT_H

#include <linux/types.h>

struct file;
struct inode;
struct luo_file_identity;

/**
 * struct luo_preflight_lost - A session that a live update now would lose.
 * @name:    Its name.
 * @inode:   Its inode; NULL if there is none yet.
 * @claimed: It was retrieved, and not finished; else nobody retrieved it.
 * @files:   How many files it has.
 * @lost:    How many of them no outgoing session preserves.
 */
struct luo_preflight_lost {
	const char *name;
	struct inode *inode;
	bool claimed;
	u64 files;
	u64 lost;
};

/* As the hook luo_file_freeze, with an argument before. */
typedef int (*luo_preflight_freeze_fn)(void *arg, struct inode *session,
				       struct file *file, const char *type,
				       u64 token,
				       const struct luo_file_identity *identity,
				       void *security);

/**
 * struct luo_preflight_ops - What is told of sessions.
 * @freeze:  For each file of an outgoing session, and at last for the session. The
 *           identity is that of now. It is asked about all even if it returns an error.
 * @lost:    For each session that came over and does not go on.
 * @unknown: For all sessions that came over, if it is not known which these are:
 *           @err is %-EAGAIN if nobody opened the device yet, else why they could not
 *           be read. Those that @lost tells of after it may not be all.
 *
 * All are called in process context and may sleep. The first two are called while the
 * session and its files do not change; they must not ask anything of LUO.
 */
struct luo_preflight_ops {
	luo_preflight_freeze_fn freeze;
	int (*lost)(void *arg, const struct luo_preflight_lost *lost);
	int (*unknown)(void *arg, int err);
};

/**
 * struct luo_preflight - Where a preflight is.
 * @list:     Entry in LUO's list of the preflights that visit the same sessions.
 * @next:     The session to be visited next, or the end of their list.
 * @left:     How many sessions there were that are not visited yet.
 * @incoming: The outgoing sessions were all visited.
 *
 * For LUO only. Who has it calls its functions one at a time.
 */
struct luo_preflight {
	struct list_head list;
	struct list_head *next;
	u64 left;
	bool incoming;
};

void luo_preflight_begin(struct luo_preflight *preflight);
int luo_preflight_next(struct luo_preflight *preflight,
		       const struct luo_preflight_ops *ops, void *arg);
void luo_preflight_end(struct luo_preflight *preflight);

#endif /* _LINUX_LUO_PREFLIGHT_H */
