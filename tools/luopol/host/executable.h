/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What values of a policy name outside of it: executables of this machine, types
 * of files that kernels have, and contexts of the policy of SELinux.
 */

#ifndef _LUOPOL_FILES_H
#define _LUOPOL_FILES_H

#include "luopol.h"

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

bool type_is_known(const char *name, size_t length, bool prefix);
const char *nearest_type(const char *name, size_t length);
char *known_types(void);

enum context_kind {
	CONTEXT_GOOD,		/* or it cannot be told */
	CONTEXT_UNKNOWN,
	CONTEXT_SPELLING,	/* the kernel writes it otherwise */
};

/* contexts.c: @written is how the kernel writes it, to be freed; or NULL */
enum context_kind find_context(const char *context, char **written);

#endif /* _LUOPOL_FILES_H */
