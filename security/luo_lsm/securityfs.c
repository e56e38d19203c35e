// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the administrator's files in securityfs.
 *
 * Every change needs CAP_MAC_ADMIN in the initial user namespace, of the task that
 * writes and of the task that opened the file. So a file descriptor gives no rights
 * to a task without the capability, and a privileged task cannot be tricked into
 * writing to a descriptor that an unprivileged one opened.
 */

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hex.h>
#include <linux/init.h>
#include <linux/kexec_handover.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "access.h"
#include "active.h"
#include "admin.h"
#include "hits.h"
#include "loading.h"
#include "policy/policy.h"
#include "preflight.h"
#include "rate.h"
#include "securityfs.h"
#include "session.h"
#include "signature.h"
#include "switches.h"

/**
 * struct luo_lsm_policy_file - The file policy, opened.
 * @policy:  The policy that was active at open: a reader sees it, whatever is loaded
 *           since. NULL if there was none.
 * @refused: A write was refused: no other is taken. Only ever set, without a lock; a
 *           write that comes at the same time as the refused one is none that follows.
 */
struct luo_lsm_policy_file {
	struct luo_lsm_policy *policy;
	bool refused;
};

static int luo_lsm_policy_open(struct inode *inode, struct file *file)
{
	struct luo_lsm_policy_file *opened = kzalloc_obj(*opened);

	if (!opened)
		return -ENOMEM;

	opened->policy = luo_lsm_policy_get();
	file->private_data = opened;
	return 0;
}

static int luo_lsm_policy_release(struct inode *inode, struct file *file)
{
	struct luo_lsm_policy_file *opened = file->private_data;

	luo_lsm_policy_put(opened->policy);
	kfree(opened);
	return 0;
}

static ssize_t luo_lsm_policy_read(struct file *file, char __user *buf,
				   size_t count, loff_t *ppos)
{
	const struct luo_lsm_policy_file *opened = file->private_data;
	const struct luo_lsm_policy *policy = opened->policy;

	if (!policy)
		return 0;

	return simple_read_from_buffer(buf, count, ppos, policy->raw,
				       policy->raw_size);
}

static int luo_lsm_policy_write_whole(const char __user *buf, size_t count,
				      loff_t pos)
{
	/* One byte more than the maximum, so that a longer policy is refused */
	size_t size = min_t(size_t, count, LUO_POLICY_RAW_MAX + 1);
	char *raw;
	int err;

	/* A second write would replace the policy by its own tail */
	if (pos)
		return luo_lsm_policy_refuse_offset();

	raw = kvmalloc(size, GFP_KERNEL);
	if (!raw)
		return -ENOMEM;

	if (copy_from_user(raw, buf, size))
		err = -EFAULT;
	else
		err = luo_lsm_policy_load(raw, size, LUO_LSM_SOURCE_LOADED);
	kvfree(raw);
	return err;
}

static ssize_t luo_lsm_policy_write(struct file *file, const char __user *buf,
				    size_t count, loff_t *ppos)
{
	struct luo_lsm_policy_file *opened = file->private_data;
	int err;

	if (!luo_lsm_may_admin(file))
		return -EPERM;
	/*
	 * A program that writes a text in pieces, and goes on when the first is refused,
	 * must not load the last: it may have both policy and end in it. last_error
	 * keeps why the first was refused.
	 */
	if (READ_ONCE(opened->refused))
		return -EINVAL;

	err = luo_lsm_policy_write_whole(buf, count, *ppos);
	if (err) {
		WRITE_ONCE(opened->refused, true);
		return err;
	}

	*ppos += count;
	return count;
}

static const struct file_operations luo_lsm_policy_fops = {
	.open = luo_lsm_policy_open,
	.release = luo_lsm_policy_release,
	.read = luo_lsm_policy_read,
	.write = luo_lsm_policy_write,
	.llseek = generic_file_llseek,
};

static ssize_t luo_lsm_enforce_read(struct file *file, char __user *buf,
				    size_t count, loff_t *ppos)
{
	return simple_read_from_buffer(buf, count, ppos,
				       luo_lsm_enforcing() ? "1\n" : "0\n", 2);
}

/* The 0 or 1 that is written, or a negative errno. */
static int luo_lsm_written_bool(const struct file *file, const char __user *buf,
				size_t count, loff_t pos)
{
	unsigned int value;
	int err;

	if (!luo_lsm_may_admin(file))
		return -EPERM;
	if (pos)
		return -EINVAL;

	err = kstrtouint_from_user(buf, count, 10, &value);
	if (err)
		return err;
	return value > 1 ? -EINVAL : value;
}

static ssize_t luo_lsm_enforce_write(struct file *file, const char __user *buf,
				     size_t count, loff_t *ppos)
{
	int value = luo_lsm_written_bool(file, buf, count, *ppos);
	int err;

	if (value < 0)
		return value;

	err = luo_lsm_set_enforcing(value);
	if (err)
		return err;

	*ppos += count;
	return count;
}

static const struct file_operations luo_lsm_enforce_fops = {
	.read = luo_lsm_enforce_read,
	.write = luo_lsm_enforce_write,
	.llseek = generic_file_llseek,
};

static ssize_t luo_lsm_lock_read(struct file *file, char __user *buf,
				 size_t count, loff_t *ppos)
{
	char word[16];
	int size = scnprintf(word, sizeof(word), "%s\n",
			     luo_lsm_locked_names[luo_lsm_locked()]);

	return simple_read_from_buffer(buf, count, ppos, word, size);
}

/* The state whose name is written, or a negative errno. */
static int luo_lsm_written_lock(const char __user *buf, size_t count)
{
	char word[16] = "";

	if (count >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, buf, count))
		return -EFAULT;
	/* What follows a NUL would be ignored */
	if (strlen(word) != count)
		return -EINVAL;
	return sysfs_match_string(luo_lsm_locked_names, word);
}

static ssize_t luo_lsm_lock_write(struct file *file, const char __user *buf,
				  size_t count, loff_t *ppos)
{
	int locked, err;

	if (!luo_lsm_may_admin(file))
		return -EPERM;
	if (*ppos)
		return -EINVAL;

	locked = luo_lsm_written_lock(buf, count);
	err = locked < 0 ? locked : luo_lsm_set_locked(locked);
	if (err)
		return err;

	*ppos += count;
	return count;
}

static const struct file_operations luo_lsm_lock_fops = {
	.read = luo_lsm_lock_read,
	.write = luo_lsm_lock_write,
	.llseek = generic_file_llseek,
};

/* Was KHO asked for? It goes off by itself if it cannot reserve its memory. */
static bool luo_lsm_kho_asked __ro_after_init =
	IS_ENABLED(CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT);

/* KHO has a parameter of this name, too, and complains of what is no boolean. */
static int __init luo_lsm_kho_param(char *value)
{
	return kstrtobool(value, &luo_lsm_kho_asked);
}
early_param("kho", luo_lsm_kho_param);

static const char *luo_lsm_handover_name(void)
{
	if (kho_is_enabled())
		return "on";
	return luo_lsm_kho_asked ? "failed" : "off";
}

static int luo_lsm_status_show(struct seq_file *m, void *unused)
{
	struct luo_lsm_policy *policy = luo_lsm_policy_get();

	if (policy) {
		/* No byte of a policy's name needs escaping */
		seq_printf(m, "policy: %s\nversion: %llu\nsha256: %*phN\n",
			   luo_policy_name(policy->compiled),
			   luo_policy_version(policy->compiled),
			   SHA256_DIGEST_SIZE, policy->sha256);
		seq_printf(m, "signed: %d\nsource: %s\n", policy->verified,
			   luo_lsm_source_names[policy->source]);
	} else {
		seq_printf(m, "source: %s\n",
			   luo_lsm_failed_closed() ? "lost" : "none");
	}
	luo_lsm_policy_put(policy);

	seq_printf(m, "enforcing: %d\nlock: %s\nunconfigured: %s\n",
		   luo_lsm_enforcing(), luo_lsm_locked_names[luo_lsm_locked()],
		   luo_lsm_unconfigured_allow ? "allow" : "deny");
	seq_printf(m, "require_signature: %d\nhandover: %s\n",
		   luo_lsm_require_signature, luo_lsm_handover_name());
	seq_printf(m, "sessions: %lld\nfiles: %lld\nbytes: %lld\n",
		   atomic64_read(&luo_lsm_sessions),
		   atomic64_read(&luo_lsm_files),
		   atomic64_read(&luo_lsm_bytes));
	seq_printf(m, "denials: %lld\nrecords_missed: %lld\n",
		   atomic64_read(&luo_lsm_denials),
		   atomic64_read(&luo_lsm_records_missed));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(luo_lsm_status);

static int luo_lsm_last_error_show(struct seq_file *m, void *unused)
{
	struct luo_policy_error *error;

	error = kmalloc_obj(*error);
	if (!error)
		return -ENOMEM;

	luo_lsm_last_error(error);
	if (error->err)
		seq_printf(m, "%u:%u: %s\n", error->line, error->column,
			   error->message);
	kfree(error);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(luo_lsm_last_error);

/*
 * The file hits, opened, has the policy that was active at open, if there was one: all
 * lines are about the same policy. Its statements are numbered by the position.
 */
static void *luo_lsm_hits_start(struct seq_file *m, loff_t *pos)
{
	struct luo_lsm_policy **policy = m->private;

	if (!*policy || *pos >= luo_policy_statements((*policy)->compiled))
		return NULL;
	return pos;
}

static void *luo_lsm_hits_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return luo_lsm_hits_start(m, pos);
}

static void luo_lsm_hits_stop(struct seq_file *m, void *v)
{
}

static int luo_lsm_hits_show(struct seq_file *m, void *v)
{
	struct luo_lsm_policy **policy = m->private;
	u32 statement = *(loff_t *)v;
	struct luo_lsm_hit hit;
	u32 ns;
	u64 s;

	luo_lsm_hits_sum((*policy)->hits, statement, &hit);
	s = div_u64_rem(hit.last, NSEC_PER_SEC, &ns);
	seq_printf(m, "%u %llu %llu.%03u\n",
		   luo_policy_statement_line((*policy)->compiled, statement),
		   hit.count, s, ns / (u32)NSEC_PER_MSEC);
	return 0;
}

static const struct seq_operations luo_lsm_hits_ops = {
	.start = luo_lsm_hits_start,
	.next = luo_lsm_hits_next,
	.stop = luo_lsm_hits_stop,
	.show = luo_lsm_hits_show,
};

static int luo_lsm_hits_open(struct inode *inode, struct file *file)
{
	struct luo_lsm_policy **policy;

	policy = __seq_open_private(file, &luo_lsm_hits_ops, sizeof(*policy));
	if (!policy)
		return -ENOMEM;

	*policy = luo_lsm_policy_get();
	return 0;
}

static int luo_lsm_hits_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct luo_lsm_policy **policy = m->private;

	luo_lsm_policy_put(*policy);
	return seq_release_private(inode, file);
}

static const struct file_operations luo_lsm_hits_fops = {
	.open = luo_lsm_hits_open,
	.release = luo_lsm_hits_release,
	.read = seq_read,
	.llseek = seq_lseek,
};

struct luo_lsm_entry {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
};

static const struct luo_lsm_entry luo_lsm_entries[] __initconst = {
	{ "policy", 0600, &luo_lsm_policy_fops },
	{ "enforce", 0600, &luo_lsm_enforce_fops },
	{ "lock", 0600, &luo_lsm_lock_fops },
	{ "status", 0400, &luo_lsm_status_fops },
	{ "last_error", 0400, &luo_lsm_last_error_fops },
	{ "hits", 0400, &luo_lsm_hits_fops },
	{ "preflight", 0600, &luo_lsm_preflight_fops },
};

/**
 * luo_lsm_init_securityfs() - Create the files.
 *
 * Context: At boot, once securityfs is up.
 * Return: 0, or a negative errno; then there are no files, and no policy can be
 *         loaded.
 */
int __init luo_lsm_init_securityfs(void)
{
	struct dentry *root, *dentry;
	size_t i;

	root = securityfs_create_dir("luo_lsm", NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);

	for (i = 0; i < ARRAY_SIZE(luo_lsm_entries); i++) {
		dentry = securityfs_create_file(luo_lsm_entries[i].name,
						luo_lsm_entries[i].mode, root,
						NULL, luo_lsm_entries[i].fops);
		if (IS_ERR(dentry)) {
			securityfs_remove(root);
			return PTR_ERR(dentry);
		}
	}

	return 0;
}
