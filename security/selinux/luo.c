// SPDX-License-Identifier: GPL-2.0
/*
 * SELinux checks of live update: the classes luo_session and luo_file.
 *
 * The subject is the current task. The object is the session or the file.
 *
 * At the freeze, the task that requests the reboot is the subject of freeze, and the
 * session is the object. The permission to preserve is checked again for each file:
 * the subject is the task that preserved the file, which may have exited; the object
 * is the label that the file has now. A policy that was loaded since can thus revoke
 * what was granted before, and so can a relabeling.
 *
 * The next kernel receives contexts as strings. If its policy does not know a
 * context, SELinux keeps the string, and treats the object as unlabeled until a
 * policy that knows the context is loaded.
 *
 * Locking: as elsewhere, labels are read without the lock of the inode's blob.
 * The label of a session does not change once its file exists. A check that
 * races with the relabeling of a file uses the old or the new label.
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

static int selinux_luo_has_perm(u32 ssid, u32 tsid, u16 tclass, u32 perm,
				struct lsm_luo_audit *luo)
{
	struct common_audit_data ad = {
		.type = LSM_AUDIT_DATA_LUO,
		.u.luo = luo,
	};

	return avc_has_perm(ssid, tsid, tclass, perm, &ad);
}

static int selinux_luo_session_has_perm(struct inode *session,
					const char *name, u32 perm)
{
	struct lsm_luo_audit luo = {
		.session = name,
		.session_id = session->i_ino,
	};

	return selinux_luo_has_perm(current_sid(), selinux_inode(session)->sid,
				    SECCLASS_LUO_SESSION, perm, &luo);
}

/* The same for a session that exists, so that its inode has the name. */
static int selinux_luo_known_session_has_perm(struct inode *session, u32 perm)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	luo_sessionfs_name(session, name);
	return selinux_luo_session_has_perm(session, name, perm);
}

static int selinux_luo_file_has_perm(struct inode *session, u32 ssid, u32 tsid,
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
	return selinux_luo_has_perm(ssid, tsid, SECCLASS_LUO_FILE, perm, &luo);
}

/**
 * selinux_luo_session_create() - Check if a session may be created.
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
 * selinux_luo_session_retrieve() - Check if a session may be retrieved.
 * @name:  The session's name.
 * @inode: Its inode. If the previous kernel handed over no label, the function
 *         sets that of the file system: the label of a new inode comes from the
 *         current task, which did not create the session.
 *
 * Context: Process context. The inode is not accessible to others yet.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_session_retrieve(const char *name, struct inode *inode)
{
	struct inode_security_struct *isec = selinux_inode(inode);

	spin_lock(&isec->lock);
	if (!isec->label_restored)
		isec->sid = selinux_superblock(inode->i_sb)->sid;
	spin_unlock(&isec->lock);

	return selinux_luo_session_has_perm(inode, name,
					    LUO_SESSION__RETRIEVE);
}

/**
 * selinux_luo_session_finish() - Check if a session may be finished.
 * @session: Its inode.
 *
 * Context: Process context.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_session_finish(struct inode *session)
{
	return selinux_luo_known_session_has_perm(session,
						  LUO_SESSION__FINISH);
}

/**
 * selinux_luo_file_preserve() - Check if a file may be preserved.
 * @session: Inode of the session.
 * @file:    The file. The object's label is that of its inode.
 * @type:    Type of the file.
 * @token:   Token of the file in the session.
 * @security: Security blob of the preserved file.
 *
 * A file on the shared private anonymous inode has no label. It is unlabeled
 * here and when it is restored.
 *
 * Context: Process context; may sleep.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_file_preserve(struct inode *session, struct file *file,
			      const char *type, u64 token, void *security)
{
	u32 sid = selinux_inode(file_inode(file))->sid;

	selinux_luo_file(security)->sid = current_sid();
	return selinux_luo_file_has_perm(session, current_sid(), sid, type,
					 token, LUO_FILE__PRESERVE);
}

/* @len does not count a NUL. Contexts that the policy does not know get a SID. */
static int selinux_luo_context_to_sid(const char *context, u32 len, u32 *sid)
{
	return security_context_to_sid_default(context, len, sid,
					       SECINITSID_UNLABELED,
					       GFP_KERNEL);
}

/**
 * selinux_luo_file_restore() - Check if a file may be restored.
 * @session:  Inode of the session.
 * @file:     The file, if a task was given it before, else NULL.
 * @type:     Type of the file.
 * @token:    Token of the file in the session.
 * @identity: Identity of the file in the previous kernel, or NULL.
 *
 * Without a label from the previous kernel, the file is unlabeled. If it was
 * restored before, the label that it has now must allow it, too: the file may
 * have been relabeled.
 *
 * Context: Process context; may sleep.
 * Return: 0, %-EACCES or %-ENOMEM.
 */
int selinux_luo_file_restore(struct inode *session, struct file *file,
			     const char *type, u64 token,
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

	rc = selinux_luo_file_has_perm(session, current_sid(), sid, type, token,
				       LUO_FILE__RESTORE);
	if (rc || !file || selinux_inode(file_inode(file))->sid == sid)
		return rc;

	return selinux_luo_file_has_perm(session, current_sid(),
					 selinux_inode(file_inode(file))->sid,
					 type, token, LUO_FILE__RESTORE);
}

/**
 * selinux_luo_file_freeze() - Check if a file, or a session, may be frozen.
 * @session:  Inode of the session.
 * @file:     The file, or NULL for the session.
 * @type:     Type of the file.
 * @token:    Token of the file in the session.
 * @identity: Identity that is handed over for the file.
 * @security: Security blob of the preserved file.
 *
 * Context: Process context; may sleep.
 * Return: 0, or %-EACCES.
 */
int selinux_luo_file_freeze(struct inode *session, struct file *file,
			    const char *type, u64 token,
			    const struct luo_file_identity *identity,
			    void *security)
{
	if (!file)
		return selinux_luo_known_session_has_perm(session,
							  LUO_SESSION__FREEZE);

	return selinux_luo_file_has_perm(session,
					 selinux_luo_file(security)->sid,
					 identity->label->selinux.secid, type,
					 token, LUO_FILE__PRESERVE);
}

/**
 * selinux_luo_inode_notifysecctx() - Restore the label of an inode.
 * @inode:   Inode of a session or of a restored file.
 * @context: The label.
 * @len:     Length of @context, not counting a NUL.
 *
 * The function ignores how the policy labels the inode's file system, which is
 * one that user space cannot relabel files on. The class does not change. Before
 * a policy is loaded, the function does nothing: the inode is labelled when a
 * policy is loaded, as all inodes that exist at that time.
 *
 * Context: Process context; may sleep. The inode is not accessible to others yet.
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
	isec->label_restored = true;
	spin_unlock(&isec->lock);
	return 0;
}
