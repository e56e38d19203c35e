// SPDX-License-Identifier: GPL-2.0
/*
 * The view of luo_sessionfs, for tests: see view.h.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view.h"

static char mount_point[32];

const char *view_mount(void)
{
	strcpy(mount_point, "/tmp/view-XXXXXX");
	if (!mkdtemp(mount_point))
		return NULL;
	if (mount("none", mount_point, VIEW_TYPE, 0, NULL)) {
		rmdir(mount_point);
		return NULL;
	}
	return mount_point;
}

void view_umount(void)
{
	umount2(mount_point, MNT_DETACH);
	rmdir(mount_point);
}

const char *view_path(const char *dir, const char *name)
{
	static char path[PATH_MAX];
	char entry[VIEW_ENTRY_MAX + 1] = "";

	if (name)
		view_escape(name, entry);
	snprintf(path, sizeof(path), "%s%s%s%s%s", mount_point, dir ? "/" : "",
		 dir ?: "", name ? "/" : "", entry);
	return path;
}

void view_escape(const char *name, char *entry)
{
	bool dots = !strcmp(name, ".") || !strcmp(name, "..");
	const unsigned char *from;

	for (from = (const unsigned char *)name; *from; from++) {
		if (*from < ' ' || *from == 0x7f || strchr("\\/", *from) ||
		    (dots && *from == '.'))
			entry += sprintf(entry, "\\%03o", *from);
		else
			*entry++ = *from;
	}
	*entry = '\0';
}

unsigned long long view_ino(const char *dir, const char *name)
{
	struct stat st;

	return lstat(view_path(dir, name), &st) ? 0 : st.st_ino;
}

int view_list(const char *dir, struct view_item *items, int max)
{
	DIR *stream = opendir(view_path(dir, NULL));
	struct dirent *entry;
	int n = 0;

	if (!stream)
		return -errno;

	while (errno = 0, n < max && (entry = readdir(stream))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(items[n].name, sizeof(items[n].name), "%s",
			 entry->d_name);
		items[n].ino = entry->d_ino;
		items[n++].seen = 1;
	}
	if (errno)
		n = -errno;
	closedir(stream);
	return n;
}
