/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strings of which each is kept once: equal ones are the same, and have one number.
 */

#ifndef _LUOPOL_INTERN_H
#define _LUOPOL_INTERN_H

#include <linux/limits.h>
#include <linux/types.h>

#include "base/arena.h"

/**
 * struct interned - The strings.
 * @text:   Each of them, by its number from 0.
 * @count:  How many there are.
 * @arena:  Where they are.
 * @next:   What is free in it begins there.
 * @left:   How many bytes that are.
 * @place:  Hash table of them: numbers from 1.
 * @places: Its size, a power of two.
 */
struct interned {
	const char **text;
	u32 count;
	struct arena arena;
	char *next;
	size_t left;
	u32 *place;
	u32 places;
};

/* The number of a string, which is copied if it is new. */
u32 intern(struct interned *strings, const char *text);
/* Its number if it is there, or U32_MAX; @text need not end in NUL. */
u32 interned_find(const struct interned *strings, const char *text, size_t length);
/* Likewise, the one that is kept. */
const char *interned_text(struct interned *strings, const char *text);
void interned_destroy(struct interned *strings);

/* FNV-1a, to go on from @hash. */
u64 hash_text(u64 hash, const char *text);

#endif /* _LUOPOL_INTERN_H */
