/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file system of live update sessions: an inode per session.
 */

#ifndef _LINUX_LUO_SESSIONFS_H
#define _LINUX_LUO_SESSIONFS_H

#include <uapi/linux/liveupdate.h>
#include <linux/uidgid.h>

struct file;
struct file_operations;
struct inode;

struct inode *luo_sessionfs_new_inode(kuid_t uid, kgid_t gid);
struct file *luo_sessionfs_getfile(struct inode *inode, const char *name,
				   const struct file_operations *fops,
				   void *private_data);
void luo_sessionfs_name(struct inode *inode,
			char name[LIVEUPDATE_SESSION_NAME_LENGTH]);

#endif /* _LINUX_LUO_SESSIONFS_H */
