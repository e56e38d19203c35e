/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Versions of policies that are built.
 */

#ifndef _LUOPOL_COUNTER_H
#define _LUOPOL_COUNTER_H

#include <stddef.h>

#include <linux/types.h>

#define COUNTER_DIGITS	64	/* of SHA-256 */

/* The digest of the policy, made with a version that is always the same. */
void counter_digest(const char *text, size_t size, char digits[COUNTER_DIGITS + 1]);
/*
 * The version in a file, "VERSION DIGEST", if that is the digest, and else the next one;
 * if there is no file, the one after @last. Returns 0, or EXIT_TROUBLE after a message.
 */
int counter_version(const char *path, const char *digits, u64 last, u64 *version);
/* Write it, if it is another: the file may be where nothing can be written yet. */
int counter_keep(const char *path, u64 version, const char *digits);

/* The number of commits up to that of the folder of a file. */
int git_version(const char *path, u64 *version);

#endif /* _LUOPOL_COUNTER_H */
