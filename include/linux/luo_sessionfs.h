/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_sessionfs: the pseudo file system of live update sessions.
 */

#ifndef _LINUX_LUO_SESSIONFS_H
#define _LINUX_LUO_SESSIONFS_H

#include <linux/time64.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <uapi/linux/liveupdate.h>

struct file;
struct file_operations;
struct inode;

/* Name of the class of anonymous inodes that sessions are, for security modules */
#define LUO_SESSIONFS_ANON_NAME	"[luo_session]"

/**
 * struct luo_sessionfs_identity - What identifies a session.
 * @ino:   Its inode number.
 * @uid:   Its owner, who created it.
 * @gid:   The owner's group.
 * @btime: Its creation time.
 */
struct luo_sessionfs_identity {
	u64 ino;
	kuid_t uid;
	kgid_t gid;
	struct timespec64 btime;
};

struct inode *luo_sessionfs_new_inode(kuid_t uid, kgid_t gid);
struct inode *
luo_sessionfs_restore_inode(const struct luo_sessionfs_identity *identity);
void luo_sessionfs_get_identity(const struct inode *inode,
				struct luo_sessionfs_identity *identity);
u64 luo_sessionfs_last_ino(void);
void luo_sessionfs_skip_ino(u64 last_ino);
struct file *luo_sessionfs_getfile(struct inode *inode, const char *name,
				   const struct file_operations *fops,
				   void *private_data);
void luo_sessionfs_name(struct inode *inode,
			char name[LIVEUPDATE_SESSION_NAME_LENGTH]);

#endif /* _LINUX_LUO_SESSIONFS_H */
