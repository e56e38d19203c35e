// SPDX-License-Identifier: GPL-2.0
/*
 * Write files so that readers see the old text or the new one.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "base/replace.h"
#include "common/memory.h"

/* Write a new file with mode and owner of @old, and rename it to @path. */
static int replace(const char *path, const char *text, size_t size, const struct stat *old)
{
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(beside);
	bool good;

	good = fd >= 0 && !fchmod(fd, old->st_mode & 07777) &&
	       (!fchown(fd, old->st_uid, old->st_gid) || errno == EPERM) &&
	       write(fd, text, size) == size && !fsync(fd);
	if (fd >= 0)
		close(fd);
	if (good)
		good = !rename(beside, path);
	if (!good) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	return good ? 0 : EXIT_TROUBLE;
}

int replace_entry(const char *path, const char *text, size_t size, unsigned int mode)
{
	struct stat st;

	if (lstat(path, &st)) {
		st = (struct stat){ .st_mode = mode, .st_uid = geteuid(), .st_gid = getegid() };
	} else if (!S_ISREG(st.st_mode)) {
		complain("%s: not replaced, as it is no regular file", path);
		return EXIT_TROUBLE;
	}
	return replace(path, text, size, &st);
}

int replace_file(const char *path, const char *text, size_t size, unsigned int mode)
{
	char *real = realpath(path, NULL);
	int err = replace_entry(real ?: path, text, size, mode);

	free(real);
	return err;
}
