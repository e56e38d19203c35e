/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Executables of this machine.
 */

#ifndef _LUOPOL_EXECUTABLE_H
#define _LUOPOL_EXECUTABLE_H

#include <stdbool.h>

enum executable_kind {
	EXECUTABLE_GOOD,
	EXECUTABLE_MISSING,
	EXECUTABLE_LINK,	/* the kernel sees what it leads to */
	EXECUTABLE_SCRIPT,	/* the kernel sees the interpreter */
	EXECUTABLE_NOT,		/* a directory, or without x */
};

/**
 * struct executable - What is under a path.
 * @kind: What it is.
 * @real: What the kernel sees in its place, to be freed; or NULL.
 */
struct executable {
	enum executable_kind kind;
	char *real;
};

void find_executable(const char *root, const char *path, bool prefix,
		     struct executable *found);

#endif /* _LUOPOL_EXECUTABLE_H */
