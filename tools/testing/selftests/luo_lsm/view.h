/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The view of luo_sessionfs, mounted for a test. Paths are of one test at a time.
 */

#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/liveupdate.h>

#define VIEW_TYPE		"luo_sessionfs"
#define VIEW_ENTRY_MAX		(4 * (LIVEUPDATE_SESSION_NAME_LENGTH - 1))

/* Mount the view on a new directory; returns its path, or NULL. */
const char *view_mount(void);
void view_umount(void);

/* PATH of the view, of DIR in it, of NAME's entry in that: overwritten by the next. */
const char *view_path(const char *dir, const char *name);

/* The entry's name for a session's: at most VIEW_ENTRY_MAX bytes and a NUL. */
void view_escape(const char *name, char *entry);

/* Number of the session with that entry; 0 if there is none, errno says why. */
unsigned long long view_ino(const char *dir, const char *name);

/**
 * struct view_item - An entry that was read.
 * @name: As it is in the directory.
 * @ino:  Its number.
 * @seen: How often it was read.
 */
struct view_item {
	char name[256];
	uint64_t ino;
	unsigned int seen;
};

/* Read a directory, but "." and ".."; returns how many entries, or a negative errno. */
int view_list(const char *dir, struct view_item *items, int max);

#endif /* VIEW_H */
