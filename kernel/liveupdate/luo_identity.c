// SPDX-License-Identifier: GPL-2.0
/*
 * Whose sessions and files are: taken from inodes, and given back to them.
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
#include <linux/user_namespace.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

/**
 * luo_identity_get_context() - Ask the security module for an inode's context.
 * @inode:   The inode.
 * @context: Where to put it, its length without a NUL; empty if no module labels
 *           inodes, which is no error. For security_release_secctx(), also then.
 *
 * Context: Process context; may sleep.
 * Return: 0, or what the module said; there is nothing to release then.
 */
int luo_identity_get_context(struct inode *inode,
			     struct lsm_context *context)
{
	int err;

	*context = (struct lsm_context) {};
	err = security_inode_getsecctx(inode, context);
	if (err == -EOPNOTSUPP) {
		*context = (struct lsm_context) {};
		return 0;
	}
	if (err)
		return err;

	/* The length may or may not include a NUL */
	if (context->context)
		context->len = strnlen(context->context, context->len);
	else
		context->len = 0;
	if (!context->len)
		context->id = 0;

	return 0;
}

/*
 * Who shall be taken for the creator of an inode that will be labelled: its label
 * says who that was, and the current task is not even asked whether it may
 * create the like.
 */
static const struct cred *luo_identity_creator_of(u16 context_len)
{
	return context_len ? kernel_cred() : current_cred();
}

/*
 * Tell the security module the context it gave the inode in the previous kernel,
 * also if it is the one the inode was born with: the module may make a difference.
 * Another module is told nothing, as its words are others, and the inode keeps
 * the label it was born with.
 */
static int luo_identity_label(struct inode *inode, const char *context,
			      u16 context_len, u16 context_lsm)
{
	struct lsm_context now;
	bool same_lsm;
	int err;

	if (!context_len)
		return 0;

	err = luo_identity_get_context(inode, &now);
	if (err)
		return err;
	same_lsm = now.id == context_lsm;
	security_release_secctx(&now);
	if (!same_lsm)
		return 0;

	inode_lock(inode);
	err = security_inode_notifysecctx(inode, (void *)context, context_len);
	inode_unlock(inode);
	if (err)
		pr_warn_ratelimited("A session or file cannot have its context '%s' back, but may be asked for again: %pe\n",
				    context, ERR_PTR(err));
	return err;
}

/**
 * luo_identity_new_inode() - Allocate the inode of an incoming session.
 * @session: The session.
 *
 * The inode has the number, owner, birth and label that the session had in the
 * previous kernel, or none of them if that did not say.
 *
 * Context: Process context; may sleep.
 * Return: The inode with one reference, or an error pointer; nothing has changed
 *         then.
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
		.uid = make_kuid(&init_user_ns, ser->uid),
		.gid = make_kgid(&init_user_ns, ser->gid),
		.btime.tv_sec = ser->btime_sec,
		.btime.tv_nsec = ser->btime_nsec,
	};
	scoped_with_creds(luo_identity_creator_of(ser->context_len))
		inode = luo_sessionfs_restore_inode(&identity);
	if (IS_ERR(inode))
		return inode;

	err = luo_identity_label(inode, luo_identity_session_context(ser),
				 ser->context_len, ser->context_lsm);
	if (err) {
		iput(inode);
		return ERR_PTR(err);
	}

	return inode;
}

/**
 * luo_identity_of_file() - Tell whose a file was.
 * @ser:      Its record, or NULL.
 * @identity: Where to put it; it points into the record.
 *
 * Return: @identity, or NULL if it is not known.
 */
const struct luo_file_identity *
luo_identity_of_file(const struct luo_identity_file_ser *ser,
		     struct luo_file_identity *identity)
{
	if (!ser)
		return NULL;

	*identity = (struct luo_file_identity) {
		.uid = make_kuid(&init_user_ns, ser->uid),
		.gid = make_kgid(&init_user_ns, ser->gid),
		.size = ser->size,
		.context = ser->context_len ? ser->text : NULL,
		.context_len = ser->context_len,
		.context_lsm = ser->context_lsm,
	};
	return identity;
}

/**
 * luo_identity_creator() - Tell whom to take for the creator of a file's inode.
 * @ser: The file's record, or NULL.
 *
 * Return: Credentials, for as long as the current task's do not change.
 */
const struct cred *luo_identity_creator(const struct luo_identity_file_ser *ser)
{
	return luo_identity_creator_of(ser ? ser->context_len : 0);
}

/*
 * Is the inode there for the file alone? One that has a name belongs to a file
 * system, which knows its owner, and a private one may be many files'.
 */
static bool luo_identity_owns_inode(const struct inode *inode)
{
	return !IS_PRIVATE(inode) &&
	       (!inode->i_nlink || IS_ANON_FILE(inode));
}

/**
 * luo_identity_apply() - Give a file that was rebuilt its owner and label.
 * @ser:  Its record, or NULL.
 * @file: The file, which nobody else has seen yet.
 *
 * Context: Process context; may sleep. Until it succeeds once.
 * Return: 0, or what the security module said of the label. It can be tried again.
 */
int luo_identity_apply(const struct luo_identity_file_ser *ser,
		       struct file *file)
{
	struct inode *inode = file_inode(file);

	if (!ser || !luo_identity_owns_inode(inode))
		return 0;

	inode->i_uid = make_kuid(&init_user_ns, ser->uid);
	inode->i_gid = make_kgid(&init_user_ns, ser->gid);
	return luo_identity_label(inode, ser->text, ser->context_len,
				  ser->context_lsm);
}
