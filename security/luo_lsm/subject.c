// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: who is the caller?
 */

#include <linux/atomic.h>
#include <linux/cgroup.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <uapi/linux/lsm.h>

#include "blobs.h"
#include "ids.h"
#include "luo_lsm.h"

#define LUO_LSM_LOOKUP_TRIES	8
#define LUO_LSM_SHORT_PATH	128	/* as most are, with the NUL */
#define LUO_LSM_LONG_PATH	(PATH_MAX + 1)	/* to tell what is too long */

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

/*
 * Process 1, whose root directory is what an administrator means by "/": locked,
 * so that its ->fs stays, or NULL. Tasks are freed after a grace period.
 */
static struct task_struct *luo_lsm_lock_init(void)
{
	struct task_struct *init = READ_ONCE(init_pid_ns.child_reaper);

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "process 1 may be freed");
	if (init)
		task_lock(init);
	return init;
}

static bool luo_lsm_get_init_root(struct path *root)
{
	struct task_struct *init;
	struct fs_struct *fs;

	guard(rcu)();
	init = luo_lsm_lock_init();
	if (!init)
		return false;

	/* Read once: what borrows another for a moment does not take the lock */
	fs = READ_ONCE(init->fs);
	if (fs)
		get_fs_root(fs, root);
	task_unlock(init);
	return fs;
}

/*
 * What process 1 reaches an executable by, if it does. The root is only compared
 * with what is found on the way, and that nothing takes its place meanwhile RCU
 * sees to: no reference is needed.
 */
static const char *luo_lsm_native_exe(const struct file *exe,
				      char *buf, int size)
{
	struct task_struct *init;
	struct fs_struct *fs;
	struct path root;
	unsigned int seq;

	guard(rcu)();
	init = luo_lsm_lock_init();
	if (!init)
		return NULL;

	fs = READ_ONCE(init->fs);
	if (fs) {
		do {
			seq = read_seqbegin(&fs->seq);
			root = fs->root;
		} while (read_seqretry(&fs->seq, seq));
	}
	task_unlock(init);

	return fs ? __d_path(&exe->f_path, &root, buf, size) : NULL;
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
				       char *buf, int size)
{
	int tries = LUO_LSM_LOOKUP_TRIES;
	struct path root, found;
	const char *name;
	bool same;
	int err;

	name = d_absolute_path(&exe->f_path, buf, size);
	if (name == ERR_PTR(-ENAMETOOLONG))
		return name;
	if (IS_ERR(name) || !luo_lsm_get_init_root(&root))
		return NULL;

	do {
		err = vfs_path_lookup(root.dentry, root.mnt, name,
				      LOOKUP_NO_SYMLINKS | LOOKUP_CACHED,
				      &found);
	} while (err == -EAGAIN && --tries);
	path_put(&root);
	if (err)
		return NULL;

	same = d_backing_inode(found.dentry) == file_inode(exe);
	path_put(&found);
	return same ? name : NULL;
}

/*
 * Path of the current task's executable: the one by which process 1 reaches the
 * file that the task was started from, or NULL, or %-ENAMETOOLONG. There is none
 * for kernel threads, for files that are unlinked, were never linked (memfd) or
 * are not what process 1 sees at that path, for tasks that have changed what they
 * are said to be, and for tasks in another user namespace: these may mount what
 * they like where they like.
 */
static const char *luo_lsm_exe(char *buf, int size)
{
	const char *name = NULL;
	struct file *exe;

	if (current_user_ns() != &init_user_ns)
		return NULL;

	exe = get_task_exe_file(current);
	if (!exe)
		return NULL;
	if (!d_unlinked(exe->f_path.dentry) && luo_lsm_executed(exe))
		name = luo_lsm_native_exe(exe, buf, size) ?:
		       luo_lsm_foreign_exe(exe, buf, size);
	fput(exe);
	return name;
}

/*
 * As the root of all cgroup namespaces sees it; NULL, or %-ENAMETOOLONG. Of paths
 * that do not fit, cgroup_path() gives the beginning, as if that were all: if
 * there is no room left, something may be missing.
 */
static const char *luo_lsm_cgroup(char *buf, int size)
{
#ifdef CONFIG_CGROUPS
	int length;

	guard(rcu)();
	length = cgroup_path(task_dfl_cgroup(current), buf, size);
	if (length >= 0 && length < size - 1)
		return buf;
	return length >= 0 || length == -E2BIG ? ERR_PTR(-ENAMETOOLONG) : NULL;
#else
	return NULL;
#endif
}

/* Where a path is found: most are short, and need no memory for that. */
struct luo_lsm_room {
	char *large;
	char small[LUO_LSM_SHORT_PATH];
};

/* The path, or NULL if it is longer than any that rules can name; %-ENOMEM. */
static const char *luo_lsm_find(struct luo_lsm_room *room,
				const char *(*find)(char *buf, int size))
{
	const char *path = find(room->small, sizeof(room->small));

	room->large = NULL;
	if (path != ERR_PTR(-ENAMETOOLONG))
		return path;

	room->large = kmalloc(LUO_LSM_LONG_PATH, GFP_KERNEL);
	if (!room->large)
		return ERR_PTR(-ENOMEM);
	path = find(room->large, LUO_LSM_LONG_PATH);
	if (path == ERR_PTR(-ENAMETOOLONG))
		return NULL;
	return !IS_ERR_OR_NULL(path) && strlen(path) >= PATH_MAX ? NULL : path;
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

static u16 luo_lsm_string_size(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

static bool luo_lsm_same_string(const char *a, u16 a_size,
				const char *b, u16 b_size)
{
	return a_size == b_size && (!a_size || !memcmp(a, b, a_size));
}

static bool luo_lsm_same_subject(const struct luo_lsm_subject *a,
				 const struct luo_lsm_subject *b)
{
	return a->uid == b->uid && a->gid == b->gid &&
	       a->init_userns == b->init_userns && a->pid1 == b->pid1 &&
	       luo_lsm_same_string(a->exe, a->exe_size,
				   b->exe, b->exe_size) &&
	       luo_lsm_same_string(a->cgroup, a->cgroup_size,
				   b->cgroup, b->cgroup_size) &&
	       luo_lsm_same_string(a->subj, a->subj_size,
				   b->subj, b->subj_size);
}

/* Copies @string to where *@storage begins, and lets that begin behind it. */
static const char *luo_lsm_store(char **storage, const char *string, u16 size)
{
	char *stored = *storage;

	*storage += size;
	return string ? memcpy(stored, string, size) : NULL;
}

static struct luo_lsm_subject *
luo_lsm_subject_copy(const struct luo_lsm_subject *found)
{
	struct luo_lsm_subject *subject;
	char *storage;

	subject = kmalloc_flex(*subject, storage,
			       found->exe_size + found->cgroup_size +
			       found->subj_size);
	if (!subject)
		return NULL;

	*subject = *found;
	refcount_set(&subject->users, 1);
	storage = subject->storage;
	subject->exe = luo_lsm_store(&storage, found->exe, found->exe_size);
	subject->cgroup = luo_lsm_store(&storage, found->cgroup,
					found->cgroup_size);
	subject->subj = luo_lsm_store(&storage, found->subj, found->subj_size);
	return subject;
}

/**
 * luo_lsm_subject_new() - Describe the current task.
 * @like: A description that it may share if it is the same, or NULL.
 *
 * Context: Process context; may sleep.
 * Return: The description, to be dropped with luo_lsm_subject_put(), or NULL if
 *         there is no memory.
 */
struct luo_lsm_subject *luo_lsm_subject_new(struct luo_lsm_subject *like)
{
	char *subj __free(kfree) = luo_lsm_current_context();
	struct luo_lsm_room exe_room, cgroup_room;
	struct luo_lsm_subject *subject = NULL;
	struct luo_lsm_subject found = {
		.uid = luo_lsm_uid(current_euid()),
		.gid = luo_lsm_gid(current_egid()),
		.init_userns = current_user_ns() == &init_user_ns,
		/* All of its threads; in the initial pid namespace */
		.pid1 = is_global_init(current),
		.exe = luo_lsm_find(&exe_room, luo_lsm_exe),
		.cgroup = luo_lsm_find(&cgroup_room, luo_lsm_cgroup),
		.subj = subj,
	};

	if (IS_ERR(found.exe) || IS_ERR(found.cgroup))
		goto free_rooms;

	found.exe_size = luo_lsm_string_size(found.exe);
	found.cgroup_size = luo_lsm_string_size(found.cgroup);
	found.subj_size = luo_lsm_string_size(found.subj);
	subject = like && luo_lsm_same_subject(like, &found) ?
		  luo_lsm_subject_get(like) : luo_lsm_subject_copy(&found);

free_rooms:
	kfree(exe_room.large);
	kfree(cgroup_room.large);
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
