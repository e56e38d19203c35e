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

/* @path is what is replaced, and @shown who asked calls it. */
static int replace(const char *path, const char *shown, const char *text, size_t size,
		   unsigned int mode)
{
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(beside);
	struct stat st;
	bool good;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		st = (struct stat){ .st_mode = mode, .st_uid = geteuid(), .st_gid = getegid() };
	good = fd >= 0 && !fchmod(fd, st.st_mode & 07777) &&
	       (!fchown(fd, st.st_uid, st.st_gid) || errno == EPERM) &&
	       write(fd, text, size) == size && !fsync(fd);
	if (fd >= 0)
		close(fd);
	if (good)
		good = !rename(beside, path);
	if (!good) {
		complain("%s: %s", shown, strerror(errno));
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	return good ? 0 : EXIT_TROUBLE;
}

int replace_file(const char *path, const char *text, size_t size, unsigned int mode)
{
	char *real = realpath(path, NULL);
	int err = replace(real ?: path, path, text, size, mode);

	free(real);
	return err;
}

int replace_entry(const char *path, const char *text, size_t size, unsigned int mode)
{
	return replace(path, path, text, size, mode);
}
