/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Look up executables on this machine.
 */

#ifndef _LUOPOL_EXECUTABLE_H
#define _LUOPOL_EXECUTABLE_H

#include <stdbool.h>

enum executable_kind {
	EXECUTABLE_GOOD,
	EXECUTABLE_MISSING,
	EXECUTABLE_LINK,	/* a symbolic link: the kernel sees its target */
	EXECUTABLE_SCRIPT,	/* the kernel sees the interpreter */
	EXECUTABLE_NOT,		/* not a regular file with execute permission */
};

/**
 * struct executable - The file at a path.
 * @kind: What the file is.
 * @real: The path that the kernel sees in its place, or NULL. The caller frees it.
 */
struct executable {
	enum executable_kind kind;
	char *real;
};

/* Open @path with @root as the root directory, also for symbolic links; or -1. */
int open_below(const char *root, const char *path, int flags);
void find_executable(const char *root, const char *path, bool prefix,
		     struct executable *found);
/*
 * The first of the folders and files on the way to an executable that others than root
 * may write to, or NULL. Below another root than "/", owners are not looked at, as they
 * are another machine's. The caller frees it.
 */
char *find_writable(const char *root, const char *path, bool prefix);

#endif /* _LUOPOL_EXECUTABLE_H */
