/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All requests there can be, as far as policies tell them apart.
 *
 * Values of a key that no statement of any of the policies tells apart are one
 * class, as in the kernel (classes.h), so that a key has finitely many.
 * A request is then a tuple of classes, and a statement a box: for each key a
 * set of classes. Two keys depend on each other: who owns the session and who
 * calls. Their numbers share their classes, and the owner is one of
 *
 *   OWNER_UNKNOWN, OWNER_SELF, OWNER_OTHER(class): a number not the caller's,
 *
 * so that a statement with owner=NUMBER is two boxes: somebody else of that
 * number, or the caller, who has that number.
 *
 * Building takes time and memory in proportion to the policies, times the
 * logarithm of their values.
 */

#ifndef _LUOPOL_REQUEST_SPACE_H
#define _LUOPOL_REQUEST_SPACE_H

#include <linux/types.h>

#include "base/arena.h"
#include "classes.h"
#include "model/request_box.h"

#define OWNER_UNKNOWN		0
#define OWNER_SELF		1
#define OWNER_OTHER(class)	(2 + (class))

/* Sessions and their creators, for limits, in the place of an operation. */
#define SPACE_LIMITS		LUO_OP_COUNT

/* Two boxes for a statement are enough. */
#define BOXES_MAX		2

/**
 * struct id_class_info - Numbers that no statement tells apart.
 * @low:     The first of them, unless it stands alone elsewhere.
 * @high:    The last of them.
 * @count: How many they are; numbers in between that stand alone do not count.
 */
struct id_class_info {
	u32 low;
	u32 high;
	u32 count;
};

/* The numbers of uid, which are those of owner too, gid and fowner. */
struct id_classes {
	struct luo_ids ids;
	struct id_class_info *classes;
};

/**
 * struct request_space - The requests that one or more policies tell apart.
 * @arena:  Where everything here is.
 * @all:    The statements of all policies, one after the other; their texts
 *          are those of the programs they came from.
 * @first:  For each policy its first statement in @all, and the end.
 * @values: For each value its classes; those of owners are numbers of uids.
 * @domain: How many classes there are of each key.
 * @keys:   For each operation the keys that any statement asks about.
 * @world:  For each operation, and for SPACE_LIMITS, the classes that requests
 *          can be of: what the kernel never asks is not there.
 * @boxes:  For each statement BOXES_MAX boxes.
 * @box_count: How many of them are boxes.
 */
struct request_space {
	struct arena arena;
	struct luo_program all;
	u32 *first;
	struct luo_interval *values;
	struct luo_names names[LUO_NAME_KEYS];
	struct id_classes ids[LUO_ID_KEYS];
	struct luo_sizes sizes;
	u32 domain[LUO_KEY_COUNT];
	u32 keys[SPACE_LIMITS + 1];
	struct request_box world[SPACE_LIMITS + 1];
	struct request_box (*boxes)[BOXES_MAX];
	u8 *box_count;
};

/**
 * request_space_build() - Make the space of some policies.
 * @space:    What is filled; request_space_destroy() frees it.
 * @programs: The policies. They have to live as long as @space.
 * @count:    How many there are.
 */
void request_space_build(struct request_space *space,
			 const struct luo_program *const *programs, u32 count);
void request_space_destroy(struct request_space *space);

/**
 * request_space_feasible() - Whether any request of a box can be asked.
 * @space: The space.
 * @op:    The operation, or SPACE_LIMITS.
 * @box:   The box, which has all keys.
 *
 * A box with an empty set has no request. Besides, the kernel does not know the
 * executable of a caller outside the initial user namespace, and an owner who is
 * not the caller does not have the caller's number.
 *
 * Return: Whether there is such a request.
 */
bool request_space_feasible(const struct request_space *space, u32 op,
			    const struct request_box *box);

/**
 * request_space_unknown() - The class of values that the kernel does not know.
 * @space: The space.
 * @key:   A key of which luo_has_unknown_class() is true.
 *
 * Return: The class, which is the last one.
 */
u32 request_space_unknown(const struct request_space *space, enum luo_key key);

#endif /* _LUOPOL_REQUEST_SPACE_H */
