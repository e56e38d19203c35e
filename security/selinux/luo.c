// SPDX-License-Identifier: GPL-2.0
/*
 * SELinux checks of live update: the classes luo_session and luo_file.
 *
 * The subject is the current task. The object is the session or the file.
 *
 * What a task may do with a file, it may do in sessions that may hold such files:
 * wherever the task is checked against the file, the file is checked against the
 * session, with the permission associate. It is the label of the file that is the
 * subject there, as for the association of files with file systems. So not even a
 * task that may use all sessions and all files can put the file of one tenant into
 * the session of another, if the labels tell tenants apart.
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

#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/liveupdate.h>
#include <linux/lockdep.h>
#include <linux/lsm_audit.h>
#include <linux/luo_identity.h>
#include <linux/luo_sessionfs.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/stringhash.h>
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

/* @ssid is that of a task, @tsid that of a file which is in the session or is to be. */
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
	int rc;

	luo_sessionfs_name(session, name);
	rc = selinux_luo_has_perm(ssid, tsid, SECCLASS_LUO_FILE, perm, &luo);
	if (rc)
		return rc;

	return selinux_luo_has_perm(tsid, selinux_inode(session)->sid,
				    SECCLASS_LUO_SESSION,
				    LUO_SESSION__ASSOCIATE, &luo);
}

/**
 * selinux_luo_create_sid() - Get the SID that a task has set for its sessions.
 * @name: Class of the anonymous inode that is created, or NULL.
 * @sid:  Output parameter.
 *
 * It is the one that the task has set for files (/proc/self/attr/fscreate).
 *
 * Context: Any.
 * Return: Whether the inode is that of a session, and the task has set a SID.
 */
bool selinux_luo_create_sid(const struct qstr *name, u32 *sid)
{
	const struct cred_security_struct *crsec = selinux_cred(current_cred());

	if (!crsec->create_sid || !name || !name->name ||
	    strcmp(name->name, LUO_SESSIONFS_ANON_NAME))
		return false;

	*sid = crsec->create_sid;
	return true;
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
	if (isec->luo_label == LUO_LABEL_NONE)
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

/*
 * Contexts whose SIDs were asked for. The files of a session most often have one
 * context, and to find its SID takes half of the time of a restore.
 *
 * An entry is for the policy of its sequence number, as another may know the context
 * or not. It is replaced and never changed: readers need no lock. A slot for each
 * hash bounds the memory.
 */
#define SELINUX_LUO_SLOT_BITS	4

struct selinux_luo_sid {
	struct rcu_head rcu;
	u32 seqno;
	u32 sid;
	u32 len;
	char context[] __counted_by(len);
};

static struct selinux_luo_sid __rcu *selinux_luo_sids[BIT(SELINUX_LUO_SLOT_BITS)];

static bool selinux_luo_find_sid(struct selinux_luo_sid __rcu **slot, u32 seqno,
				 const char *context, u32 len, u32 *sid)
{
	const struct selinux_luo_sid *known;

	guard(rcu)();
	known = rcu_dereference(*slot);
	if (!known || known->seqno != seqno || known->len != len ||
	    memcmp(known->context, context, len))
		return false;

	*sid = known->sid;
	return true;
}

/* Without memory the next one that asks looks it up again. */
static void selinux_luo_keep_sid(struct selinux_luo_sid __rcu **slot, u32 seqno,
				 const char *context, u32 len, u32 sid)
{
	struct selinux_luo_sid *known = kmalloc_flex(*known, context, len);
	struct selinux_luo_sid *old;

	if (!known)
		return;

	known->seqno = seqno;
	known->sid = sid;
	known->len = len;
	memcpy(known->context, context, len);
	old = unrcu_pointer(xchg(slot, RCU_INITIALIZER(known)));
	kfree_rcu(old, rcu);
}

/* @len does not count a NUL. Contexts that the policy does not know get a SID. */
static int selinux_luo_context_to_sid(const char *context, u32 len, u32 *sid)
{
	u32 hash = hash_32(full_name_hash(NULL, context, len),
			   SELINUX_LUO_SLOT_BITS);
	struct selinux_luo_sid __rcu **slot = &selinux_luo_sids[hash];
	/* Before the SID is looked up: another policy may be loaded meanwhile */
	u32 seqno = avc_policy_seqno();
	int rc;

	if (selinux_luo_find_sid(slot, seqno, context, len, sid))
		return 0;

	rc = security_context_to_sid_default(context, len, sid,
					     SECINITSID_UNLABELED, GFP_KERNEL);
	if (!rc && selinux_initialized())
		selinux_luo_keep_sid(slot, seqno, context, len, *sid);
	return rc;
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

/*
 * Labels that were to be restored before a policy was loaded, as contexts: there
 * are no SIDs for them yet. An entry is added once for an inode, and lives as long
 * as the inode, which also keeps it from being freed while it is used outside of
 * the lock. Few systems restore anything before they load their policy.
 */
struct selinux_luo_label {
	struct hlist_node node;
	const struct inode *inode;
	u32 len;
	char context[] __counted_by(len);
};

static DEFINE_HASHTABLE(selinux_luo_labels, 8);
static DEFINE_SPINLOCK(selinux_luo_labels_lock);

static struct selinux_luo_label *selinux_luo_find_label(const struct inode *inode)
{
	struct selinux_luo_label *label;

	lockdep_assert_held(&selinux_luo_labels_lock);
	hash_for_each_possible(selinux_luo_labels, label, node,
			       (unsigned long)inode)
		if (label->inode == inode)
			return label;
	return NULL;
}

/* The caller is the only one who can know the inode, or holds its lock. */
static int selinux_luo_keep_label(struct inode *inode, const char *context,
				  u32 len)
{
	struct inode_security_struct *isec = selinux_inode(inode);
	struct selinux_luo_label *label;

	if (isec->luo_label == LUO_LABEL_PENDING)
		return 0;

	label = kzalloc_flex(*label, context, len);
	if (!label)
		return -ENOMEM;

	label->len = len;
	label->inode = inode;
	memcpy(label->context, context, len);
	spin_lock(&selinux_luo_labels_lock);
	hash_add(selinux_luo_labels, &label->node, (unsigned long)inode);
	spin_unlock(&selinux_luo_labels_lock);

	spin_lock(&isec->lock);
	isec->luo_label = LUO_LABEL_PENDING;
	spin_unlock(&isec->lock);
	pr_info_once("SELinux:  labels from before a live update are pending until a policy is loaded\n");
	return 0;
}

/**
 * selinux_luo_pending_sid() - Get the SID for a label that was kept.
 * @inode: The inode; its label is LUO_LABEL_PENDING.
 * @sid:   Output parameter.
 *
 * Context: Process context; may sleep. A policy was loaded.
 * Return: 0 or %-ENOMEM.
 */
int selinux_luo_pending_sid(struct inode *inode, u32 *sid)
{
	struct selinux_luo_label *label;

	spin_lock(&selinux_luo_labels_lock);
	label = selinux_luo_find_label(inode);
	spin_unlock(&selinux_luo_labels_lock);

	return selinux_luo_context_to_sid(label->context, label->len, sid);
}

/**
 * selinux_luo_forget_label() - Free the label that was kept of an inode.
 * @inode: The inode, which is being freed; its label is LUO_LABEL_PENDING.
 *
 * Context: Any in which an inode is freed.
 */
void selinux_luo_forget_label(struct inode *inode)
{
	struct selinux_luo_label *label;

	spin_lock(&selinux_luo_labels_lock);
	label = selinux_luo_find_label(inode);
	hash_del(&label->node);
	spin_unlock(&selinux_luo_labels_lock);
	kfree(label);
}

/**
 * selinux_luo_inode_notifysecctx() - Restore the label of an inode.
 * @inode:   Inode of a session or of a restored file.
 * @context: The label.
 * @len:     Length of @context, not counting a NUL.
 *
 * The function ignores how the policy labels the inode's file system, which is
 * one that user space cannot relabel files on. The class does not change. Before
 * a policy is loaded, the function keeps the label: the inode gets it when a
 * policy is loaded, as all inodes that exist at that time get theirs.
 *
 * Context: Process context; may sleep. Under the lock of the inode, which others
 *          may know if it is a session's or has its label already.
 * Return: 0 or %-ENOMEM.
 */
int selinux_luo_inode_notifysecctx(struct inode *inode, const char *context,
				   u32 len)
{
	struct inode_security_struct *isec = selinux_inode(inode);
	u32 sid;
	int rc;

	/* If a policy is loaded meanwhile, it may not have found what was kept */
	if (!selinux_initialized()) {
		rc = selinux_luo_keep_label(inode, context, len);
		if (rc || !selinux_initialized())
			return rc;
	}

	rc = selinux_luo_context_to_sid(context, len, &sid);
	if (rc)
		return rc;

	spin_lock(&isec->lock);
	isec->sid = sid;
	isec->initialized = LABEL_INITIALIZED;
	if (isec->luo_label == LUO_LABEL_NONE)
		isec->luo_label = LUO_LABEL_RESTORED;
	spin_unlock(&isec->lock);
	return 0;
}
