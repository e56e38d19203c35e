/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The request space: all requests, as far as policies tell them apart.
 *
 * Values of a key that no statement tells apart are one class, as in the kernel
 * (classes.h), so a key has finitely many classes. A request is a tuple of classes. A
 * statement is a box: for each key, a class set. The keys owner and uid depend on each
 * other. They share their classes, and the owner is
 *
 *   OWNER_UNKNOWN, OWNER_SELF, or OWNER_OTHER(class), which is not the caller.
 *
 * A statement with owner=NUMBER therefore is two boxes: an owner of that uid who is not
 * the caller, or a caller of that uid who is the owner.
 *
 * Building takes O(n log n) time and O(n) memory for n values.
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

/* Used in place of an operation: requests for limits, by session and its creator. */
#define SPACE_LIMITS		LUO_OP_COUNT

/* The most boxes of a statement. */
#define BOXES_MAX		2

/**
 * struct id_class_info - A class of uids or gids.
 * @low:   The first id.
 * @high:  The last id.
 * @count: How many ids the class has: single ids between @low and @high, which have
 *         classes of their own, do not count.
 */
struct id_class_info {
	u32 low;
	u32 high;
	u32 count;
};

/* The classes of uid (shared with owner), gid or fowner. */
struct id_classes {
	struct luo_ids ids;
	struct id_class_info *classes;
};

/**
 * struct request_space - The requests that one or more policies tell apart.
 * @arena:  Memory of the sets and samples.
 * @all:    The statements of all policies, one after the other; their texts
 *          are those of the programs they came from.
 * @first:  For each policy, its first statement in @all; then the number of all.
 * @values: For each value, its classes; owners have the classes of uids.
 * @domain: For each key, the number of classes.
 * @keys:   For each operation, the keys in its statements.
 * @universe: For each operation, and for SPACE_LIMITS, the box of all requests that the
 *          kernel can make.
 * @boxes:  For each statement BOXES_MAX boxes.
 * @box_count: For each statement, how many of @boxes are used.
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
	struct request_box universe[SPACE_LIMITS + 1];
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
 * request_space_feasible() - Whether the kernel can make any request of a box.
 * @space: The space.
 * @op:    The operation, or SPACE_LIMITS.
 * @box:   The box, which has all keys.
 *
 * A box with an empty set has no request. The executable of a caller outside the
 * initial user namespace is always unknown, and so is its digest; and an owner who is
 * not the caller has another uid. Tenants are not looked at: search_any() does.
 *
 * Return: Whether there is such a request.
 */
bool request_space_feasible(const struct request_space *space, u32 op,
			    const struct request_box *box);

/**
 * request_space_unknown() - The class of unknown values.
 * @space: The space.
 * @key:   A key of which luo_has_unknown_class() is true.
 *
 * Return: The class, which is the last one.
 */
u32 request_space_unknown(const struct request_space *space, enum luo_key key);

#endif /* _LUOPOL_REQUEST_SPACE_H */
