// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the executable of the current task.
 *
 * The kernel keeps a task's executable in its mm, where prctl(PR_SET_MM) can
 * replace it. Root of any user namespace may do so, and an mm can be shared
 * across the border of a user namespace: a vfork() child in a namespace of its
 * own could replace the executable of its parent outside. So the module records
 * at exec which file was executed, and believes the mm only while it names that
 * file.
 *
 * The record is a number and not a reference to the file: a reference would keep
 * the file system from being unmounted until the last zombie is reaped.
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
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/seqlock.h>
#include <linux/user_namespace.h>

#include "blobs.h"
#include "exe.h"

#define LUO_LSM_LOOKUP_TRIES	8

/* The last number that an executable got. */
static atomic64_t luo_lsm_exe_ids = ATOMIC64_INIT(0);

static u64 luo_lsm_new_exe_id(const struct inode *inode)
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

/**
 * luo_lsm_task_alloc() - Hook: a task is created as a copy of the current one.
 * @task:        The new task.
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
 * Context: Process context. No other task shares the new mm yet.
 */
void luo_lsm_bprm_committed_creds(const struct linux_binprm *bprm)
{
	struct file *exe = get_task_exe_file(current);

	luo_lsm_task(current)->exe_id =
		exe ? luo_lsm_new_exe_id(file_inode(exe)) : 0;
	if (exe)
		fput(exe);
}

/* Is @exe the file that the current task executed? */
static bool luo_lsm_executed(const struct file *exe)
{
	u64 exe_id = luo_lsm_task(current)->exe_id;

	return exe_id &&
	       exe_id == READ_ONCE(luo_lsm_inode(file_inode(exe))->exe_id);
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
 * LUO's locks are held here. So the lookup must not wait for a file system that
 * the caller may serve: it looks at cached entries only. The directories above
 * a running executable are cached. A lookup that raced with a rename is tried
 * again.
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

/**
 * luo_lsm_executed_file() - Get the file that the current task executed.
 *
 * Context: Process context.
 * Return: The file, to be given back with fput(); NULL if it is not known: see
 *         luo_lsm_exe() of kernel threads, mms and user namespaces.
 */
struct file *luo_lsm_executed_file(void)
{
	struct file *exe;

	if (current_user_ns() != &init_user_ns)
		return NULL;

	exe = get_task_exe_file(current);
	if (!exe || luo_lsm_executed(exe))
		return exe;

	fput(exe);
	return NULL;
}

/**
 * luo_lsm_exe() - Get the path of the current task's executable.
 * @buf:  Buffer for the path.
 * @size: Bytes of @buf.
 *
 * The path is the one by which process 1 reaches the file that the task
 * executed. There is none for
 *
 * - kernel threads,
 * - files that are unlinked or never were linked (memfd),
 * - files that process 1 does not find at that path,
 * - tasks whose mm names another file than they executed,
 * - tasks in another user namespace, which may mount anything anywhere.
 *
 * Context: Process context; may sleep.
 * Return: The path, somewhere in @buf; NULL if there is none; %-ENAMETOOLONG if
 *         @buf is too small.
 */
const char *luo_lsm_exe(char *buf, int size)
{
	struct file *exe = luo_lsm_executed_file();
	const char *name = NULL;

	if (!exe)
		return NULL;
	if (!d_unlinked(exe->f_path.dentry))
		name = luo_lsm_native_exe(exe, buf, size) ?:
		       luo_lsm_foreign_exe(exe, buf, size);
	fput(exe);
	return name;
}
