// SPDX-License-Identifier: GPL-2.0
/*
 * Identities of sessions and files: reading them from inodes, and restoring them.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/luo_sessionfs.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/string.h>
#include <uapi/linux/lsm.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

/**
 * luo_identity_get_context() - Get the security context of an inode.
 * @inode:   The inode.
 * @label:   NULL, or a label that was read from the inode, whose context is to be
 *           had: the inode may have another label by now. If the security module
 *           does not know the label any more, it may be the context as which the
 *           module treats it.
 * @context: Output parameter: the context, its length not counting a NUL. It is
 *           empty if no security module labels inodes. On success, the caller
 *           releases it with security_release_secctx(), even if it is empty.
 *
 * Context: Process context; may sleep.
 * Return: 0, or the error of the security module.
 */
int luo_identity_get_context(struct inode *inode, struct lsm_prop *label,
			     struct lsm_context *context)
{
	int err;

	*context = (struct lsm_context) {};
	err = label ? security_lsmprop_to_secctx(label, context, LSM_ID_UNDEF) :
		      security_inode_getsecctx(inode, context);
	if (err == -EOPNOTSUPP) {
		*context = (struct lsm_context) {};
		return 0;
	}
	if (err < 0)
		return err;

	/* Some security modules count the NUL, some do not */
	if (context->context)
		context->len = strnlen(context->context, context->len);
	else
		context->len = 0;
	if (!context->len)
		context->id = 0;

	return 0;
}

/*
 * Tell whether an inode's context can be restored: whether there is one, and the
 * security module that it is of is active here. Modules that label inodes exclude
 * each other, so that the one that is active labels. It is asked for the context
 * of the current task, as there may be no inode yet, and as SELinux does not tell
 * those of inodes before a policy is loaded.
 */
static bool luo_identity_restores_context(u16 context_len, u16 context_lsm)
{
	/* Which modules are active does not change: ask once for the one that is */
	static u16 active = LSM_ID_UNDEF;
	struct lsm_prop prop;

	if (!context_len)
		return false;

	if (context_lsm != LSM_ID_UNDEF && READ_ONCE(active) == context_lsm)
		return true;

	lsmprop_init(&prop);
	security_current_getlsmprop_subj(&prop);
	if (security_lsmprop_to_secctx(&prop, NULL, context_lsm) == -EOPNOTSUPP)
		return false;

	WRITE_ONCE(active, context_lsm);
	return true;
}

/*
 * Select the credentials under which security modules initialize an inode. If
 * its label will be restored, these are the kernel's: the current task does not
 * create the inode, and needs no permission to. An inode that keeps the label of a
 * new inode is the current task's: the kernel's may open it to more tasks.
 */
static const struct cred *luo_identity_creator_cred(u16 context_len,
						    u16 context_lsm)
{
	return luo_identity_restores_context(context_len, context_lsm) ?
	       kernel_cred() : current_cred();
}

/*
 * Restore the context that the inode had in the previous kernel. The security
 * module is notified even if the inode has that context already: the module may
 * treat a restored label differently. A context of another security module is
 * ignored, and the inode keeps the label of a new inode.
 */
static int luo_identity_restore_context(struct inode *inode,
					const char *context, u16 context_len,
					u16 context_lsm)
{
	int err;

	if (!luo_identity_restores_context(context_len, context_lsm))
		return 0;

	inode_lock(inode);
	err = security_inode_notifysecctx(inode, (void *)context, context_len);
	inode_unlock(inode);
	if (err)
		pr_warn_ratelimited("cannot restore the context '%s' of a session or file, which can be tried again: %pe\n",
				    context, ERR_PTR(err));
	return err;
}

/**
 * luo_identity_keep_label() - Give an inode the label back that it had.
 * @inode: The inode. Nobody else can change its label.
 * @label: A label that was read from it.
 *
 * Smack labels the inode of a pseudo file anew when that gets its dentry, by the file
 * system. For other security modules nothing is to be done.
 *
 * Context: Process context; may sleep.
 * Return: 0, or the error of the security module.
 */
int luo_identity_keep_label(struct inode *inode, struct lsm_prop *label)
{
	struct lsm_context context;
	struct lsm_prop now;
	int err;

	lsmprop_init(&now);
	security_inode_getlsmprop(inode, &now);
	if (!memcmp(&now, label, sizeof(now)))
		return 0;

	err = luo_identity_get_context(inode, label, &context);
	if (err)
		return err;

	inode_lock(inode);
	err = security_inode_notifysecctx(inode, context.context, context.len);
	inode_unlock(inode);
	security_release_secctx(&context);
	return err;
}

/**
 * luo_identity_label_inode() - Restore the label of an incoming session's inode.
 * @session: The session.
 * @inode:   The inode.
 *
 * Without a context that the security module takes, the inode keeps its label.
 *
 * Context: Process context; may sleep.
 * Return: 0, or the error of the security module. It can be tried again.
 */
int luo_identity_label_inode(const struct luo_session *session,
			     struct inode *inode)
{
	const struct luo_identity_session_ser *ser = session->identity;

	if (!ser)
		return 0;

	return luo_identity_restore_context(inode,
					    luo_identity_session_context(ser),
					    ser->context_len, ser->context_lsm);
}

/**
 * luo_identity_new_inode() - Allocate the inode of an incoming session.
 * @session: The session.
 *
 * The inode has the number, owner, creation time and label that the session had
 * in the previous kernel. If that kernel did not hand them over, the inode has a
 * new number and no owner.
 *
 * Context: Process context; may sleep.
 * Return: The inode with one reference, or an error pointer.
 */
struct inode *luo_identity_new_inode(struct luo_session *session)
{
	const struct luo_identity_session_ser *ser = session->identity;
	struct luo_sessionfs_identity identity;
	struct inode *inode;
	int err;

	if (!ser)
		return luo_sessionfs_new_inode(INVALID_UID, INVALID_GID);

	identity = (struct luo_sessionfs_identity) {
		.ino = ser->ino,
		.uid = luo_identity_kuid(ser->uid),
		.gid = luo_identity_kgid(ser->gid),
		.btime.tv_sec = ser->btime_sec,
		.btime.tv_nsec = ser->btime_nsec,
	};
	scoped_with_creds(luo_identity_creator_cred(ser->context_len,
						    ser->context_lsm))
		inode = luo_sessionfs_restore_inode(&identity);
	if (IS_ERR(inode))
		return inode;

	err = luo_identity_label_inode(session, inode);
	if (err) {
		iput(inode);
		return ERR_PTR(err);
	}

	return inode;
}

/**
 * luo_identity_from_ser() - Get the identity of a file from its record.
 * @ser:      The file's record, or NULL.
 * @identity: Output parameter. It points into the record.
 *
 * Context: Any.
 * Return: @identity, or NULL if @ser is NULL.
 */
const struct luo_file_identity *
luo_identity_from_ser(const struct luo_identity_file_ser *ser,
		      struct luo_file_identity *identity)
{
	if (!ser)
		return NULL;

	*identity = (struct luo_file_identity) {
		.uid = luo_identity_kuid(ser->uid),
		.gid = luo_identity_kgid(ser->gid),
		.size = ser->size,
		.mode = ser->mode,
		.flags = luo_identity_open_flags(ser->flags),
		.context = ser->context_len ? ser->text : NULL,
		.context_len = ser->context_len,
		.context_lsm = ser->context_lsm,
	};
	return identity;
}

/**
 * luo_identity_creator() - Get the credentials for creating a file's inode.
 * @ser: The file's record, or NULL.
 *
 * Context: Process context.
 * Return: The credentials, valid as long as the current task's do not change.
 */
const struct cred *luo_identity_creator(const struct luo_identity_file_ser *ser)
{
	return ser ? luo_identity_creator_cred(ser->context_len,
					       ser->context_lsm) :
		     current_cred();
}

/*
 * Tell whether the inode belongs to the file alone. A linked inode belongs to a
 * file system, which stores its owner. A private inode may be shared by files.
 */
static bool luo_identity_owns_inode(const struct inode *inode)
{
	return !IS_PRIVATE(inode) &&
	       (!inode->i_nlink || IS_ANON_FILE(inode));
}

/* What nobody knows to have been granted is not granted: see below. */
#define LUO_IDENTITY_UNKNOWN_MODE	0600

/**
 * luo_identity_apply() - Restore owner, mode and label of a restored file.
 * @ser:  The file's record, or NULL.
 * @file: The file, which is not accessible to others yet.
 *
 * Without a record the file belongs to the task that restores it, as the handler
 * made it, and to no other: permissions of its former group and of others would
 * now be those of other groups and others.
 *
 * Context: Process context; may sleep. Not again after it succeeded.
 * Return: 0, or the error of the security module. It can be tried again.
 */
int luo_identity_apply(const struct luo_identity_file_ser *ser,
		       struct file *file)
{
	struct inode *inode = file_inode(file);

	if (!luo_identity_owns_inode(inode))
		return 0;

	if (!ser) {
		inode->i_mode &= S_IFMT | LUO_IDENTITY_UNKNOWN_MODE;
		return 0;
	}

	inode->i_mode = (inode->i_mode & S_IFMT) | ser->mode;
	inode->i_uid = luo_identity_kuid(ser->uid);
	inode->i_gid = luo_identity_kgid(ser->gid);
	return luo_identity_restore_context(inode, ser->text, ser->context_len,
					    ser->context_lsm);
}
