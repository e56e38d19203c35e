/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the module's blobs of inodes, of preserved files and of tasks.
 */

#ifndef _SECURITY_LUO_LSM_BLOBS_H
#define _SECURITY_LUO_LSM_BLOBS_H

#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include <linux/types.h>

struct luo_lsm_caller;
struct luo_lsm_exe;
struct luo_lsm_session;
struct luo_lsm_subject;

/**
 * struct luo_lsm_inode - The module's blob of an inode.
 * @session: The record of the session that the inode stands for; NULL for
 *           every other inode, and after the session was released. LUO
 *           serializes the hooks of a session, and with them this pointer.
 * @exe_id:  Identifies the inode as an executable: 0 until it is executed,
 *           then a number that no other inode ever has. Set once, with
 *           cmpxchg().
 *
 * 16 bytes an inode.
 */
struct luo_lsm_inode {
	struct luo_lsm_session *session;
	u64 exe_id;
};

/**
 * struct luo_lsm_file - The module's blob of a preserved file: its record.
 * @subject: Who preserved it; NULL if it is not preserved yet.
 * @size:    Its size in bytes when it was preserved; 0 if it has none.
 *
 * LUO serializes the hooks of a session, and with them the records of its files.
 *
 * 16 bytes a file.
 */
struct luo_lsm_file {
	struct luo_lsm_subject *subject;
	u64 size;
};

/**
 * struct luo_lsm_task - The module's blob of a task.
 * @exe:    What the task executed last, or the parent that it was forked from;
 *          NULL if that is not known. A reference.
 * @caller: The task as a caller, as the last hook described it; NULL if none did
 *          since it executed a file.
 *
 * Only the task itself reads and writes them, and task_free, when nobody else has
 * the task any more: no lock.
 *
 * 16 bytes a task.
 */
struct luo_lsm_task {
	struct luo_lsm_exe *exe;
	struct luo_lsm_caller *caller;
};

extern struct lsm_blob_sizes luo_lsm_blobs;

static inline struct luo_lsm_inode *luo_lsm_inode(const struct inode *inode)
{
	return inode->i_security + luo_lsm_blobs.lbs_inode;
}

static inline struct luo_lsm_file *luo_lsm_file(void *security)
{
	return security + luo_lsm_blobs.lbs_luo_file;
}

static inline struct luo_lsm_task *luo_lsm_task(const struct task_struct *task)
{
	return task->security + luo_lsm_blobs.lbs_task;
}

#endif /* _SECURITY_LUO_LSM_BLOBS_H */
