// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the security module: its hooks, blobs and boot parameters.
 */

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/lsm_hooks.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <uapi/linux/lsm.h>

#include "luo_lsm.h"

/**
 * struct luo_lsm_inode - What the module keeps with an inode.
 * @name: Name of the session the inode stands for; NULL for every other inode.
 */
struct luo_lsm_inode {
	char *name;
};

static struct lsm_blob_sizes luo_lsm_blobs __ro_after_init = {
	.lbs_inode = sizeof(struct luo_lsm_inode),
};

/* For status: denials since boot, enforced or not. */
atomic64_t luo_lsm_denials = ATOMIC64_INIT(0);

/* For status: sessions whose inodes exist. */
atomic_long_t luo_lsm_sessions = ATOMIC_LONG_INIT(0);

/* What happens while no policy was ever loaded. */
bool luo_lsm_unconfigured_allow __ro_after_init;

static struct luo_lsm_inode *luo_lsm_inode(const struct inode *inode)
{
	return inode->i_security + luo_lsm_blobs.lbs_inode;
}

static void luo_lsm_decide(const struct luo_lsm_policy *policy,
			   struct luo_lsm_access *access)
{
	if (policy) {
		luo_policy_decide(policy->compiled, &access->request,
				  &access->verdict);
		return;
	}

	access->verdict = (struct luo_verdict) {
		.allow = luo_lsm_unconfigured_allow,
		.reason = LUO_REASON_NO_POLICY,
	};
}

static void luo_lsm_describe_caller(struct luo_request *request, char *buf)
{
	request->uid = from_kuid(&init_user_ns, current_euid());
	request->gid = from_kgid(&init_user_ns, current_egid());
	request->init_userns = current_user_ns() == &init_user_ns;
	request->exe = luo_lsm_exe(buf, PATH_MAX);
}

static void luo_lsm_describe_session(struct luo_lsm_access *access,
				     const struct inode *session)
{
	access->session_id = session->i_ino;
	access->request.session = luo_lsm_inode(session)->name;
	access->request.owner_known = uid_valid(session->i_uid);
	access->request.owner = from_kuid(&init_user_ns, session->i_uid);
}

/*
 * Decide @access to @session, log what is to be logged, and say what the hook
 * shall return. Whatever goes wrong on the way denies.
 */
static int luo_lsm_check(struct luo_lsm_access *access,
			 const struct inode *session)
{
	struct luo_lsm_policy *policy;
	int err = 0;
	char *buf;

	/* A session that went past the hooks that name it: none can. */
	if (WARN_ON_ONCE(!luo_lsm_inode(session)->name))
		return -EACCES;

	buf = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;

	luo_lsm_describe_caller(&access->request, buf);
	luo_lsm_describe_session(access, session);
	access->enforcing = luo_lsm_enforcing();

	policy = luo_lsm_policy_get();
	luo_lsm_decide(policy, access);
	if (!access->verdict.allow) {
		atomic64_inc(&luo_lsm_denials);
		if (access->enforcing)
			err = -EACCES;
	}
	if (!access->verdict.allow || access->verdict.audit)
		luo_lsm_audit_access(access, policy);
	luo_lsm_policy_put(policy);

	kfree(buf);
	return err;
}

/*
 * A session's inode comes by one of the next two hooks, once and before anyone
 * else can reach it, so that the name needs no lock. It goes with the inode.
 */
static int luo_lsm_name_session(struct inode *inode, const char *name)
{
	struct luo_lsm_inode *blob = luo_lsm_inode(inode);

	blob->name = kstrdup(name, GFP_KERNEL);
	if (!blob->name)
		return -ENOMEM;

	atomic_long_inc(&luo_lsm_sessions);
	return 0;
}

static int luo_lsm_check_session(enum luo_op op, const char *name,
				 struct inode *inode)
{
	struct luo_lsm_access access = {
		.request.op = op,
	};
	int err;

	err = luo_lsm_name_session(inode, name);
	if (err)
		return err;

	return luo_lsm_check(&access, inode);
}

static int luo_lsm_session_create(const char *name, struct inode *inode)
{
	return luo_lsm_check_session(LUO_OP_CREATE, name, inode);
}

static int luo_lsm_session_retrieve(const char *name, struct inode *inode)
{
	return luo_lsm_check_session(LUO_OP_RETRIEVE, name, inode);
}

static int luo_lsm_file_preserve(struct inode *session, struct file *file,
				 const char *type, u64 token)
{
	struct luo_lsm_access access = {
		.request.op = LUO_OP_PRESERVE,
		.request.type = type,
		.file = true,
		.token = token,
		.size_known = true,
		.size = i_size_read(file_inode(file)),
	};

	return luo_lsm_check(&access, session);
}

static int luo_lsm_file_restore(struct inode *session, const char *type,
				u64 token,
				const struct luo_file_identity *identity)
{
	struct luo_lsm_access access = {
		.request.op = LUO_OP_RESTORE,
		.request.type = type,
		.file = true,
		.token = token,
	};

	return luo_lsm_check(&access, session);
}

/* The hooks above run on live inodes only: nobody reads the name any more. */
static void luo_lsm_inode_free_security(struct inode *inode)
{
	struct luo_lsm_inode *blob;

	if (!inode->i_security)
		return;

	blob = luo_lsm_inode(inode);
	if (!blob->name)
		return;

	kfree(blob->name);
	blob->name = NULL;
	atomic_long_dec(&luo_lsm_sessions);
}

static struct security_hook_list luo_lsm_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(inode_free_security, luo_lsm_inode_free_security),
	LSM_HOOK_INIT(luo_session_create, luo_lsm_session_create),
	LSM_HOOK_INIT(luo_session_retrieve, luo_lsm_session_retrieve),
	LSM_HOOK_INIT(luo_file_preserve, luo_lsm_file_preserve),
	LSM_HOOK_INIT(luo_file_restore, luo_lsm_file_restore),
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
	security_add_hooks(luo_lsm_hooks, ARRAY_SIZE(luo_lsm_hooks),
			   &luo_lsm_id);
	return 0;
}

DEFINE_LSM(luo_lsm) = {
	.id = &luo_lsm_id,
	.init = luo_lsm_init,
	.blobs = &luo_lsm_blobs,
	.initcall_core = luo_lsm_init_securityfs,
};
