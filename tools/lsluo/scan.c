// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: find the sessions in /proc.
 *
 * Processes and descriptors may vanish while they are read. The list leaves them out
 * without a message.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsluo.h"

/* No text in /proc is longer: a session of a million files has some 60 MB. */
#define TEXT_MAX	(256U << 20)
#define TEXT_STEP	16384

/* A task whose descriptors are read, and whether that was denied. */
struct task {
	struct sessions *all;
	bool refused;
	int process;		/* open on /proc/PID */
	int dir;		/* on that, or on /proc/PID/task/TID */
	pid_t pid;
	pid_t tid;
};

/* All of a file below @dir, NUL-terminated, or NULL. The caller frees it. */
static char *read_text(int dir, const char *path)
{
	size_t size = 0, used = 0;
	char *text = NULL;
	ssize_t n = -1;
	int fd;

	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;

	do {
		if (size - used < TEXT_STEP) {
			size = size ? 2 * size : 2 * TEXT_STEP;
			text = xrealloc(text, size, 1);
		}
		n = read(fd, text + used, size - used - 1);
		if (n > 0)
			used += n;
	} while (n > 0 && used < TEXT_MAX);
	close(fd);

	if (n) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	return text;
}

/* A process id or descriptor, as the name of an entry; -1 for other entries. */
static int entry_number(const char *name)
{
	unsigned long number;
	char *end;

	if (*name < '0' || *name > '9')
		return -1;
	number = strtoul(name, &end, 10);
	return *end || number > INT32_MAX ? -1 : (int)number;
}

static void note_refusal(struct task *task, int error)
{
	task->refused |= error == EACCES || error == EPERM;
}

static DIR *open_dir(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

static int compare_key(const void *a, const void *b)
{
	const struct session *x = a, *y = b;

	if (x->inode.dev != y->inode.dev)
		return x->inode.dev < y->inode.dev ? -1 : 1;
	if (x->inode.ino != y->inode.ino)
		return x->inode.ino < y->inode.ino ? -1 : 1;
	return strcmp(x->link, y->link);
}

/*
 * A stock kernel gives all sessions one inode, so the key is the name alone: an
 * incoming and an outgoing session may have the same.
 */
static struct session *find_same_file(struct session *session, pid_t pid, int fd)
{
	while (session && !session->info.session &&
	       !host_one_file(session->pid, session->fd, pid, fd))
		session = session->next_same_key;
	return session;
}

static void add_holder(struct session *session, const struct task *task)
{
	struct holder *holder;
	char *comm;

	/* All tables of a process are read before those of the next one */
	if (session->holder_count &&
	    session->holders[session->holder_count - 1].pid == task->pid)
		return;

	comm = read_text(task->process, "comm");
	if (comm)
		comm[strcspn(comm, "\n")] = '\0';

	session->holders = xgrow(session->holders, session->holder_count,
				 sizeof(*session->holders));
	holder = &session->holders[session->holder_count++];
	holder->pid = task->pid;
	holder->comm = comm ?: xstrdup("");
}

static void session_free(struct session *session)
{
	size_t i;

	for (i = 0; i < session->holder_count; i++)
		free(session->holders[i].comm);
	free(session->holders);
	fdinfo_free(&session->info);
	free(session->inode.label);
	free(session->link);
	free(session);
}

/* Returns false if the descriptor was closed or reused since its inode was read. */
static bool read_info(struct session *session, int dir)
{
	char path[32], *text;

	snprintf(path, sizeof(path), "fdinfo/%d", session->fd);
	text = read_text(dir, path);
	if (!text)
		return false;
	fdinfo_parse(&session->info, text);
	free(text);

	return session->info.ino == session->inode.ino &&
	       (session->info.session || !session->inode.own);
}

void scan_add(struct sessions *all, struct session *session)
{
	struct session **found = tsearch(session, &all->tree, compare_key);

	if (!found)
		out_of_memory();
	if (*found != session) {
		session_free(session);
		return;
	}

	all->list = xgrow(all->list, all->count, sizeof(*all->list));
	all->list[all->count++] = session;
}

static void insert(struct sessions *all, struct session *session,
		   struct session *same_key)
{
	if (same_key) {
		session->next_same_key = same_key->next_same_key;
		same_key->next_same_key = session;
	} else if (!tsearch(session, &all->tree, compare_key)) {
		out_of_memory();
	}

	all->list = xgrow(all->list, all->count, sizeof(*all->list));
	all->list[all->count++] = session;
}

static void scan_session(struct task *task, int fds, const char *fd,
			 const char *name)
{
	struct session *session = xrealloc(NULL, 1, sizeof(*session));
	struct session *same_key = NULL, *known;
	struct session **found;
	int error;

	memset(session, 0, sizeof(*session));
	session->pid = task->tid;
	session->fd = entry_number(fd);
	session->link = xstrdup(name);
	error = host_inode(fds, fd, &session->inode);
	if (error) {
		note_refusal(task, -error);
		goto drop;
	}

	found = tfind(session, &task->all->tree, compare_key);
	if (found)
		same_key = *found;
	known = find_same_file(same_key, session->pid, session->fd);
	if (known) {
		add_holder(known, task);
		goto drop;
	}

	if (!read_info(session, task->dir))
		goto drop;
	add_holder(session, task);
	insert(task->all, session, same_key);
	return;
drop:
	session_free(session);
}

static void scan_table(struct task *task)
{
	DIR *dir = open_dir(task->dir, "fd");
	struct dirent *entry;
	char link[256];
	ssize_t n;
	int fds;

	if (!dir) {
		note_refusal(task, errno);
		return;
	}

	fds = dirfd(dir);
	while ((entry = readdir(dir))) {
		if (entry_number(entry->d_name) < 0)
			continue;
		/* Reading the link text is cheap, and takes no lock of a file */
		n = readlinkat(fds, entry->d_name, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		if (!strncmp(link, SESSION_LINK, strlen(SESSION_LINK)))
			scan_session(task, fds, entry->d_name,
				     link + strlen(SESSION_LINK));
	}
	closedir(dir);
}

/*
 * A thread may have a table of its own. If the leader has exited, the process's table
 * looks empty and the threads' tables have the descriptors.
 */
static void scan_threads(struct task *process)
{
	DIR *dir = open_dir(process->dir, "task");
	struct dirent *entry;

	if (!dir)
		return;

	while ((entry = readdir(dir))) {
		struct task thread = *process;

		thread.tid = entry_number(entry->d_name);
		if (thread.tid <= 0 || thread.tid == process->pid ||
		    host_one_table(process->pid, thread.tid))
			continue;
		thread.dir = openat(dirfd(dir), entry->d_name,
				    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (thread.dir < 0)
			continue;
		scan_table(&thread);
		process->refused |= thread.refused;
		close(thread.dir);
	}
	closedir(dir);
}

static int compare_holder(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int compare_shown(const void *a, const void *b)
{
	const struct session *x = *(struct session **)a;
	const struct session *y = *(struct session **)b;
	int order;

	if (x->info.id != y->info.id)
		return x->info.id < y->info.id ? -1 : 1;
	order = strcmp(x->link, y->link);
	if (order)
		return order;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

void scan_sort(struct sessions *all)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->list[i]->holder_count)
			qsort(all->list[i]->holders, all->list[i]->holder_count,
			      sizeof(struct holder), compare_holder);
	if (all->count)
		qsort(all->list, all->count, sizeof(*all->list), compare_shown);
}

int scan_processes(struct sessions *all)
{
	DIR *dir = open_dir(AT_FDCWD, host_proc());
	struct dirent *entry;

	if (!dir)
		return -errno;

	while ((entry = readdir(dir))) {
		struct task task = {
			.all = all,
			.pid = entry_number(entry->d_name),
		};

		if (task.pid <= 0)
			continue;
		task.tid = task.pid;
		task.process = openat(dirfd(dir), entry->d_name,
				      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (task.process < 0)
			continue;
		task.dir = task.process;
		scan_table(&task);
		scan_threads(&task);
		all->unreadable += task.refused;
		close(task.process);
	}
	closedir(dir);
	return 0;
}

static void keep_item(void *item)
{
	/* scan_free() frees the sessions by the list */
	(void)item;
}

void scan_free(struct sessions *all)
{
	size_t i;

	tdestroy(all->tree, keep_item);
	for (i = 0; i < all->count; i++)
		session_free(all->list[i]);
	free(all->list);
}
