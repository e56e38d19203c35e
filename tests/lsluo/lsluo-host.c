// SPDX-License-Identifier: GPL-2.0
/*
 * A host of files for lsluo, in place of its host.c: below $LSLUO_PROC there are
 * directories as in /proc, whose fd/N are dangling links with the kernel's text.
 * What the kernel tells other than in text is in files, too:
 *
 *   PID/inode/N           "dev ino own born btime uid gid label", "-": no label
 *   view/DIR/ENTRY        the same, of an entry of the view; without view/ there is
 *                         none that could be mounted
 *   PID/file/N            number of the open file, where that matters
 *   PID/task/TID/shared   the thread has its process's descriptors
 *   labels                "LABEL SHOWN": labels that are shown otherwise
 *
 * An inode/N that is a link to itself is one that may not be looked at, and a
 * view/DIR that is one is not known yet. There, it is always the same moment.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsluo.h"

const char *host_proc(void)
{
	const char *proc = getenv("LSLUO_PROC");

	return proc ? proc : "/nonexistent";
}

time_t host_now(void)
{
	return 1800000000;
}

static FILE *open_file(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

static int read_inode(FILE *file, struct session_inode *inode)
{
	unsigned long long dev, ino, uid, gid;
	char label[256];
	int own, born, n;
	long long btime;

	if (!file)
		return errno == ELOOP ? -EACCES : -errno;
	n = fscanf(file, "%llu %llu %d %d %lld %llu %llu %255[^\n]", &dev, &ino,
		   &own, &born, &btime, &uid, &gid, label);
	fclose(file);
	if (n != 8)
		abort();

	*inode = (struct session_inode) {
		.dev = dev, .ino = ino, .own = own, .born = born,
		.btime = btime, .uid = uid, .gid = gid,
		.label = strcmp(label, "-") ? xstrdup(label) : NULL,
	};
	return 0;
}

int host_inode(int fds, const char *fd, struct session_inode *inode)
{
	char path[64];

	snprintf(path, sizeof(path), "../inode/%.8s", fd);
	return read_inode(open_file(fds, path), inode);
}

int host_view(void)
{
	char path[4096];
	int view;

	snprintf(path, sizeof(path), "%s/view", host_proc());
	view = open(path, O_RDONLY | O_DIRECTORY);
	return view < 0 ? -errno : view;
}

int host_view_dir(int view, const char *name)
{
	int dir = openat(view, name, O_RDONLY | O_DIRECTORY);

	return dir >= 0 ? dir : errno == ELOOP ? -EAGAIN : -errno;
}

uint64_t host_entry_number(int dir, const struct dirent *entry)
{
	struct session_inode inode;

	if (host_entry(dir, entry->d_name, &inode))
		return 0;
	free(inode.label);
	return inode.ino;
}

int host_entry(int dir, const char *name, struct session_inode *inode)
{
	return read_inode(open_file(dir, name), inode);
}

char *host_label(const char *label)
{
	char path[4096], from[256], to[256];
	char *shown = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "%s/labels", host_proc());
	file = open_file(AT_FDCWD, path);
	while (file && !shown && fscanf(file, "%255s %255s", from, to) == 2)
		shown = strcmp(from, label) ? NULL : to;
	if (file)
		fclose(file);
	return xstrdup(shown ? shown : label);
}

bool host_one_table(pid_t a, pid_t b)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%d/task/%d/shared", host_proc(), a, b);
	return !access(path, F_OK);
}

static long open_file_number(pid_t pid, int fd)
{
	long number = -1;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d/file/%d", host_proc(), pid, fd);
	file = open_file(AT_FDCWD, path);
	if (!file)
		return -1;
	if (fscanf(file, "%ld", &number) != 1)
		abort();
	fclose(file);
	return number;
}

bool host_one_file(pid_t a, int fd_a, pid_t b, int fd_b)
{
	long x = open_file_number(a, fd_a), y = open_file_number(b, fd_b);

	return x < 0 || y < 0 || x == y;
}
