/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tenants: what "%" of a statement stands for, the same bytes in several names.
 *
 * Classes do not say whether two names have the same tenant. A request box therefore has,
 * beside its classes, the tenants that its requests have (with), and those that they do
 * not have (without). tenants_find() tells whether there is any such request.
 */

#ifndef _LUOPOL_TENANTS_H
#define _LUOPOL_TENANTS_H

#include <stdbool.h>

#include <linux/types.h>

#include "base/arena.h"
#include "language.h"

struct request_box;
struct request_space;

/**
 * struct affixes - What is around a tenant in a name.
 * @prefix:        What is before it.
 * @suffix:        What is behind it.
 * @prefix_length: Bytes of @prefix.
 * @suffix_length: Bytes of @suffix.
 */
struct affixes {
	const char *prefix;
	const char *suffix;
	u32 prefix_length;
	u32 suffix_length;
};

/**
 * struct tenants - The tenants of a statement.
 * @keys:  Bit mask of the keys that have one.
 * @known: The statement is an allow, so that their values are known.
 * @at:    For each of @keys what is around it.
 */
struct tenants {
	u32 keys;
	bool known;
	struct affixes at[LUO_NAME_KEYS];
};

/**
 * struct tenants_list - Tenants that requests do not have.
 * @tenants: Some.
 * @next:    More, or NULL.
 */
struct tenants_list {
	const struct tenants *tenants;
	const struct tenants_list *next;
};

enum tenants_found {
	TENANTS_NONE,		/* there is no such request */
	TENANTS_SOME,
	TENANTS_UNSURE,		/* none was found, and there may be one */
};

/* The tenants of a statement, or NULL; what is around them is in @program. */
const struct tenants *tenants_of(struct arena *arena, const struct luo_program *program,
				 const struct luo_statement *statement);

/* The order of what two statements say; NULL is a statement without tenants. */
int tenants_compare(const struct tenants *a, const struct tenants *b);

/**
 * tenants_imply() - Whether requests with some tenants have others, too.
 * @a: The ones.
 * @b: The others.
 *
 * Return: Whether what is between the affixes of @b is the same in all keys because what
 * is between those of @a is: there, @a has the same bytes more on each side in all keys.
 */
bool tenants_imply(const struct tenants *a, const struct tenants *b);

/* Whether no request can have both, because a name would have to end in two ways. */
bool tenants_exclude(const struct tenants *a, const struct tenants *b);

/**
 * tenants_find() - Find names of a request of a box.
 * @arena: Where they are allocated.
 * @space: The request space.
 * @box:   The box, which has all keys. If there is a request, its names are left in
 *         @box->names for the keys of @box->named.
 *
 * Return: Whether there is one.
 */
enum tenants_found tenants_find(struct arena *arena, const struct request_space *space,
				struct request_box *box);

#endif /* _LUOPOL_TENANTS_H */
