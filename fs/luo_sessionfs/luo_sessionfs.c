// SPDX-License-Identifier: GPL-2.0
/*
 * The file system of live update sessions: an inode per session.
 *
 * Only the kernel mounts it. A file on it comes from the two ioctls of
 * /dev/liveupdate and from nowhere else: the inode's i_fop stays as it is, so
 * opening it again through /proc gives ENXIO, and there are no file handles.
 *
 * Lifetime: the inode knows nothing of the session, only its number, owner and
 * birth. An O_PATH descriptor may therefore pin the inode for as long as it
 * likes; the session still ends with the last close of a real file, in the
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

/* What the link text of a session's descriptor begins with: user space ABI. */
#define LUO_SESSIONFS_LINK_PREFIX	"[luo_session] "

static struct vfsmount *luo_sessionfs_mnt __ro_after_init;

/*
 * On unless told otherwise: who moves to this kernel may have a systemd that would
 * lose the sessions of its services without a word.
 */
static bool luo_sessionfs_compat_magic __ro_after_init = true;
module_param_named(compat_magic, luo_sessionfs_compat_magic, bool, 0444);
MODULE_PARM_DESC(compat_magic,
		 "Report ANON_INODE_FS_MAGIC as systemd up to 262 expects it");

/*
 * Inode numbers identify sessions to user space and are never used twice, not in
 * the kernels after the next live updates either: the last one is handed over. A
 * number needs 2^63 creations to come back, so 64 bits never wrap; creation is
 * no fast path, so one counter serves all CPUs.
 */
static atomic64_t luo_sessionfs_last_number = ATOMIC64_INIT(0);

/*
 * The session's file had no file type while sessions shared one anonymous
 * inode, and user space (lsof) relies on that: see anon_inode_getattr().
 *
 * Nothing ever changes the time stamps, as ->setattr() refuses and there is no
 * I/O, so the time of modification is the time of birth. A session whose owner
 * is not known comes from a kernel that did not say when it was created.
 */
static int luo_sessionfs_getattr(struct mnt_idmap *idmap,
				 const struct path *path, struct kstat *stat,
				 u32 request_mask, unsigned int query_flags)
{
	struct inode *inode = d_inode(path->dentry);

	anon_inode_getattr(idmap, path, stat, request_mask, query_flags);
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

/* Called from d_path(); the session may be gone, so only the name is used. */
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
					     "[luo_session]", NULL);
	if (IS_ERR(inode))
		return inode;

	inode->i_op = &luo_sessionfs_inode_operations;
	inode->i_ino = ino;
	inode->i_uid = uid;
	inode->i_gid = gid;
	/* An empty regular file, so that ftruncate() asks ->setattr(). */
	inode->i_mode |= S_IFREG;
	return inode;
}

/**
 * luo_sessionfs_new_inode() - Allocate the inode of a session.
 * @uid: Owner: who created the session. INVALID_UID if that is not known.
 * @gid: Group of the owner, or INVALID_GID.
 *
 * The inode has a number no other session ever had, mode 0600 and, if @uid is
 * valid, the present as its time of birth. Security modules have labelled it as
 * an anonymous inode of the name "[luo_session]" and may refuse to.
 *
 * Context: Process context; may sleep. After fs_initcall.
 * Return: The inode with one reference, to be dropped with iput(), or an error
 *         pointer: %-ENOMEM, or what a security module said.
 */
struct inode *luo_sessionfs_new_inode(kuid_t uid, kgid_t gid)
{
	u64 ino = atomic64_inc_return(&luo_sessionfs_last_number);

	return luo_sessionfs_alloc_inode(ino, uid, gid);
}

/**
 * luo_sessionfs_restore_inode() - Allocate the inode of a session that has one.
 * @identity: The identity it had in another kernel. Its number is not above
 *            luo_sessionfs_last_ino().
 *
 * As luo_sessionfs_new_inode(), but for what the identity says. For the label to
 * be restored, too, let security modules take somebody else for the creator, and
 * tell them the label afterwards, before anybody sees the inode.
 *
 * Context: Process context; may sleep. After fs_initcall.
 * Return: The inode with one reference, or an error pointer, likewise.
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
 * luo_sessionfs_get_identity() - Tell the identity of a session's inode.
 * @inode:    The inode.
 * @identity: Where to put it.
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
 * luo_sessionfs_last_ino() - Tell the last number a session was given.
 *
 * Context: Any.
 * Return: The number, or 0 if none was.
 */
u64 luo_sessionfs_last_ino(void)
{
	return atomic64_read(&luo_sessionfs_last_number);
}

/**
 * luo_sessionfs_skip_ino() - Give only higher numbers from now on.
 * @last_ino: Where to begin behind, at most S64_MAX.
 *
 * Context: At boot, before a session can be created.
 */
void luo_sessionfs_skip_ino(u64 last_ino)
{
	WARN_ON_ONCE(luo_sessionfs_last_ino());
	atomic64_set(&luo_sessionfs_last_number, last_ino);
}

/**
 * luo_sessionfs_getfile() - Open the file of a session.
 * @inode:        The session's inode; the file takes a reference of its own.
 * @name:         The session's name, NUL-terminated, shorter than
 *                LIVEUPDATE_SESSION_NAME_LENGTH.
 * @fops:         File operations; their ->release() ends the session.
 * @private_data: For the file's private_data.
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
		  LIVEUPDATE_SESSION_NAME_LENGTH];
	struct file *file;

	snprintf(link, sizeof(link), LUO_SESSIONFS_LINK_PREFIX "%s", name);

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
 * luo_sessionfs_name() - Name of a session.
 * @inode: The session's inode.
 * @name:  Where to write it, NUL-terminated; empty if the session has no file,
 *         which is so before luo_sessionfs_getfile() and after its last close.
 *
 * The name is in the dentry of the session's file alone, so that it costs no
 * inode anything.
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

	/* Nothing renames it: see luo_sessionfs_getfile() for what it is */
	strscpy(name, dentry->d_name.name + strlen(LUO_SESSIONFS_LINK_PREFIX),
		LIVEUPDATE_SESSION_NAME_LENGTH);
	dput(dentry);
}

static int __init luo_sessionfs_init(void)
{
	luo_sessionfs_mnt = kern_mount(&luo_sessionfs_type);
	if (IS_ERR(luo_sessionfs_mnt))
		panic("luo_sessionfs: cannot mount: %pe\n", luo_sessionfs_mnt);
	return 0;
}
fs_initcall(luo_sessionfs_init);
