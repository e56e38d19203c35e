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

int replace_file(const char *path, const char *text, size_t size, unsigned int mode)
{
	char *real = realpath(path, NULL);
	char *beside = xasprintf("%s.XXXXXX", real ?: path);
	int fd = mkstemp(beside);
	struct stat st;
	bool good;

	if (!real || stat(real, &st))
		st = (struct stat){ .st_mode = mode, .st_uid = geteuid(), .st_gid = getegid() };
	good = fd >= 0 && !fchmod(fd, st.st_mode & 07777) &&
	       (!fchown(fd, st.st_uid, st.st_gid) || errno == EPERM) &&
	       write(fd, text, size) == size && !fsync(fd);
	if (fd >= 0)
		close(fd);
	if (good)
		good = !rename(beside, real ?: path);
	if (!good) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	free(real);
	return good ? 0 : EXIT_TROUBLE;
}
