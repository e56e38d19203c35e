// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the security module: its hooks, blobs and boot parameters.
 */

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include <linux/luo_identity.h>
#include <linux/moduleparam.h>
#include <linux/overflow.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <uapi/linux/liveupdate.h>
#include <uapi/linux/lsm.h>

#include "blobs.h"
#include "ids.h"
#include "luo_lsm.h"

struct lsm_blob_sizes luo_lsm_blobs __ro_after_init = {
	.lbs_inode = sizeof(struct luo_lsm_inode),
	.lbs_task = sizeof(struct luo_lsm_task),
};

/*
 * The session of a hook. LUO calls no hook but create and retrieve for a session
 * that neither was called for, so NULL is a bug of ours or of LUO: then deny, as
 * luo_lsm_check() does.
 */
static struct luo_lsm_session *luo_lsm_session(const struct inode *inode)
{
	struct luo_lsm_session *session = luo_lsm_inode(inode)->session;

	WARN_ON_ONCE(!session);
	return session;
}

static u64 luo_lsm_file_size(const struct file *file)
{
	return i_size_read(file_inode(file));
}

/* Nobody else can reach the inode yet, and there is one call for an inode. */
static int luo_lsm_begin_session(enum luo_op op, const char *name,
				 struct inode *inode)
{
	struct luo_lsm_subject *subject __free(luo_lsm_subject) =
		luo_lsm_subject_new(NULL);
	struct luo_lsm_access access = {
		.request.op = op,
	};
	struct luo_lsm_session *session;

	session = luo_lsm_session_new(name, op == LUO_OP_CREATE ? subject :
								  NULL);
	if (!session)
		return -ENOMEM;

	luo_lsm_inode(inode)->session = session;
	return luo_lsm_check(&access, subject, inode, session);
}

static int luo_lsm_session_create(const char *name, struct inode *inode)
{
	return luo_lsm_begin_session(LUO_OP_CREATE, name, inode);
}

static int luo_lsm_session_retrieve(const char *name, struct inode *inode)
{
	return luo_lsm_begin_session(LUO_OP_RETRIEVE, name, inode);
}

/* Not there if there was no memory for it at the beginning. */
static void luo_lsm_session_release(struct inode *inode)
{
	struct luo_lsm_inode *blob = luo_lsm_inode(inode);

	if (blob->session)
		luo_lsm_session_free(blob->session);
	blob->session = NULL;
}

/* Describe a file that is there, as it is now. */
static void luo_lsm_describe_file(struct luo_lsm_access *access,
				  const struct file *file, const char *type,
				  u64 token, struct lsm_prop *prop)
{
	struct inode *inode = file_inode(file);

	access->request.op = LUO_OP_PRESERVE;
	access->request.type = type;
	access->request.size = i_size_read(inode);
	access->request.size_known = true;
	access->request.fowner = luo_lsm_uid(inode->i_uid);
	access->request.fowner_known = uid_valid(inode->i_uid);
	access->file = true;
	access->token = token;
	security_inode_getlsmprop(inode, prop);
	access->prop = prop;
}

static int luo_lsm_file_preserve(struct inode *inode, struct file *file,
				 const char *type, u64 token)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);
	struct luo_lsm_subject *subject __free(luo_lsm_subject) =
		luo_lsm_subject_new(session ? luo_lsm_session_subject(session) :
					      NULL);
	struct luo_lsm_access access = {};
	struct lsm_prop prop;
	int err;

	luo_lsm_describe_file(&access, file, type, token, &prop);
	err = luo_lsm_check(&access, subject, inode, session);
	return err ?: luo_lsm_session_prepare(session, subject, file, type,
					      token);
}

static void luo_lsm_file_post_preserve(struct inode *inode, struct file *file,
				       const char *type, u64 token)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);

	if (session)
		luo_lsm_session_commit(session);
}

/* Describe a file that is not there yet, as the previous kernel left it. */
static void luo_lsm_describe_identity(struct luo_lsm_access *access,
				      const struct luo_file_identity *identity)
{
	if (!identity)
		return;

	access->request.size = identity->size;
	access->request.size_known = true;
	access->request.fowner = luo_lsm_uid(identity->uid);
	access->request.fowner_known = uid_valid(identity->uid);
	access->obj = identity->context;
}

static int luo_lsm_file_restore(struct inode *inode, const char *type,
				u64 token,
				const struct luo_file_identity *identity)
{
	struct luo_lsm_subject *subject __free(luo_lsm_subject) =
		luo_lsm_subject_new(NULL);
	struct luo_lsm_access access = {
		.request.op = LUO_OP_RESTORE,
		.request.type = type,
		.file = true,
		.token = token,
	};

	luo_lsm_describe_identity(&access, identity);
	return luo_lsm_check(&access, subject, inode, luo_lsm_session(inode));
}

static int luo_lsm_freeze_file(struct inode *inode,
			       struct luo_lsm_session *session,
			       const struct luo_lsm_file *record)
{
	struct luo_lsm_access access = {
		.freeze = true,
	};
	struct lsm_prop prop;

	luo_lsm_describe_file(&access, record->file, record->type,
			      record->token, &prop);
	return luo_lsm_check(&access, record->subject, inode, session);
}

/*
 * Would what was created and preserved be allowed now to those who did? Asked
 * about everything, so that all that stands in the way is logged at once.
 */
static int luo_lsm_session_freeze(struct inode *inode)
{
	struct luo_lsm_session *session = luo_lsm_session(inode);
	struct luo_lsm_access access = {
		.request.op = LUO_OP_CREATE,
		.freeze = true,
	};
	struct luo_lsm_file *record;
	u64 bytes = 0;
	int err, ret;

	if (!session || WARN_ON_ONCE(!session->creator))
		return -EACCES;
	/* No session leaves for a kernel that does not get its policy */
	if (!luo_lsm_handover_ready())
		return -ENOMEM;

	ret = luo_lsm_check(&access, session->creator, inode, session);
	list_for_each_entry(record, &session->files, list) {
		err = luo_lsm_freeze_file(inode, session, record);
		ret = ret ?: err;
		bytes = size_add(bytes, luo_lsm_file_size(record->file));
	}

	err = luo_lsm_check_growth(inode, session, bytes);
	return ret ?: err;
}

/*
 * FINISH discards what was not restored, under the hands of all who hold the
 * session, while a close does so only if it is the last. Let only those who might
 * have claimed the session give it up for the others.
 *
 * This runs without LUO's locks. The open file keeps the session, and with it the
 * record; what is looked at in there never changes.
 */
static int luo_lsm_file_ioctl(struct file *file, unsigned int cmd,
			      unsigned long arg)
{
	struct luo_lsm_subject *subject __free(luo_lsm_subject) = NULL;
	struct inode *inode = file_inode(file);
	struct luo_lsm_access access = {
		.request.op = LUO_OP_RETRIEVE,
		.finish = true,
	};
	struct luo_lsm_session *session;

	if (cmd != LIVEUPDATE_SESSION_FINISH)
		return 0;

	/* No session, or one that LUO does not let be finished */
	session = luo_lsm_inode(inode)->session;
	if (!session || session->creator)
		return 0;

	subject = luo_lsm_subject_new(NULL);
	return luo_lsm_check(&access, subject, inode, session);
}

static struct security_hook_list luo_lsm_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(luo_session_create, luo_lsm_session_create),
	LSM_HOOK_INIT(luo_session_retrieve, luo_lsm_session_retrieve),
	LSM_HOOK_INIT(luo_session_release, luo_lsm_session_release),
	LSM_HOOK_INIT(luo_file_preserve, luo_lsm_file_preserve),
	LSM_HOOK_INIT(luo_file_post_preserve, luo_lsm_file_post_preserve),
	LSM_HOOK_INIT(luo_file_restore, luo_lsm_file_restore),
	LSM_HOOK_INIT(luo_session_freeze, luo_lsm_session_freeze),
	LSM_HOOK_INIT(file_ioctl, luo_lsm_file_ioctl),
	LSM_HOOK_INIT(task_alloc, luo_lsm_task_alloc),
	LSM_HOOK_INIT(bprm_committed_creds, luo_lsm_bprm_committed_creds),
};

static int luo_lsm_param_unconfigured(const char *value,
				      const struct kernel_param *kp)
{
	if (!strcmp(value, "allow"))
		luo_lsm_unconfigured_allow = true;
	else if (!strcmp(value, "deny"))
		luo_lsm_unconfigured_allow = false;
	else
		return -EINVAL;	/* and deny stays */
	return 0;
}

static const struct kernel_param_ops luo_lsm_param_unconfigured_ops = {
	.set = luo_lsm_param_unconfigured,
};

/* Permission 0, not in sysfs: status says it. */
module_param_cb(unconfigured, &luo_lsm_param_unconfigured_ops, NULL, 0);
MODULE_PARM_DESC(unconfigured, "While no policy was ever loaded: deny (default) or allow");

static const struct lsm_id luo_lsm_id = {
	.name = "luo_lsm",
	.id = LSM_ID_LUO,
};

static int __init luo_lsm_init(void)
{
	/* Whatever the command line says, and whoever comes before it arrived */
	if (luo_lsm_handover_waits())
		luo_lsm_close();

	security_add_hooks(luo_lsm_hooks, ARRAY_SIZE(luo_lsm_hooks),
			   &luo_lsm_id);
	return 0;
}

/*
 * Once KHO can keep it: that is a fs_initcall, too, of kernel/, which is linked
 * before security/. If something was handed over, that comes first.
 */
static int __init luo_lsm_start_boot_policy(void)
{
	return luo_lsm_handover_waits() ? 0 : luo_lsm_load_boot_policy();
}

/*
 * What is handed over may be signed: the trusted keys come with a late_initcall of
 * certs/, which is linked before security/. LUO's device is there before, so that
 * a helper process that the kernel started might use it; until this ran all is
 * denied, see luo_lsm_close(). The files come after, so that there is no change
 * that what was handed over would undo.
 */
static int __init luo_lsm_start(void)
{
	luo_lsm_arrive();
	if (luo_lsm_handover_waits())
		luo_lsm_load_boot_policy();
	return luo_lsm_init_securityfs();
}

DEFINE_LSM(luo_lsm) = {
	.id = &luo_lsm_id,
	.init = luo_lsm_init,
	.blobs = &luo_lsm_blobs,
	.initcall_fs = luo_lsm_start_boot_policy,
	.initcall_late = luo_lsm_start,
};
