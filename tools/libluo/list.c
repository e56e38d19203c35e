// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: the list of sessions, from the view of luo_sessionfs.
 *
 * Documentation/filesystems/luo_sessionfs.rst describes the view. It is mounted for the
 * time of the call, where nobody else sees it. It has what no process holds, too.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "describe.h"
#include "error.h"

static const struct {
	const char *dir;
	enum luo_state state;
} incoming_states[] = {
	{ "unclaimed", LUO_UNCLAIMED },
	{ "claimed", LUO_CLAIMED },
	{ "finished", LUO_FINISHED },
};

static int mount_view(void)
{
	int fs = fsopen("luo_sessionfs", FSOPEN_CLOEXEC);
	int view = -1, err;

	if (fs < 0)
		return -errno;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		view = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	err = errno;
	close(fs);
	return view < 0 ? -err : view;
}

/* The directory that has the session tells its state. On its way it is in none. */
static enum luo_state incoming_state(int view, const char *entry, uint64_t id)
{
	struct luo_session other;
	char path[320];
	size_t i;

	for (i = 0; i < sizeof(incoming_states) / sizeof(incoming_states[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", incoming_states[i].dir, entry);
		memset(&other, 0, sizeof(other));
		if (!luo_stat(view, path, &other) && other.id == id)
			return incoming_states[i].state;
	}
	return LUO_INCOMING;
}

/* Returns false if the session has ended. */
static bool read_entry(int view, int dir, const char *entry, bool incoming,
		       struct luo_session *session)
{
	char name[256];

	memset(session, 0, sizeof(*session));
	if (luo_stat(dir, entry, session))
		return false;
	snprintf(name, sizeof(name), "%s", entry);
	luo_unescape(name);
	memcpy(session->name, name, strnlen(name, LUO_NAME_SIZE - 1));
	session->state = incoming ? incoming_state(view, entry, session->id) : LUO_OUTGOING;
	session->known |= LUO_KNOWS_ID | LUO_KNOWS_STATE;
	return true;
}

/* Returns a negative errno, or 0; @answer is what @each returned last. */
static int list_dir(int view, const char *name, luo_session_fn *each, void *arg, int *answer)
{
	int fd = openat(view, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct luo_session session;
	struct dirent *entry;
	int ret = 0;
	DIR *dir;

	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		ret = -errno;
		close(fd);
		return ret;
	}
	while (!*answer && (errno = 0, entry = readdir(dir))) {
		/* Sessions of these names have other entries: \056 and \056\056 */
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (read_entry(view, fd, entry->d_name, !strcmp(name, "incoming"), &session))
			*answer = each(&session, arg);
	}
	if (!*answer && errno)
		ret = -errno;
	closedir(dir);
	return ret;
}

int luo_list(luo_session_fn *each, void *arg, struct luo_error *error)
{
	int view = mount_view();
	int answer = 0, ret;

	if (view < 0)
		return luo_fail(error, LUO_OP_LIST, -view, "list sessions");
	ret = list_dir(view, "outgoing", each, arg, &answer);
	if (!ret && !answer)
		ret = list_dir(view, "incoming", each, arg, &answer);
	close(view);
	if (ret)
		return luo_fail(error, LUO_OP_LIST, -ret, "list sessions");
	if (answer < 0)
		return luo_fail_why(error, -answer, LUO_ENDED, "list sessions");
	return answer;
}
