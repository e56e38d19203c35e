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

#ifndef _LUOPOL_SPACE_H
#define _LUOPOL_SPACE_H

#include <linux/types.h>

#include "arena.h"
#include "classes.h"
#include "class_set.h"

#define OWNER_UNKNOWN		0
#define OWNER_SELF		1
#define OWNER_OTHER(class)	(2 + (class))

/* Sessions and their creators, for limits, in the place of an operation. */
#define SPACE_LIMITS		LUO_OP_COUNT

/* Two boxes for a statement are enough. */
#define BOXES_MAX		2

/**
 * struct request_box - Requests that are alike in what they are allowed.
 * @keys:      For each key the classes; NULL for all of them.
 * @given:     Bit mask of the keys that are not NULL.
 * @statement: Index in space.all of the statement that it is, if it is one.
 */
struct request_box {
	const struct class_set *keys[LUO_KEY_COUNT];
	u32 given;
	u32 statement;
};

/**
 * struct id_class_info - Numbers that no statement tells apart.
 * @low:     The first of them, unless it stands alone elsewhere.
 * @high:    The last of them.
 * @members: How many they are: those in between that stand alone do not count.
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

void request_space_build(struct request_space *space, const struct luo_program *const *programs,
		 u32 count);
void request_space_destroy(struct request_space *space);
bool request_space_feasible(const struct request_space *space, u32 op, const struct request_box *box);
u32 request_space_unknown(const struct request_space *space, enum luo_key key);

/* box.c */
void request_box_build(struct request_space *space, u32 statement);
void request_box_at(struct arena *arena, const struct request_space *space, u32 op,
	    const struct request_box *from, struct request_box *box);
void request_box_narrow(struct arena *arena, struct request_box *box, const struct request_box *with);
bool request_box_overlaps(const struct request_box *in, const struct request_box *cover);
u32 request_box_outside(const struct request_box *in, const struct request_box *cover);

/* member.c */
bool sample_valid(enum luo_key key, const char *name, u32 length);
char *sample_name(struct arena *arena, const struct request_space *space,
		  enum luo_key key, u32 class);
u32 sample_id(const struct id_classes *ids, u32 class, u32 number);
u64 sample_size(const struct request_space *space, u32 class);
void sample_request(struct arena *arena, const struct request_space *space, u32 op,
		    const struct request_box *box, struct luo_request *request);

#endif /* _LUOPOL_SPACE_H */
