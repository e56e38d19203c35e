// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the hooks of the security module, and its start.
 */

#include <linux/array_size.h>
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include <linux/luo_identity.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/uidgid.h>
#include <uapi/linux/lsm.h>

#include "access.h"
#include "blobs.h"
#include "boot.h"
#include "context.h"
#include "exe.h"
#include "freeze.h"
#include "handover.h"
#include "ids.h"
#include "limits.h"
#include "restore.h"
#include "securityfs.h"
#include "session.h"
#include "subject.h"
#include "switches.h"

/*
 * The record of the session that a hook is called for. It exists, because LUO
 * calls the create or the retrieve hook of a session first. NULL is a bug, and
 * luo_lsm_check() denies it.
 */
static struct luo_lsm_session *luo_lsm_session(const struct inode *inode)
{
	struct luo_lsm_session *session = luo_lsm_inode(inode)->session;

	WARN_ON_ONCE(!session);
	return session;
}

/* The inode is not published yet, and there is one call for each inode. */
static int luo_lsm_begin_session(enum luo_op op, const char *name,
				 struct inode *inode)
{
	struct luo_lsm_subject *subject = luo_lsm_subject_current();
	struct luo_lsm_access access = {
		.request.op = op,
	};
	struct luo_lsm_session *session;

	session = luo_lsm_session_new(name, op == LUO_OP_CREATE ? subject :
								  NULL);
	if (!session)
		return -ENOMEM;

	if (op == LUO_OP_RETRIEVE) {
		session->uid = luo_lsm_uid(inode->i_uid);
		session->uid_known = uid_valid(inode->i_uid);
	}
	luo_lsm_inode(inode)->session = session;
	return luo_lsm_check(&access, subject, inode, session);
}

static int luo_lsm_session_create(const char *name, struct inode *inode)
{
	return luo_lsm_begin_session(LUO_OP_CREATE, name, inode);
}

static int luo_lsm_session_retrieve(const char *name, struct inode *inode)
{
	int err = luo_lsm_begin_session(LUO_OP_RETRIEVE, name, inode);

	if (!err)
		luo_lsm_count_retrieved(luo_lsm_session(inode));
	return err;
}

/*
 * FINISH discards the files that were not restored, although other tasks may hold
 * the session open; a close does so only if it is the last one. So a task that has
 * the session may not finish it unless the policy allows that, too.
 */
static int luo_lsm_session_finish(struct inode *inode)
{
	struct luo_lsm_subject *subject = luo_lsm_subject_current();
	struct luo_lsm_access access = {
		.request.op = LUO_OP_FINISH,
	};

	return luo_lsm_check(&access, subject, inode, luo_lsm_session(inode));
}

/* There is no record if there was no memory for it. */
static void luo_lsm_session_release(struct inode *inode)
{
	struct luo_lsm_inode *blob = luo_lsm_inode(inode);

	if (!blob->session)
		return;

	luo_lsm_uncount_session(blob->session);
	luo_lsm_session_free(blob->session);
	blob->session = NULL;
}

/* Describe an open file as it is now. */
static void luo_lsm_describe_file(struct luo_lsm_access *access, enum luo_op op,
				  const struct file *file, const char *type,
				  u64 token, struct lsm_prop *prop)
{
	struct inode *inode = file_inode(file);
	struct luo_file_identity identity;

	access->request.op = op;
	access->request.type = type;
	luo_file_identity_of(inode, &identity);
	luo_lsm_describe_identity(access, &identity);
	access->file = true;
	access->token = token;
	/* Modules that keep no property of inodes leave theirs as it is */
	lsmprop_init(prop);
	security_inode_getlsmprop(inode, prop);
	access->prop = prop;
}

static int luo_lsm_file_preserve(struct inode *inode, struct file *file,
				 const char *type, u64 token, void *security)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);
	struct luo_lsm_subject *subject = luo_lsm_subject_current();
	struct luo_lsm_access access = {};
	struct lsm_prop prop;
	int err;

	luo_lsm_describe_file(&access, LUO_OP_PRESERVE, file, type, token,
			      &prop);
	err = luo_lsm_check(&access, subject, inode, session);
	if (!err)
		luo_lsm_session_add(session, luo_lsm_file(security), subject,
				    access.request.size);
	return err;
}

/* There is no blob if there was no memory for it. */
static void luo_lsm_file_release(struct inode *inode, void *security)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);

	if (session && security)
		luo_lsm_session_remove(session, luo_lsm_file(security));
}

/*
 * A file that was restored before has to be allowed as it is now, too. Its owner
 * may have changed: from then on it is not for those who may have files of the
 * former owner, and it was never for those who may have files of the new one.
 */
static int luo_lsm_file_restore(struct inode *inode, struct file *file,
				const char *type, u64 token,
				const struct luo_file_identity *identity)
{
	struct luo_lsm_subject *subject = luo_lsm_subject_current();
	struct luo_lsm_access access = {
		.request.op = LUO_OP_RESTORE,
		.request.type = type,
		.file = true,
		.token = token,
	};
	struct luo_lsm_access now = {};
	struct lsm_prop prop;
	int err;

	luo_lsm_describe_identity(&access, identity);
	err = luo_lsm_check(&access, subject, inode, luo_lsm_session(inode));
	if (err || !file)
		return err;

	luo_lsm_describe_file(&now, LUO_OP_RESTORE, file, type, token, &prop);
	return luo_lsm_check(&now, subject, inode, luo_lsm_session(inode));
}

static int luo_lsm_check_freeze(struct luo_lsm_freeze *freeze,
				struct luo_lsm_access *access,
				struct luo_lsm_subject *subject)
{
	return luo_lsm_check(access, subject, freeze->inode, freeze->session);
}

static int luo_lsm_file_freeze(struct inode *inode, struct file *file,
			       const char *type, u64 token,
			       const struct luo_file_identity *identity,
			       void *security)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);
	struct luo_lsm_freeze freeze = {
		.inode = inode,
		.session = session,
		.file = file,
		.type = type,
		.token = token,
		.identity = identity,
		.security = security,
		.check = luo_lsm_check_freeze,
	};

	if (!session)
		return -EACCES;
	freeze.bytes = &session->frozen;
	return luo_lsm_freeze(&freeze);
}

/* A new task executes what its parent does, and may become another caller. */
static int luo_lsm_task_alloc(struct task_struct *task, u64 clone_flags)
{
	luo_lsm_task(task)->exe = luo_lsm_exe_get(luo_lsm_task(current)->exe);
	return 0;
}

static void luo_lsm_task_free(struct task_struct *task)
{
	luo_lsm_subject_forget(luo_lsm_task(task));
	luo_lsm_exe_put(luo_lsm_task(task)->exe);
}

static void luo_lsm_bprm_committed_creds(const struct linux_binprm *bprm)
{
	luo_lsm_subject_forget(luo_lsm_task(current));
	luo_lsm_exe_executed(bprm->file);
}

static struct security_hook_list luo_lsm_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(luo_session_create, luo_lsm_session_create),
	LSM_HOOK_INIT(luo_session_retrieve, luo_lsm_session_retrieve),
	LSM_HOOK_INIT(luo_session_finish, luo_lsm_session_finish),
	LSM_HOOK_INIT(luo_session_release, luo_lsm_session_release),
	LSM_HOOK_INIT(luo_file_preserve, luo_lsm_file_preserve),
	LSM_HOOK_INIT(luo_file_release, luo_lsm_file_release),
	LSM_HOOK_INIT(luo_file_restore, luo_lsm_file_restore),
	LSM_HOOK_INIT(luo_file_freeze, luo_lsm_file_freeze),
	LSM_HOOK_INIT(task_alloc, luo_lsm_task_alloc),
	LSM_HOOK_INIT(task_free, luo_lsm_task_free),
	LSM_HOOK_INIT(bprm_committed_creds, luo_lsm_bprm_committed_creds),
};

static const struct lsm_id luo_lsm_id = {
	.name = "luo_lsm",
	.id = LSM_ID_LUO,
};

/* The module is in the list of those that are active. */
static bool luo_lsm_started __initdata;

static int __init luo_lsm_init(void)
{
	/* Deny all until the state is restored, whatever the command line says */
	luo_lsm_init_switches();
	if (luo_lsm_handover_pending())
		luo_lsm_set_failed_closed(true);

	security_add_hooks(luo_lsm_hooks, ARRAY_SIZE(luo_lsm_hooks),
			   &luo_lsm_id);
	return 0;
}

/*
 * KHO can preserve the policy from here on: it starts with a fs_initcall of
 * kernel/, which is linked before security/. If a state was handed over, it is
 * restored before the boot policy is loaded.
 */
static int __init luo_lsm_start_boot_policy(void)
{
	int err = luo_lsm_watch_contexts();

	if (err)
		return err;
	return luo_lsm_handover_pending() ? 0 : luo_lsm_load_boot_policy();
}

/*
 * A policy that was handed over may be signed. The trusted keys are loaded by a
 * late_initcall of certs/, which is linked before security/. LUO's device exists
 * earlier, and a usermode helper may use it: until here luo_lsm_init() denies all.
 *
 * The files in securityfs are created last, so that nothing is changed that
 * restoring the state would undo.
 */
static int __init luo_lsm_start(void)
{
	luo_lsm_restore();
	if (luo_lsm_handover_pending())
		luo_lsm_load_boot_policy();
	luo_lsm_lock_at_boot();
	luo_lsm_started = true;
	return luo_lsm_init_securityfs();
}

/*
 * IMA may start in the initcall of the modules that comes last, after this module's
 * in the same. An initcall of this file follows it, as it is linked later.
 */
static int __init luo_lsm_start_measuring(void)
{
	if (luo_lsm_started)
		luo_lsm_measure_at_boot();
	return 0;
}
late_initcall_sync(luo_lsm_start_measuring);

DEFINE_LSM(luo_lsm) = {
	.id = &luo_lsm_id,
	.init = luo_lsm_init,
	.blobs = &luo_lsm_blobs,
	.initcall_fs = luo_lsm_start_boot_policy,
	.initcall_late = luo_lsm_start,
};
