// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the subject of an access.
 *
 * A task is described once, and again when it has changed. Each call looks at what the
 * description was made from, and compares:
 *
 * - ids and user namespace, by value: another thread of the process may have others;
 * - the executable, by the address of its record. Another record cannot get that
 *   address, as the description has a reference. prctl(PR_SET_MM) makes it NULL. Its
 *   fs-verity digest cannot change; a file that gets one while it runs has none for
 *   those that were described before;
 * - the cgroup, by its number, which no other cgroup ever gets. Path and number are
 *   read from one cgroup at one time. A cgroup of the default hierarchy cannot be
 *   renamed, nor be moved, and its path begins at the root of the hierarchy, whatever
 *   cgroup namespaces there are;
 * - the security context, by the properties that it is made from, and by how often
 *   other modules have loaded a policy, which may change what a property means.
 *   AppArmor's are addresses, which may be freed and used again: such a context is
 *   read again for each call.
 *
 * Whether a task belongs to process 1 never changes. An exec drops the description.
 */

#include <linux/cgroup.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "blobs.h"
#include "context.h"
#include "exe.h"
#include "ids.h"
#include "subject.h"
#include "verity.h"

#define LUO_LSM_SHORT_PATH	128	/* fits most paths, with the NUL */
#define LUO_LSM_LONG_PATH	(PATH_MAX + 1)	/* to tell what is too long */

/**
 * struct luo_lsm_caller - A task, as a hook described it.
 * @uid:     Effective uid.
 * @gid:     Effective gid.
 * @userns:  It was in the initial user namespace.
 * @changes: luo_lsm_context_changes() before @prop was read.
 * @prop:    Its properties in the other security modules.
 * @cgroup:  Number of its cgroup; 0 without cgroups.
 * @exe:     Its executable, or NULL. @subject has a reference.
 * @subject: The description that is made from these. A reference.
 * @classes: Classes of @subject, for access.c.
 *
 * About 160 bytes for each task that called a hook, until it exits.
 */
struct luo_lsm_caller {
	u32 uid;
	u32 gid;
	bool userns;
	int changes;
	struct lsm_prop prop;
	u64 cgroup;
	struct luo_lsm_exe *exe;
	struct luo_lsm_subject *subject;
	struct luo_lsm_classes classes;
};

static u64 luo_lsm_cgroup_id(void)
{
#ifdef CONFIG_CGROUPS
	guard(rcu)();
	return cgroup_id(task_dfl_cgroup(current));
#else
	return 0;
#endif
}

/*
 * The path of the current task's cgroup from the root of the default hierarchy, and
 * its number; NULL, or %-ENAMETOOLONG. cgroup_path() truncates a path that does not
 * fit, and does not say so: a path that fills @buf may be truncated.
 */
static const char *luo_lsm_cgroup(char *buf, int size, u64 *id)
{
#ifdef CONFIG_CGROUPS
	struct cgroup *cgroup;
	int length;

	guard(rcu)();
	cgroup = task_dfl_cgroup(current);
	*id = cgroup_id(cgroup);
	length = cgroup_path(cgroup, buf, size);
	if (length >= 0 && length < size - 1)
		return buf;
	return length >= 0 || length == -E2BIG ? ERR_PTR(-ENAMETOOLONG) : NULL;
#else
	*id = 0;
	return NULL;
#endif
}

/* Buffers for a path: most are short, and need no allocation. */
struct luo_lsm_path_buf {
	char *large;
	char small[LUO_LSM_SHORT_PATH];
};

/*
 * The path of the cgroup in a buffer that is large enough; NULL if it is longer than
 * any that a policy can name; %-ENOMEM.
 */
static const char *luo_lsm_find_cgroup(struct luo_lsm_path_buf *buf, u64 *id)
{
	const char *path = luo_lsm_cgroup(buf->small, sizeof(buf->small), id);

	buf->large = NULL;
	if (path != ERR_PTR(-ENAMETOOLONG))
		return path;

	buf->large = kmalloc(LUO_LSM_LONG_PATH, GFP_KERNEL);
	if (!buf->large)
		return ERR_PTR(-ENOMEM);
	path = luo_lsm_cgroup(buf->large, LUO_LSM_LONG_PATH, id);
	if (path == ERR_PTR(-ENAMETOOLONG))
		return NULL;
	return path && strlen(path) >= PATH_MAX ? NULL : path;
}

static size_t luo_lsm_string_size(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

/* Copy @string, which may be NULL, to *@storage, and advance *@storage past the copy. */
static const char *luo_lsm_store(char **storage, const char *string)
{
	size_t size = luo_lsm_string_size(string);
	char *stored = *storage;

	*storage += size;
	return string ? memcpy(stored, string, size) : NULL;
}

/* Describe the current task, in which @caller was just read. */
static struct luo_lsm_subject *
luo_lsm_subject_new(const struct luo_lsm_caller *caller, const char *cgroup,
		    const char *subj)
{
	char digest[LUO_LSM_VERITY_SIZE];
	const char *verity = luo_lsm_verity(digest);
	struct luo_lsm_subject *subject;
	char *storage;

	subject = kmalloc_flex(*subject, storage,
			       luo_lsm_string_size(verity) +
			       luo_lsm_string_size(cgroup) +
			       luo_lsm_string_size(subj), GFP_KERNEL_ACCOUNT);
	if (!subject)
		return NULL;

	*subject = (struct luo_lsm_subject) {
		.uid = caller->uid,
		.gid = caller->gid,
		.init_userns = caller->userns,
		/* Any thread of process 1 of the initial pid namespace */
		.pid1 = is_global_init(current),
		.executed = luo_lsm_exe_get(caller->exe),
		.exe = luo_lsm_exe_path(caller->exe),
	};
	refcount_set(&subject->users, 1);
	storage = subject->storage;
	subject->verity = luo_lsm_store(&storage, verity);
	subject->cgroup = luo_lsm_store(&storage, cgroup);
	subject->subj = luo_lsm_store(&storage, subj);
	return subject;
}

/* False if there is no memory. */
static bool luo_lsm_caller_describe(struct luo_lsm_caller *caller)
{
	char *subj __free(kfree) = luo_lsm_context(&caller->prop);
	struct luo_lsm_path_buf buf;
	const char *cgroup = luo_lsm_find_cgroup(&buf, &caller->cgroup);

	caller->subject = IS_ERR(cgroup) ? NULL :
			  luo_lsm_subject_new(caller, cgroup, subj);
	kfree(buf.large);
	return caller->subject;
}

static void luo_lsm_caller_read(struct luo_lsm_caller *now)
{
	now->uid = luo_lsm_uid(current_euid());
	now->gid = luo_lsm_gid(current_egid());
	now->userns = current_user_ns() == &init_user_ns;
	now->exe = luo_lsm_exe_current();
	now->cgroup = luo_lsm_cgroup_id();
	/* Before the properties: if their meaning changes in between, read it again */
	now->changes = luo_lsm_context_changes();
	security_current_getlsmprop_subj(&now->prop);
}

static bool luo_lsm_caller_same(const struct luo_lsm_caller *caller,
				const struct luo_lsm_caller *now)
{
	return caller->uid == now->uid && caller->gid == now->gid &&
	       caller->userns == now->userns && caller->exe == now->exe &&
	       caller->cgroup == now->cgroup &&
	       caller->changes == now->changes &&
	       !memcmp(&caller->prop, &now->prop, sizeof(now->prop)) &&
	       luo_lsm_context_lasts(&now->prop);
}

static struct luo_lsm_caller *
luo_lsm_caller_new(const struct luo_lsm_caller *now)
{
	struct luo_lsm_caller *caller = kmemdup(now, sizeof(*now),
						GFP_KERNEL_ACCOUNT);

	if (caller && !luo_lsm_caller_describe(caller)) {
		kfree(caller);
		return NULL;
	}
	return caller;
}

/**
 * luo_lsm_subject_current() - Describe the current task.
 *
 * Allocates only if the task has changed since the last call.
 *
 * Context: Process context; may sleep.
 * Return: The subject; NULL if there is no memory. The current task has a reference,
 *         until the next call or until it executes a file.
 */
struct luo_lsm_subject *luo_lsm_subject_current(void)
{
	struct luo_lsm_task *task = luo_lsm_task(current);
	struct luo_lsm_caller now = {};

	luo_lsm_caller_read(&now);
	if (!task->caller || !luo_lsm_caller_same(task->caller, &now)) {
		luo_lsm_subject_forget(task);
		task->caller = luo_lsm_caller_new(&now);
	}
	return task->caller ? task->caller->subject : NULL;
}

/**
 * luo_lsm_subject_classes() - Where the classes of a subject are kept.
 * @subject: The subject.
 *
 * Context: Process context.
 * Return: The classes, which only the current task uses; NULL if the subject does not
 *         describe the current task.
 */
struct luo_lsm_classes *
luo_lsm_subject_classes(const struct luo_lsm_subject *subject)
{
	struct luo_lsm_caller *caller = luo_lsm_task(current)->caller;

	return caller && caller->subject == subject ? &caller->classes : NULL;
}

/**
 * luo_lsm_subject_forget() - Drop the description of a task.
 * @task: Blob of the current task, or of one that nobody else has any more.
 *
 * Context: Any.
 */
void luo_lsm_subject_forget(struct luo_lsm_task *task)
{
	if (task->caller)
		luo_lsm_subject_put(task->caller->subject);
	kfree(task->caller);
	task->caller = NULL;
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
	if (!subject || !refcount_dec_and_test(&subject->users))
		return;

	luo_lsm_exe_put(subject->executed);
	kfree(subject);
}
