// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the executable of the current task.
 *
 * The module records at exec by which path process 1 reaches the file. Later the
 * path may be another, or none: a package that is upgraded unlinks the file that runs,
 * and the program that runs is still the one that was at that path.
 *
 * The kernel keeps a task's executable in its mm, where prctl(PR_SET_MM) can replace
 * it. The record does not follow. But a task whose mm names another file restored
 * itself from a checkpoint, say, and runs code that it did not execute: the record
 * counts only while the mm names the file that was executed.
 *
 * The record has the path, and a number for the file, and not a reference to it: a
 * reference would keep the file system from being unmounted until the last zombie is
 * reaped.
 */

#include <linux/atomic.h>
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
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "blobs.h"
#include "exe.h"

#define LUO_LSM_LOOKUP_TRIES	8

/**
 * struct luo_lsm_exe - An executable, as it was executed.
 * @users: References: of each task that executed it or was forked from one that did,
 *         and of what describes such a task.
 * @id:    luo_lsm_inode.exe_id of the file.
 * @path:  The path by which process 1 reached it; empty if that is not known.
 *
 * Immutable but for @users. 16 bytes and the path for each exec, until the last such
 * task has gone; charged to the memory cgroup of the task that executed it.
 */
struct luo_lsm_exe {
	refcount_t users;
	u64 id;
	char path[];
};

/* The last number that an executable got. */
static atomic64_t luo_lsm_exe_ids = ATOMIC64_INIT(0);

static u64 luo_lsm_exe_id(const struct inode *inode)
{
	u64 *exe_id = &luo_lsm_inode(inode)->exe_id;
	u64 old = READ_ONCE(*exe_id);
	u64 id;

	if (old)
		return old;

	/* Another task that executes the file at the same time may win */
	id = atomic64_inc_return(&luo_lsm_exe_ids);
	old = cmpxchg(exe_id, 0, id);
	return old ?: id;
}

/*
 * Process 1, locked with task_lock() so that its ->fs stays; or NULL. Its root
 * directory is what an administrator means by "/". RCU keeps the task.
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

	/* Read once: a task may swap its own ->fs without the lock */
	fs = READ_ONCE(init->fs);
	if (fs)
		get_fs_root(fs, root);
	task_unlock(init);
	return fs;
}

/*
 * The path of @exe below the root of process 1, or NULL if @exe is not there.
 * __d_path() only compares addresses with the root, so no reference is taken:
 * RCU keeps another mount or dentry from getting the same address meanwhile.
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
 * The path of an executable on a mount that process 1 does not have. The caller
 * then has a mount namespace of its own, as services of systemd often do. The
 * path in that namespace counts if it leads process 1 to the same file.
 *
 * An exec must not wait for a file system that its caller may serve: the lookup is
 * of cached entries only. The directories above an executable that was just opened
 * are cached. A lookup that raced with a rename is tried again.
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

static struct luo_lsm_exe *luo_lsm_exe_record(const char *path,
					      const struct inode *inode)
{
	size_t size = strlen(path) + 1;
	struct luo_lsm_exe *exe;

	exe = kmalloc_flex(*exe, path, size, GFP_KERNEL_ACCOUNT);
	if (!exe)
		return NULL;

	refcount_set(&exe->users, 1);
	exe->id = luo_lsm_exe_id(inode);
	memcpy(exe->path, path, size);
	return exe;
}

/* The path by which process 1 reaches @file, or NULL. */
static const char *luo_lsm_find_exe(const struct file *file, char *buf, int size)
{
	const char *path;

	if (d_unlinked(file->f_path.dentry))
		return NULL;

	path = luo_lsm_native_exe(file, buf, size) ?:
	       luo_lsm_foreign_exe(file, buf, size);
	return IS_ERR(path) ? NULL : path;
}

/*
 * What is known of @file, which the current task executes: NULL if nothing is, or if
 * there is no memory. Then no allow with exe= or verity= matches the task and every
 * deny does.
 */
static struct luo_lsm_exe *luo_lsm_exe_new(const struct file *file)
{
	struct luo_lsm_exe *exe;
	char *buf;

	if (current_user_ns() != &init_user_ns)
		return NULL;

	buf = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!buf)
		return NULL;

	exe = luo_lsm_exe_record(luo_lsm_find_exe(file, buf, PATH_MAX) ?: "",
				 file_inode(file));
	kfree(buf);
	return exe;
}

/**
 * luo_lsm_exe_get() - Get a further reference to an executable.
 * @exe: The executable, or NULL.
 *
 * Context: Any.
 * Return: @exe.
 */
struct luo_lsm_exe *luo_lsm_exe_get(struct luo_lsm_exe *exe)
{
	if (exe)
		refcount_inc(&exe->users);
	return exe;
}

/**
 * luo_lsm_exe_put() - Drop a reference to an executable.
 * @exe: The executable, or NULL.
 *
 * Context: Any.
 */
void luo_lsm_exe_put(struct luo_lsm_exe *exe)
{
	if (exe && refcount_dec_and_test(&exe->users))
		kfree(exe);
}

/**
 * luo_lsm_exe_path() - The path of an executable.
 * @exe: The executable, or NULL.
 *
 * Context: Any.
 * Return: The path, which is not longer than a policy can name; NULL if there is none.
 */
const char *luo_lsm_exe_path(const struct luo_lsm_exe *exe)
{
	return exe && *exe->path ? exe->path : NULL;
}

/**
 * luo_lsm_exe_executed() - The current task executes a file.
 * @file: The file; of a script its interpreter.
 *
 * Context: Process context; may sleep. No other task shares the new mm yet.
 */
void luo_lsm_exe_executed(const struct file *file)
{
	struct luo_lsm_task *task = luo_lsm_task(current);
	struct luo_lsm_exe *old = task->exe;

	task->exe = luo_lsm_exe_new(file);
	luo_lsm_exe_put(old);
}

/* The file of @exe, if the mm of the current task names it; else NULL. */
static struct file *luo_lsm_exe_in_mm(const struct luo_lsm_exe *exe)
{
	struct file *file;

	if (current->flags & PF_KTHREAD || !current->mm)
		return NULL;

	file = get_mm_exe_file(current->mm);
	if (!file ||
	    exe->id == READ_ONCE(luo_lsm_inode(file_inode(file))->exe_id))
		return file;

	fput(file);
	return NULL;
}

/**
 * luo_lsm_exe_file() - Get the file that the current task executed.
 *
 * It is not known for
 *
 * - kernel threads,
 * - tasks whose mm names another file than they executed,
 * - tasks in another user namespace, which may mount anything anywhere, and those that
 *   were in one when they executed the file.
 *
 * Context: Process context.
 * Return: The file, to be given back with fput(); NULL if it is not known.
 */
struct file *luo_lsm_exe_file(void)
{
	const struct luo_lsm_exe *exe = luo_lsm_task(current)->exe;

	if (!exe || current_user_ns() != &init_user_ns)
		return NULL;
	return luo_lsm_exe_in_mm(exe);
}

/**
 * luo_lsm_exe_current() - The executable of the current task.
 *
 * Its path is the one by which process 1 reached the file when the task, or the parent
 * that it was forked from, executed it. The executable is not known where
 * luo_lsm_exe_file() does not know it. It has no path
 *
 * - if it was unlinked by then or never was linked (memfd),
 * - if process 1 did not find it at that path.
 *
 * Context: Process context.
 * Return: The executable, or NULL if it is not known. The current task has a reference,
 *         until it executes another file.
 */
struct luo_lsm_exe *luo_lsm_exe_current(void)
{
	struct file *file = luo_lsm_exe_file();

	if (!file)
		return NULL;
	fput(file);
	return luo_lsm_task(current)->exe;
}
