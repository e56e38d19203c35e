// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the subject of an access.
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

#include "context.h"
#include "exe.h"
#include "ids.h"
#include "subject.h"
#include "verity.h"

#define LUO_LSM_SHORT_PATH	128	/* fits most paths, with the NUL */
#define LUO_LSM_LONG_PATH	(PATH_MAX + 1)	/* to tell what is too long */

/*
 * The path of the current task's cgroup from the root of the default hierarchy;
 * NULL, or %-ENAMETOOLONG. cgroup_path() truncates a path that does not fit, and
 * does not say so: a path that fills @buf may be truncated.
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

/* Buffers for a path: most are short, and need no allocation. */
struct luo_lsm_path_buf {
	char *large;
	char small[LUO_LSM_SHORT_PATH];
};

/*
 * What @find returns with a buffer that is large enough; NULL if the path is
 * longer than any that a policy can name; %-ENOMEM.
 */
static const char *luo_lsm_find_path(struct luo_lsm_path_buf *buf,
				     const char *(*find)(char *buf, int size))
{
	const char *path = find(buf->small, sizeof(buf->small));

	buf->large = NULL;
	if (path != ERR_PTR(-ENAMETOOLONG))
		return path;

	buf->large = kmalloc(LUO_LSM_LONG_PATH, GFP_KERNEL);
	if (!buf->large)
		return ERR_PTR(-ENOMEM);
	path = find(buf->large, LUO_LSM_LONG_PATH);
	if (path == ERR_PTR(-ENAMETOOLONG))
		return NULL;
	return !IS_ERR_OR_NULL(path) && strlen(path) >= PATH_MAX ? NULL : path;
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
	       luo_lsm_same_string(a->verity, a->verity_size,
				   b->verity, b->verity_size) &&
	       luo_lsm_same_string(a->cgroup, a->cgroup_size,
				   b->cgroup, b->cgroup_size) &&
	       luo_lsm_same_string(a->subj, a->subj_size,
				   b->subj, b->subj_size);
}

/* Copy @string to *@storage, and advance *@storage past the copy. */
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
			       found->exe_size + found->verity_size +
			       found->cgroup_size + found->subj_size);
	if (!subject)
		return NULL;

	*subject = *found;
	refcount_set(&subject->users, 1);
	storage = subject->storage;
	subject->exe = luo_lsm_store(&storage, found->exe, found->exe_size);
	subject->verity = luo_lsm_store(&storage, found->verity,
					found->verity_size);
	subject->cgroup = luo_lsm_store(&storage, found->cgroup,
					found->cgroup_size);
	subject->subj = luo_lsm_store(&storage, found->subj, found->subj_size);
	return subject;
}

/**
 * luo_lsm_subject_new() - Describe the current task.
 * @like: A subject that is shared if it equals the current task, or NULL.
 *
 * Context: Process context; may sleep.
 * Return: The subject, to be dropped with luo_lsm_subject_put(), or NULL if there
 *         is no memory.
 */
struct luo_lsm_subject *luo_lsm_subject_new(struct luo_lsm_subject *like)
{
	char *subj __free(kfree) = luo_lsm_current_context();
	struct luo_lsm_path_buf exe_buf, cgroup_buf;
	struct luo_lsm_subject *subject = NULL;
	char verity[LUO_LSM_VERITY_SIZE];
	struct luo_lsm_subject found = {
		.uid = luo_lsm_uid(current_euid()),
		.gid = luo_lsm_gid(current_egid()),
		.init_userns = current_user_ns() == &init_user_ns,
		/* Any thread of process 1 of the initial pid namespace */
		.pid1 = is_global_init(current),
		.exe = luo_lsm_find_path(&exe_buf, luo_lsm_exe),
		.verity = luo_lsm_verity(verity),
		.cgroup = luo_lsm_find_path(&cgroup_buf, luo_lsm_cgroup),
		.subj = subj,
	};

	if (IS_ERR(found.exe) || IS_ERR(found.cgroup))
		goto free_bufs;

	found.exe_size = luo_lsm_string_size(found.exe);
	found.verity_size = luo_lsm_string_size(found.verity);
	found.cgroup_size = luo_lsm_string_size(found.cgroup);
	found.subj_size = luo_lsm_string_size(found.subj);
	subject = like && luo_lsm_same_subject(like, &found) ?
		  luo_lsm_subject_get(like) : luo_lsm_subject_copy(&found);

free_bufs:
	kfree(exe_buf.large);
	kfree(cgroup_buf.large);
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
