// SPDX-License-Identifier: GPL-2.0
/*
 * Look up executables on this machine.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/limits.h>

#include "common/memory.h"
#include "host/executable.h"

int open_below(const char *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	int dir, fd;

	dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	close(dir);
	return fd;
}

/* The path of @fd relative to @root; NULL if it is not below. The caller frees it. */
static char *path_below(const char *root, int fd)
{
	char link[64], path[PATH_MAX], *real;
	ssize_t length;
	size_t skip;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	real = realpath(root, NULL);
	if (length < 0 || !real) {
		free(real);
		return NULL;
	}
	path[length] = '\0';
	skip = strcmp(real, "/") ? strlen(real) : 0;
	length = strncmp(path, real, skip);
	free(real);
	return length ? NULL : xstrdup(path + skip);
}

/* The interpreter of a script; NULL if @path is not a script. The caller frees it. */
static char *interpreter(const char *root, const char *path)
{
	int fd = open_below(root, path, O_RDONLY | O_NONBLOCK);
	char start[256];
	ssize_t length;
	char *at;

	if (fd < 0)
		return NULL;
	length = read(fd, start, sizeof(start) - 1);
	close(fd);
	if (length < 3 || memcmp(start, "#!", 2))
		return NULL;
	start[length] = '\0';
	at = start + 2;
	at += strspn(at, " \t");
	return xstrndup(at, strcspn(at, " \t\n"));
}

static void inspect_file(const char *root, const char *path, int fd,
			 struct executable *found)
{
	struct stat st;

	found->real = path_below(root, fd);
	if (found->real && strcmp(found->real, path)) {
		found->kind = EXECUTABLE_LINK;
		return;
	}
	free(found->real);
	found->real = NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 0111)) {
		found->kind = EXECUTABLE_NOT;
		return;
	}
	found->real = interpreter(root, path);
	found->kind = found->real ? EXECUTABLE_SCRIPT : EXECUTABLE_GOOD;
}

/* Whether the path of any file begins with @path. */
static bool any_begins(const char *root, const char *path)
{
	const char *tail = strrchr(path, '/') + 1;
	char *parent = xstrndup(path, tail - path);
	int fd = open_below(root, parent, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;

	free(parent);
	while (dir && !found && (entry = readdir(dir)))
		found = strcmp(entry->d_name, ".") &&
			strcmp(entry->d_name, "..") &&
			!strncmp(entry->d_name, tail, strlen(tail));
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	return found;
}

/* Find the file at @path, or any whose path begins with it, with @root as the root. */
void find_executable(const char *root, const char *path, bool prefix,
		     struct executable *found)
{
	int fd;

	*found = (struct executable){ .kind = EXECUTABLE_GOOD };
	if (prefix) {
		if (!any_begins(root, path))
			found->kind = EXECUTABLE_MISSING;
		return;
	}
	fd = open_below(root, path, O_PATH);
	if (fd >= 0) {
		inspect_file(root, path, fd, found);
		close(fd);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		found->kind = EXECUTABLE_MISSING;
	}
}

/*
 * A sticky folder keeps what root has put there from being replaced; it does not keep
 * others from adding a file.
 */
static bool is_writable(const struct stat *st, bool ours, bool may_add)
{
	mode_t others = 0002;

	if (ours && st->st_uid)
		return true;
	if (ours && st->st_gid)
		others |= 0020;
	if (S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX && !may_add)
		return false;
	return st->st_mode & others;
}

static bool check_place(const char *root, const char *place, bool may_add)
{
	int fd = open_below(root, place, O_PATH);
	struct stat st;
	bool writable;

	if (fd < 0)
		return false;
	writable = !fstat(fd, &st) && is_writable(&st, !strcmp(root, "/"), may_add);
	close(fd);
	return writable;
}

char *find_writable(const char *root, const char *path, bool prefix)
{
	const char *at = path, *last = strrchr(path, '/');
	char *place;

	if (*path != '/')
		return NULL;
	for (;;) {
		place = xstrndup(path, at - path + (at == path));
		if (check_place(root, place, prefix && at == last))
			return place;
		free(place);
		if (!*at || (prefix && at == last))
			return NULL;
		at = strchr(at + 1, '/') ?: at + strlen(at);
	}
}
