// SPDX-License-Identifier: GPL-2.0
/*
 * SELinux checks of live update: the classes luo_session and luo_file.
 *
 * The subject is always the current task, as everywhere in SELinux: who acts is
 * asked, against the label of what is acted upon. That holds for freeze too: the
 * task that asks for the reboot takes the sessions along, and who created them
 * may be gone. To revoke what was granted before, a policy takes freeze on the
 * session's label away.
 *
 * What the next kernel gets is the context as a string, of a session and of a
 * file. The policy there may not know it: it is then kept as it is and judged as
 * unlabeled, and comes into its own with a policy that knows it.
 *
 * Locking: labels are read without the lock of the inode's blob, as they are
 * elsewhere. A session's label never changes once its file exists; a file that
 * is relabelled meanwhile is judged by one of the two labels.
 */

#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/liveupdate.h>
#include <linux/lsm_audit.h>
#include <linux/luo_identity.h>
#include <linux/luo_sessionfs.h>
#include <linux/spinlock.h>
#include <uapi/linux/lsm.h>

#include "avc.h"
#include "luo.h"
#include "objsec.h"
#include "security.h"

static int selinux_luo_has_perm(u32 tsid, u16 tclass, u32 perm,
				struct lsm_luo_audit *luo)
{
	struct common_audit_data ad = {
		.type = LSM_AUDIT_DATA_LUO,
		.u.luo = luo,
	};

	return avc_has_perm(current_sid(), tsid, tclass, perm, &ad);
}

static int selinux_luo_session_has_perm(struct inode *session,
					const char *name, u32 perm)
{
	struct lsm_luo_audit luo = {
		.session = name,
		.session_id = session->i_ino,
	};

	return selinux_luo_has_perm(selinux_inode(session)->sid,
				    SECCLASS_LUO_SESSION, perm, &luo);
}

static int selinux_luo_file_has_perm(struct inode *session, u32 sid,
				     const char *type, u64 token, u32 perm)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	struct lsm_luo_audit luo = {
		.session = name,
		.session_id = session->i_ino,
		.ftype = type,
		.token = token,
	};

	luo_sessionfs_name(session, name);
	return selinux_luo_has_perm(sid, SECCLASS_LUO_FILE, perm, &luo);
}

/**
 * selinux_luo_session_create() - May the current task create a session?
 * @name:  The session's name.
 * @inode: Its inode, labelled by selinux_inode_init_security_anon().
 *
 * Context: Process context.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_session_create(const char *name, struct inode *inode)
{
	return selinux_luo_session_has_perm(inode, name, LUO_SESSION__CREATE);
}

/**
 * selinux_luo_session_retrieve() - May the current task retrieve a session?
 * @name:  The session's name.
 * @inode: Its inode. If it was not handed over how it was labelled, it is given
 *         the label of the file system: that it got one from the current task's
 *         transitions, as new inodes do, says nothing of the session.
 *
 * Context: Process context. Nobody else knows the inode yet.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_session_retrieve(const char *name, struct inode *inode)
{
	struct inode_security_struct *isec = selinux_inode(inode);

	spin_lock(&isec->lock);
	if (!isec->handed_over)
		isec->sid = selinux_superblock(inode->i_sb)->sid;
	spin_unlock(&isec->lock);

	return selinux_luo_session_has_perm(inode, name,
					    LUO_SESSION__RETRIEVE);
}

/**
 * selinux_luo_file_preserve() - May the current task preserve a file?
 * @session: Inode of the session.
 * @file:    The file; its inode's label counts.
 * @type:    Type of the file.
 * @token:   Number of the file in the session.
 *
 * A file that shares a private anonymous inode with others has no label of its
 * own and is judged as unlabeled, as it is when it is restored.
 *
 * Context: Process context; may sleep.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_file_preserve(struct inode *session, struct file *file,
			      const char *type, u64 token)
{
	u32 sid = selinux_inode(file_inode(file))->sid;

	return selinux_luo_file_has_perm(session, sid, type, token,
					 LUO_FILE__PRESERVE);
}

/* @len: without the NUL. Strings that the policy does not know have a SID, too. */
static int selinux_luo_context_to_sid(const char *context, u32 len, u32 *sid)
{
	return security_context_to_sid_default(context, len, sid,
					       SECINITSID_UNLABELED,
					       GFP_KERNEL);
}

/**
 * selinux_luo_file_restore() - May the current task restore a file?
 * @session:  Inode of the session.
 * @type:     Type of the file.
 * @token:    Number of the file in the session.
 * @identity: What the previous kernel said of the file; NULL: nothing.
 *
 * A file of which the previous kernel gave no label is unlabeled.
 *
 * Context: Process context; may sleep.
 * Return: 0, %-EACCES or %-ENOMEM.
 */
int selinux_luo_file_restore(struct inode *session, const char *type,
			     u64 token,
			     const struct luo_file_identity *identity)
{
	u32 sid = SECINITSID_UNLABELED;
	int rc;

	if (identity && identity->context_lsm == LSM_ID_SELINUX) {
		rc = selinux_luo_context_to_sid(identity->context,
						identity->context_len, &sid);
		if (rc)
			return rc;
	}

	return selinux_luo_file_has_perm(session, sid, type, token,
					 LUO_FILE__RESTORE);
}

/**
 * selinux_luo_session_freeze() - May the current task take a session along?
 * @session: Inode of the session.
 *
 * Context: Process context; may sleep.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_session_freeze(struct inode *session)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	luo_sessionfs_name(session, name);
	return selinux_luo_session_has_perm(session, name,
					    LUO_SESSION__FREEZE);
}

/**
 * selinux_luo_inode_notifysecctx() - Give an inode the label that it had.
 * @inode:   Inode of a session or of a restored file.
 * @context: The label.
 * @len:     Bytes of @context, without a NUL.
 *
 * Whatever the policy says of labels on the inode's file system, which is none
 * that user space could relabel files on. The class stays what it is by the
 * policy of today. Before a policy is loaded no context has a meaning: the inode
 * is labelled when one is, as others are that were there before.
 *
 * Context: Process context; may sleep. Nobody else knows the inode yet.
 * Return: 0 or %-ENOMEM.
 */
int selinux_luo_inode_notifysecctx(struct inode *inode, const char *context,
				   u32 len)
{
	struct inode_security_struct *isec = selinux_inode(inode);
	u32 sid;
	int rc;

	if (!selinux_initialized())
		return 0;

	rc = selinux_luo_context_to_sid(context, len, &sid);
	if (rc)
		return rc;

	spin_lock(&isec->lock);
	isec->sid = sid;
	isec->initialized = LABEL_INITIALIZED;
	isec->handed_over = true;
	spin_unlock(&isec->lock);
	return 0;
}
