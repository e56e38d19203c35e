// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: who is the caller?
 */

#include <linux/atomic.h>
#include <linux/cgroup.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <uapi/linux/lsm.h>

#include "blobs.h"
#include "luo_lsm.h"

#define LUO_LSM_LOOKUP_TRIES	8

/*
 * What a task was started from.
 *
 * The kernel keeps that with the task's memory, where prctl(PR_SET_MM) changes it.
 * Being root of a user namespace is enough for that, and memory can be shared over
 * its border: a child by vfork(), in a namespace of its own, could rename a parent
 * outside of it. So remember which file was executed in fact, by a number, as a
 * reference would keep file systems busy for as long as somebody is a zombie. What
 * the kernel says counts as long as it is that file, which it keeps.
 */
static atomic64_t luo_lsm_exe_ids = ATOMIC64_INIT(0);

static u64 luo_lsm_new_exe_id(const struct inode *inode)
{
	u64 *exe_id = &luo_lsm_inode(inode)->exe_id;
	u64 old = READ_ONCE(*exe_id);
	u64 id;

	if (old)
		return old;

	/* Who executes it at the same time may be first */
	id = atomic64_inc_return(&luo_lsm_exe_ids);
	old = cmpxchg(exe_id, 0, id);
	return old ?: id;
}

/**
 * luo_lsm_task_alloc() - Hook: a task begins as a copy of the current one.
 * @task:        The task.
 * @clone_flags: What it shares.
 *
 * Context: Any.
 * Return: 0.
 */
int luo_lsm_task_alloc(struct task_struct *task, u64 clone_flags)
{
	luo_lsm_task(task)->exe_id = luo_lsm_task(current)->exe_id;
	return 0;
}

/**
 * luo_lsm_bprm_committed_creds() - Hook: the current task executed a file.
 * @bprm: How it did.
 *
 * Context: Process context; nobody else has the task's new memory yet.
 */
void luo_lsm_bprm_committed_creds(const struct linux_binprm *bprm)
{
	struct file *exe = get_task_exe_file(current);

	luo_lsm_task(current)->exe_id =
		exe ? luo_lsm_new_exe_id(file_inode(exe)) : 0;
	if (exe)
		fput(exe);
}

/* Is that what the current task executed? */
static bool luo_lsm_executed(const struct file *exe)
{
	u64 exe_id = luo_lsm_task(current)->exe_id;

	return exe_id &&
	       exe_id == READ_ONCE(luo_lsm_inode(file_inode(exe))->exe_id);
}

/* The root directory of process 1: what an administrator means by "/". */
static bool luo_lsm_init_root(struct path *root)
{
	struct task_struct *init;
	bool found = false;

	/* Tasks are freed after a grace period; ->fs goes away under the lock */
	guard(rcu)();
	init = READ_ONCE(init_pid_ns.child_reaper);
	if (!init)
		return false;

	task_lock(init);
	if (init->fs) {
		get_fs_root(init->fs, root);
		found = true;
	}
	task_unlock(init);
	return found;
}

/*
 * The executable is on a mount that process 1 does not see: the caller has a
 * mount namespace of its own, as services of systemd commonly do. Its path
 * there counts if the same path leads process 1 to the very same file.
 *
 * This runs under LUO's locks, so that it must not wait for a file system whose
 * server the caller may be: only what is cached is looked at. The directories
 * that lead to an executable that runs are; a look that fails because the tree
 * changed meanwhile is tried again.
 */
static const char *luo_lsm_foreign_exe(const struct file *exe,
				       const struct path *root,
				       char *buf, int size)
{
	int tries = LUO_LSM_LOOKUP_TRIES;
	struct path found;
	const char *name;
	bool same;
	int err;

	name = d_absolute_path(&exe->f_path, buf, size);
	if (IS_ERR(name))
		return NULL;

	do {
		err = vfs_path_lookup(root->dentry, root->mnt, name,
				      LOOKUP_NO_SYMLINKS | LOOKUP_CACHED,
				      &found);
	} while (err == -EAGAIN && --tries);
	if (err)
		return NULL;

	same = d_backing_inode(found.dentry) == file_inode(exe);
	path_put(&found);
	return same ? name : NULL;
}

/**
 * luo_lsm_exe() - Path of the current task's executable.
 * @buf:  Room for the path.
 * @size: Bytes of @buf; PATH_MAX holds every path that rules can name.
 *
 * The path is the one by which process 1 reaches the file that the task was
 * started from. There is none for kernel threads, for files that are unlinked,
 * were never linked (memfd) or are not what process 1 sees at that path, for tasks
 * that have changed what they are said to be, and for tasks in another user
 * namespace: these may mount what they like where they like.
 *
 * Context: Process context; may sleep.
 * Return: The path, inside @buf, or NULL if there is none.
 */
const char *luo_lsm_exe(char *buf, int size)
{
	const char *name = NULL;
	struct file *exe;
	struct path root;

	if (current_user_ns() != &init_user_ns)
		return NULL;

	exe = get_task_exe_file(current);
	if (!exe)
		return NULL;
	if (d_unlinked(exe->f_path.dentry) || !luo_lsm_executed(exe) ||
	    !luo_lsm_init_root(&root))
		goto put_exe;

	name = __d_path(&exe->f_path, &root, buf, size);
	if (!name)
		name = luo_lsm_foreign_exe(exe, &root, buf, size);
	else if (IS_ERR(name))
		name = NULL;	/* longer than any rule */
	path_put(&root);

put_exe:
	fput(exe);
	return name;
}

/* As the root of all cgroup namespaces sees it. */
static const char *luo_lsm_cgroup(char *buf, int size)
{
#ifdef CONFIG_CGROUPS
	guard(rcu)();
	if (cgroup_path(task_dfl_cgroup(current), buf, size) >= 0)
		return buf;
#endif
	return NULL;
}

/**
 * luo_lsm_context() - What another security module calls something.
 * @prop: What it is to the other modules, as one of them said just now: they may
 *        let go of what is behind it.
 *
 * Context: Process context; may sleep.
 * Return: The context, to be freed with kfree(), or NULL if there is none, it is
 *         longer than any rule, or there is no memory.
 */
char *luo_lsm_context(struct lsm_prop *prop)
{
	struct lsm_context context = {};
	char *string;

	if (security_lsmprop_to_secctx(prop, &context, LSM_ID_UNDEF) < 0)
		return NULL;

	/* Its length may or may not include a NUL */
	string = context.context && context.len ?
		 kmemdup_nul(context.context, context.len, GFP_KERNEL) : NULL;
	security_release_secctx(&context);

	if (string && strlen(string) > LUO_POLICY_CONTEXT_MAX) {
		kfree(string);
		return NULL;
	}
	return string;
}

static char *luo_lsm_current_context(void)
{
	struct lsm_prop prop;

	security_current_getlsmprop_subj(&prop);
	return luo_lsm_context(&prop);
}

static size_t luo_lsm_storage_size(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

/* Copies @string to where *@storage begins, and lets that begin behind it. */
static const char *luo_lsm_store(char **storage, const char *string)
{
	size_t size = luo_lsm_storage_size(string);
	char *stored = *storage;

	*storage += size;
	return string ? memcpy(stored, string, size) : NULL;
}

static struct luo_lsm_subject *luo_lsm_subject_alloc(const char *exe,
						     const char *cgroup,
						     const char *subj)
{
	struct luo_lsm_subject *subject;
	char *storage;

	subject = kmalloc_flex(*subject, storage,
			       luo_lsm_storage_size(exe) +
			       luo_lsm_storage_size(cgroup) +
			       luo_lsm_storage_size(subj));
	if (!subject)
		return NULL;

	refcount_set(&subject->users, 1);
	subject->uid = from_kuid(&init_user_ns, current_euid());
	subject->gid = from_kgid(&init_user_ns, current_egid());
	subject->init_userns = current_user_ns() == &init_user_ns;
	storage = subject->storage;
	subject->exe = luo_lsm_store(&storage, exe);
	subject->cgroup = luo_lsm_store(&storage, cgroup);
	subject->subj = luo_lsm_store(&storage, subj);
	return subject;
}

/**
 * luo_lsm_subject_new() - Describe the current task.
 *
 * Context: Process context; may sleep.
 * Return: The description, to be dropped with luo_lsm_subject_put(), or NULL if
 *         there is no memory.
 */
struct luo_lsm_subject *luo_lsm_subject_new(void)
{
	struct luo_lsm_subject *subject;
	char *buf, *subj;

	buf = kmalloc_array(2, PATH_MAX, GFP_KERNEL);
	if (!buf)
		return NULL;

	subj = luo_lsm_current_context();
	subject = luo_lsm_subject_alloc(luo_lsm_exe(buf, PATH_MAX),
					luo_lsm_cgroup(buf + PATH_MAX,
						       PATH_MAX), subj);
	kfree(subj);
	kfree(buf);
	return subject;
}

/**
 * luo_lsm_subject_get() - Get a further reference to a subject.
 * @subject: The subject.
 *
 * Context: Any.
 * Return: @subject.
 */
struct luo_lsm_subject *luo_lsm_subject_get(struct luo_lsm_subject *subject)
{
	refcount_inc(&subject->users);
	return subject;
}

/**
 * luo_lsm_subject_put() - Drop a reference to a subject.
 * @subject: The subject, or NULL.
 *
 * Context: Any.
 */
void luo_lsm_subject_put(struct luo_lsm_subject *subject)
{
	if (subject && refcount_dec_and_test(&subject->users))
		kfree(subject);
}
