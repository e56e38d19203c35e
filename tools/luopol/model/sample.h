/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples: a concrete value of a class, a concrete request of a box.
 */

#ifndef _LUOPOL_SAMPLE_H
#define _LUOPOL_SAMPLE_H

#include <linux/types.h>

#include "base/arena.h"
#include "model/request_box.h"
#include "policy.h"

struct id_classes;
struct request_space;

/**
 * sample_name() - A name of a class.
 * @arena: Where it is allocated.
 * @space: The request space.
 * @key:   A key whose values are names.
 * @class: The class.
 *
 * Return: A name that the kernel can have. NULL if the class is empty, or if it is the
 * class of unknown names.
 */
char *sample_name(struct arena *arena, const struct request_space *space,
		  enum luo_key key, u32 class);

/**
 * sample_id() - A uid or gid of a class.
 * @ids:    The classes.
 * @class:  The class.
 * @number: Which of its ids, from 0.
 *
 * Return: The id.
 */
u32 sample_id(const struct id_classes *ids, u32 class, u32 number);

/**
 * sample_size() - A size of a class.
 * @space: The request space.
 * @class: The class.
 *
 * Return: The largest size of the class; of the last class, which is unbounded, the
 * smallest.
 */
u64 sample_size(const struct request_space *space, u32 class);

/**
 * sample_request() - A request of a box.
 * @arena:   Where its names are allocated.
 * @space:   The request space.
 * @op:      The operation. For SPACE_LIMITS only the session, owner and
 *           owner_known of the request are filled.
 * @box:     The box. It has all keys, and request_space_feasible() is true of it.
 * @request: The request.
 */
void sample_request(struct arena *arena, const struct request_space *space,
		    u32 op, const struct request_box *box,
		    struct luo_request *request);

#endif /* _LUOPOL_SAMPLE_H */
