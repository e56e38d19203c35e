/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: what it keeps with inodes and with tasks.
 */

#ifndef _SECURITY_LUO_LSM_BLOBS_H
#define _SECURITY_LUO_LSM_BLOBS_H

#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include <linux/types.h>

struct luo_lsm_session;

/**
 * struct luo_lsm_inode - What the module keeps with an inode.
 * @session: The session the inode stands for; NULL for every other inode, and
 *           after the session is over.
 * @exe_id:  Tells the executables apart: 0 until it was executed, then a number
 *           that no other inode ever has.
 *
 * 16 bytes an inode.
 */
struct luo_lsm_inode {
	struct luo_lsm_session *session;
	u64 exe_id;
};

/**
 * struct luo_lsm_task - What the module keeps with a task.
 * @exe_id: That of what it was started from; 0 for kernel threads. Only the task
 *          itself reads and writes it.
 */
struct luo_lsm_task {
	u64 exe_id;
};

/* lsm.c */
extern struct lsm_blob_sizes luo_lsm_blobs;

static inline struct luo_lsm_inode *luo_lsm_inode(const struct inode *inode)
{
	return inode->i_security + luo_lsm_blobs.lbs_inode;
}

static inline struct luo_lsm_task *luo_lsm_task(const struct task_struct *task)
{
	return task->security + luo_lsm_blobs.lbs_task;
}

#endif /* _SECURITY_LUO_LSM_BLOBS_H */
