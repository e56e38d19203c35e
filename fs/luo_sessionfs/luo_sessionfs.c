// SPDX-License-Identifier: GPL-2.0
/*
 * luo_sessionfs: the pseudo file system of live update sessions.
 *
 * Each session has an inode. Only the kernel mounts the file system, and only
 * two ioctls of /dev/liveupdate open files on it. Inodes keep the default i_fop,
 * so that opening a session again through /proc fails with ENXIO, and there are
 * no file handles.
 *
 * Lifetime: the inode has the session's number, owner and creation time, but no
 * pointer to the session. An O_PATH descriptor can therefore pin the inode for
 * any time. The session still ends with the last close of an open file, in the
 * ->release() of the file operations that the caller supplies.
 */

#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/liveupdate.h>
#include <linux/luo_sessionfs.h>
#include <linux/magic.h>
#include <linux/moduleparam.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "../internal.h"
#include "view.h"

/* The prefix of the link text of a session's descriptor is user space ABI. */
#define LUO_SESSIONFS_LINK_PREFIX	LUO_SESSIONFS_ANON_NAME " "

static struct vfsmount *luo_sessionfs_mnt __ro_after_init;

/*
 * This is on by default: systemd up to 262 recognises sessions by the magic number
 * of anonymous inodes, and would silently lose the sessions of its services.
 */
static bool luo_sessionfs_compat_magic __ro_after_init = true;
module_param_named(compat_magic, luo_sessionfs_compat_magic, bool, 0444);
MODULE_PARM_DESC(compat_magic,
		 "Report ANON_INODE_FS_MAGIC as systemd up to 262 expects it");

/*
 * Inode numbers identify sessions to user space. No number is used twice, not
 * even by a later kernel: the last number is handed over by live updates. The
 * 64 bits never wrap. Creation is no fast path, so that one counter is enough
 * for all CPUs.
 */
static atomic64_t luo_sessionfs_last_number = ATOMIC64_INIT(0);

/*
 * Like any anonymous inode, a session shows no file type, because user space
 * (lsof) relies on that: see anon_inode_getattr().
 *
 * Nothing changes the time stamps after creation: ->setattr() fails and there is
 * no I/O. The modification time is therefore the creation time. If the owner of
 * a session is unknown, so is its creation time.
 */
static int luo_sessionfs_getattr(struct mnt_idmap *idmap,
				 const struct path *path, struct kstat *stat,
				 u32 request_mask, unsigned int query_flags)
{
	struct inode *inode = d_inode(path->dentry);

	anon_inode_getattr(idmap, path, stat, request_mask, query_flags);
	/* Entries of the view are reported to be where their sessions are */
	stat->dev = luo_sessionfs_mnt->mnt_sb->s_dev;
	if (uid_valid(inode->i_uid)) {
		stat->btime = inode_get_mtime(inode);
		stat->result_mask |= STATX_BTIME;
	}
	return 0;
}

static const struct inode_operations luo_sessionfs_inode_operations = {
	.getattr = luo_sessionfs_getattr,
	.setattr = anon_inode_setattr,
};

/* d_path() calls this, perhaps after the session ended. */
static char *luo_sessionfs_dname(struct dentry *dentry, char *buffer, int len)
{
	return dynamic_dname(buffer, len, "anon_inode:%s", dentry->d_name.name);
}

static const struct dentry_operations luo_sessionfs_dentry_operations = {
	.d_dname = luo_sessionfs_dname,
};

static int luo_sessionfs_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx;

	ctx = init_pseudo(fc, luo_sessionfs_compat_magic ?
			      ANON_INODE_FS_MAGIC : LUO_SESSION_MAGIC);
	if (!ctx)
		return -ENOMEM;

	ctx->dops = &luo_sessionfs_dentry_operations;
	return 0;
}

static struct file_system_type luo_sessionfs_type = {
	.name = "luo_sessionfs",
	.init_fs_context = luo_sessionfs_init_fs_context,
	.kill_sb = kill_anon_super,
};

static struct inode *luo_sessionfs_alloc_inode(u64 ino, kuid_t uid, kgid_t gid)
{
	struct inode *inode;

	inode = anon_inode_make_secure_inode(luo_sessionfs_mnt->mnt_sb,
					     LUO_SESSIONFS_ANON_NAME, NULL);
	if (IS_ERR(inode))
		return inode;

	inode->i_op = &luo_sessionfs_inode_operations;
	inode->i_ino = ino;
	inode->i_uid = uid;
	inode->i_gid = gid;
	/* For a regular file, ftruncate() calls ->setattr(), which fails. */
	inode->i_mode |= S_IFREG;
	return inode;
}

/**
 * luo_sessionfs_new_inode() - Allocate the inode of a session.
 * @uid: The owner, who created the session; INVALID_UID if it is unknown.
 * @gid: The owner's group; INVALID_GID if it is unknown.
 *
 * The inode has a new number, mode 0600 and, if @uid is valid, the current time
 * as its creation time. Security modules label it as an anonymous inode of the
 * name "[luo_session]".
 *
 * Context: Process context; may sleep. After fs_initcall.
 * Return: The inode with one reference, or an error pointer: %-ENOMEM, or the
 *         error of a security module. The caller drops the reference with iput().
 */
struct inode *luo_sessionfs_new_inode(kuid_t uid, kgid_t gid)
{
	u64 ino = atomic64_inc_return(&luo_sessionfs_last_number);

	return luo_sessionfs_alloc_inode(ino, uid, gid);
}

/**
 * luo_sessionfs_restore_inode() - Allocate an inode with a given identity.
 * @identity: The identity that the session had in the previous kernel. Its number
 *            is not above luo_sessionfs_last_ino().
 *
 * This is luo_sessionfs_new_inode() with the number, owner and creation time of
 * @identity. Security modules label the inode as a new one: a caller that
 * restores the label overrides the credentials for the call, and sets the label
 * before it publishes the inode.
 *
 * Context: Process context; may sleep. After fs_initcall.
 * Return: As for luo_sessionfs_new_inode().
 */
struct inode *
luo_sessionfs_restore_inode(const struct luo_sessionfs_identity *identity)
{
	struct inode *inode;

	inode = luo_sessionfs_alloc_inode(identity->ino, identity->uid,
					  identity->gid);
	if (IS_ERR(inode))
		return inode;

	inode_set_atime_to_ts(inode, identity->btime);
	inode_set_mtime_to_ts(inode, identity->btime);
	inode_set_ctime_to_ts(inode, identity->btime);
	return inode;
}

/**
 * luo_sessionfs_get_identity() - Get the identity of a session's inode.
 * @inode:    The inode.
 * @identity: Output parameter.
 *
 * Context: Any.
 */
void luo_sessionfs_get_identity(const struct inode *inode,
				struct luo_sessionfs_identity *identity)
{
	*identity = (struct luo_sessionfs_identity) {
		.ino = inode->i_ino,
		.uid = inode->i_uid,
		.gid = inode->i_gid,
		.btime = inode_get_mtime(inode),
	};
}

/**
 * luo_sessionfs_last_ino() - Get the inode number of the newest session.
 *
 * Context: Any.
 * Return: The number, or 0 if there was no session yet.
 */
u64 luo_sessionfs_last_ino(void)
{
	return atomic64_read(&luo_sessionfs_last_number);
}

/**
 * luo_sessionfs_skip_ino() - Do not use inode numbers up to a given one.
 * @last_ino: The last number to skip, at most S64_MAX.
 *
 * Context: During boot, before a session can be created.
 */
void luo_sessionfs_skip_ino(u64 last_ino)
{
	WARN_ON_ONCE(luo_sessionfs_last_ino());
	atomic64_set(&luo_sessionfs_last_number, last_ino);
}

/**
 * luo_sessionfs_getfile() - Open the file of a session.
 * @inode:        The session's inode. The file takes its own reference.
 * @name:         The session's name, NUL-terminated, shorter than
 *                LIVEUPDATE_SESSION_NAME_LENGTH.
 * @fops:         File operations. Their ->release() ends the session.
 * @private_data: The private_data of the file.
 *
 * The file is open for reading and writing.
 *
 * Context: Process context; may sleep.
 * Return: The file, not yet installed, or an error pointer: %-ENOMEM, %-ENFILE.
 */
struct file *luo_sessionfs_getfile(struct inode *inode, const char *name,
				   const struct file_operations *fops,
				   void *private_data)
{
	char link[sizeof(LUO_SESSIONFS_LINK_PREFIX) +
		  LIVEUPDATE_SESSION_NAME_LENGTH] = LUO_SESSIONFS_LINK_PREFIX;
	struct file *file;

	/* Not snprintf(), which takes a tenth of what it takes to create a session */
	strscpy(link + strlen(LUO_SESSIONFS_LINK_PREFIX), name,
		LIVEUPDATE_SESSION_NAME_LENGTH);

	ihold(inode);
	file = alloc_file_pseudo(inode, luo_sessionfs_mnt, link, O_RDWR, fops);
	if (IS_ERR(file)) {
		iput(inode);
		return file;
	}

	file->f_mapping = inode->i_mapping;
	file->private_data = private_data;
	return file;
}

/**
 * luo_sessionfs_name() - Get the name of a session.
 * @inode: The session's inode.
 * @name:  Output parameter: the name, NUL-terminated. It is empty before
 *         luo_sessionfs_getfile() and after the last close of the file.
 *
 * Only the dentry of the session's file has the name, not the inode.
 *
 * Context: Process context; may sleep.
 */
void luo_sessionfs_name(struct inode *inode,
			char name[LIVEUPDATE_SESSION_NAME_LENGTH])
{
	struct dentry *dentry = d_find_any_alias(inode);

	name[0] = '\0';
	if (!dentry)
		return;

	/* luo_sessionfs_getfile() named the dentry, and nothing renames it */
	strscpy(name, dentry->d_name.name + strlen(LUO_SESSIONFS_LINK_PREFIX),
		LIVEUPDATE_SESSION_NAME_LENGTH);
	dput(dentry);
}

static int __init luo_sessionfs_init(void)
{
	luo_sessionfs_mnt = kern_mount(&luo_sessionfs_type);
	if (IS_ERR(luo_sessionfs_mnt))
		panic("luo_sessionfs: cannot mount: %pe\n", luo_sessionfs_mnt);
	luo_sessionfs_view_init(luo_sessionfs_mnt);
	return 0;
}
fs_initcall(luo_sessionfs_init);
