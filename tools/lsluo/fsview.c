// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: find the sessions in the view of luo_sessionfs.
 *
 * Documentation/filesystems/luo_sessionfs.rst describes the view. It is read before
 * /proc and again after it: a session that is in it both times and not in /proc has
 * no holder. Sessions that appeared or ended in between are left out without a
 * message.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsluo.h"

/* Directories that together have all sessions, and those that tell their state. */
static const char * const all_dirs[] = { "outgoing", "incoming" };
static const char * const states[] = {
	"outgoing", "unclaimed", "claimed", "finished", "incoming",
};

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static void read_dir(struct view_list *list, const char *name)
{
	int fd = host_view_dir(list->view, name);
	struct view_entry *found;
	struct dirent *entry;
	DIR *dir;

	if (fd < 0) {
		list->unknown = -fd;
		return;
	}
	dir = fdopendir(fd);
	if (!dir)
		out_of_memory();

	while ((entry = readdir(dir))) {
		/* Sessions of these names have other entries: \056 and \056\056 */
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		list->entries = xgrow(list->entries, list->count,
				      sizeof(*list->entries));
		found = &list->entries[list->count++];
		found->name = xstrdup(entry->d_name);
		found->ino = host_entry_number(fd, entry);
	}
	closedir(dir);
}

bool view_read(struct view_list *list)
{
	size_t i;

	memset(list, 0, sizeof(*list));
	list->view = host_view();
	for (i = 0; list->view >= 0 && i < ARRAY_SIZE(all_dirs); i++)
		read_dir(list, all_dirs[i]);
	return list->view >= 0;
}

static struct session *new_session(const char *entry, const char *state,
				   const struct session_inode *inode)
{
	struct session *session = xrealloc(NULL, 1, sizeof(*session));

	memset(session, 0, sizeof(*session));
	session->inode = *inode;
	session->link = xstrdup(entry);
	name_unescape(session->link);
	session->info.session = true;
	session->info.id = inode->ino;
	session->info.name = xstrdup(session->link);
	session->info.state = xstrdup(state);
	return session;
}

/* Add the sessions that are still there and in that state. */
static void add_dir(struct sessions *all, struct view_list *list,
		    const char *state)
{
	int dir = host_view_dir(list->view, state);
	struct session_inode inode;
	struct view_entry *entry;
	size_t i;

	for (i = 0; dir >= 0 && i < list->count; i++) {
		entry = &list->entries[i];
		if (host_entry(dir, entry->name, &inode))
			continue;
		if (inode.ino == entry->ino)
			scan_add(all, new_session(entry->name, state, &inode));
		else
			free(inode.label);
	}
	if (dir >= 0)
		close(dir);
}

void view_add(struct sessions *all, struct view_list *list)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++)
		add_dir(all, list, states[i]);
	all->unknown = list->unknown;
}

void view_close(struct view_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->entries[i].name);
	free(list->entries);
	if (list->view >= 0)
		close(list->view);
}
