// SPDX-License-Identifier: GPL-2.0
/*
 * Classes of the values in policies, and the requests that the kernel can make.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>
#include <linux/sort.h>

#include "base/policy_text.h"
#include "common/memory.h"
#include "model/request_space.h"
#include "model/sample.h"

static void check_memory(int err)
{
	if (err)
		out_of_memory();
}

/* ---- One program of all policies ---- */

static void join_programs(struct request_space *space,
			  const struct luo_program *const *programs, u32 count)
{
	struct luo_program *all = &space->all;
	const struct luo_program *from;
	struct luo_statement *statement;
	u32 i, j, key;

	for (i = 0; i < count; i++) {
		all->statement_count += programs[i]->statement_count;
		all->value_count += programs[i]->value_count;
	}
	all->statements = xcalloc(all->statement_count + 1,
				  sizeof(*all->statements));
	all->values = xcalloc(all->value_count + 1, sizeof(*all->values));
	space->first = xcalloc(count + 1, sizeof(*space->first));
	all->statement_count = 0;
	all->value_count = 0;
	for (i = 0; i < count; i++) {
		from = programs[i];
		space->first[i] = all->statement_count;
		for (j = 0; j < from->statement_count; j++) {
			statement = all->statements + all->statement_count++;
			*statement = from->statements[j];
			for (key = 0; key_has_values(key); key++)
				statement->lists[key].first += all->value_count;
		}
		memcpy(all->values + all->value_count, from->values,
		       from->value_count * sizeof(*from->values));
		all->value_count += from->value_count;
	}
	space->first[count] = all->statement_count;
}

/* ---- Numbers ---- */

static int class_compare(const void *a, const void *b)
{
	const struct luo_single *x = a, *y = b;

	return cmp_int(x->class, y->class);
}

/* Find the ids of each class. A single id is numbered after the range around it. */
static void describe_ids(struct id_classes *space)
{
	const struct luo_ids *ids = &space->ids;
	struct luo_single *singles = xcalloc(ids->mask + 1, sizeof(*singles));
	u32 i, single_count = 0, next, high;
	struct id_class_info *class;

	space->classes = xcalloc(ids->count + 1, sizeof(*space->classes));
	for (i = 0; i <= ids->mask; i++) {
		if (ids->singles[i].class)
			singles[single_count++] = ids->singles[i];
	}
	qsort(singles, single_count, sizeof(*singles), class_compare);
	for (i = 0; i < single_count; i++)
		space->classes[singles[i].class] =
			(struct id_class_info){ singles[i].id, singles[i].id, 1 };
	for (i = 0; i < ids->bound_count; i++) {
		next = i + 1 < ids->bound_count ? ids->bounds[i + 1].class :
						  ids->count;
		high = i + 1 < ids->bound_count ? ids->bounds[i + 1].id - 1 :
						  LUO_ID_MAX;
		class = &space->classes[ids->bounds[i].class];
		class->low = ids->bounds[i].id;
		class->high = high;
		/* The last bound may be above LUO_ID_MAX */
		if (class->low <= high)
			class->count = high - class->low + 1 -
					 (next - ids->bounds[i].class - 1);
	}
	free(singles);
}

/*
 * uid and owner share their classes. They are built from a program in which the values
 * of owner= are those of uid= in further statements.
 */
static void build_uids(struct request_space *space)
{
	const struct luo_program *all = &space->all;
	struct luo_program both = *all;
	struct luo_statement *to;
	u32 i;

	both.statement_count = 2 * all->statement_count;
	both.statements = xcalloc(both.statement_count,
				  sizeof(*both.statements));
	for (i = 0; i < all->statement_count; i++) {
		to = both.statements + 2 * i;
		to[0].lists[LUO_KEY_UID] = all->statements[i].lists[LUO_KEY_UID];
		to[1].lists[LUO_KEY_UID] =
			all->statements[i].lists[LUO_KEY_OWNER];
	}
	check_memory(luo_ids_build(&space->ids[0].ids, &both, LUO_KEY_UID,
				   space->values));
	free(both.statements);
}

static void build_classes(struct request_space *space)
{
	u32 key, i;

	space->values = xcalloc(space->all.value_count + 1,
				sizeof(*space->values));
	for (key = LUO_KEY_SESSION; key < LUO_KEY_UID; key++) {
		check_memory(luo_names_build(&space->names[key], &space->all,
					     key, space->values));
		space->domain[key] = space->names[key].count + 2;
	}
	build_uids(space);
	check_memory(luo_ids_build(&space->ids[LUO_KEY_GID - LUO_KEY_UID].ids,
				   &space->all, LUO_KEY_GID, space->values));
	check_memory(luo_ids_build(&space->ids[LUO_KEY_FOWNER - LUO_KEY_UID].ids,
				   &space->all, LUO_KEY_FOWNER, space->values));
	for (key = LUO_KEY_UID; key < LUO_KEY_SIZE; key++) {
		i = key - LUO_KEY_UID;
		if (key == LUO_KEY_OWNER)
			continue;
		describe_ids(&space->ids[i]);
		space->domain[key] = space->ids[i].ids.count + 1;
	}
	space->domain[LUO_KEY_OWNER] = OWNER_OTHER(space->ids[0].ids.count);
	check_memory(luo_sizes_build(&space->sizes, &space->all,
				     space->values));
	space->domain[LUO_KEY_SIZE] = space->sizes.count + 2;
	space->domain[LUO_KEY_USERNS] = 2;
	space->domain[LUO_KEY_PID] = 2;
}

u32 request_space_unknown(const struct request_space *space, enum luo_key key)
{
	return space->domain[key] - 1;
}

/* ---- Requests that the kernel can make ---- */

static bool class_has_sample(struct request_space *space, enum luo_key key, u32 class)
{
	struct arena_mark mark;
	bool has;

	if (key >= LUO_KEY_UID && key < LUO_KEY_SIZE)
		return space->ids[key - LUO_KEY_UID].classes[class].count;
	if (key == LUO_KEY_SIZE)
		return sample_size(space, class) <= S64_MAX;
	mark = arena_mark(&space->arena);
	has = sample_name(&space->arena, space, key, class);
	arena_release(&space->arena, mark);
	return has;
}

/* The classes of @key that have a value, and if @unknown the class of unknown values. */
static const struct class_set *all_classes(struct request_space *space, enum luo_key key,
					   bool unknown)
{
	u32 count = space->domain[key] - 1, class;
	bool *has = xcalloc(count, sizeof(*has));
	struct class_set *set;

	for (class = 0; class < count; class++)
		has[class] = class_has_sample(space, key, class);
	set = class_set_new(&space->arena, count + 1);
	for (class = 0; class < count; class++) {
		if (has[class])
			class_set_add(set, class, class);
	}
	if (unknown)
		class_set_add(set, count, count);
	class_set_normalize(set);
	free(has);
	return set;
}

static const struct class_set *other_owners(struct request_space *space)
{
	u32 count = space->ids[0].ids.count, class;
	struct class_set *set = class_set_new(&space->arena, count + 1);

	class_set_add(set, OWNER_UNKNOWN, OWNER_SELF);
	for (class = 0; class < count; class++) {
		if (space->ids[0].classes[class].count)
			class_set_add(set, OWNER_OTHER(class), OWNER_OTHER(class));
	}
	class_set_normalize(set);
	return set;
}

static void build_universes(struct request_space *space)
{
	const struct class_set *none = class_set_of(&space->arena, 0, 0);
	const struct class_set *of_file[LUO_KEY_COUNT] = {};
	struct request_box any = { .given = BIT(LUO_KEY_COUNT) - 1 };
	u32 key, op;

	for (key = 0; key_has_values(key); key++) {
		bool known = key == LUO_KEY_SESSION || key == LUO_KEY_TYPE ||
			     key == LUO_KEY_UID || key == LUO_KEY_GID;

		if (key != LUO_KEY_OWNER)
			any.keys[key] = all_classes(space, key, !known);
	}
	any.keys[LUO_KEY_OWNER] = other_owners(space);
	any.keys[LUO_KEY_USERNS] = class_set_of(&space->arena, 0, 1);
	any.keys[LUO_KEY_PID] = class_set_of(&space->arena, 0, 1);
	of_file[LUO_KEY_TYPE] = none;
	of_file[LUO_KEY_OBJ] = none;
	of_file[LUO_KEY_FOWNER] = none;
	of_file[LUO_KEY_SIZE] = none;
	for (op = 0; op < LUO_OP_COUNT; op++) {
		space->universe[op] = any;
		for (key = 0; key < LUO_KEY_COUNT && op < LUO_OP_PRESERVE; key++) {
			if (of_file[key])
				space->universe[op].keys[key] = none;
		}
	}
	space->universe[LUO_OP_CREATE].keys[LUO_KEY_OWNER] =
		class_set_of(&space->arena, OWNER_SELF, OWNER_SELF);

	for (key = 0; key < LUO_KEY_COUNT; key++)
		space->universe[SPACE_LIMITS].keys[key] = none;
	space->universe[SPACE_LIMITS].given = any.given;
	space->universe[SPACE_LIMITS].keys[LUO_KEY_SESSION] =
		any.keys[LUO_KEY_SESSION];
	space->universe[SPACE_LIMITS].keys[LUO_KEY_UID] =
		all_classes(space, LUO_KEY_UID, true);
}

static bool is_single(const struct class_set *set)
{
	return set->count == 1 && set->at[0].low == set->at[0].high;
}

static bool may_be_unknown(const struct request_space *space,
			   const struct request_box *box, enum luo_key key)
{
	return class_set_has(box->keys[key], request_space_unknown(space, key));
}

bool request_space_feasible(const struct request_space *space, u32 op,
			    const struct request_box *box)
{
	const struct class_set *owners = box->keys[LUO_KEY_OWNER];
	const struct class_set *uids = box->keys[LUO_KEY_UID];
	u32 key, uid;

	for (key = 0; key < LUO_KEY_COUNT; key++) {
		if (!box->keys[key]->count)
			return false;
	}
	if (op == SPACE_LIMITS)
		return true;
	if (!class_set_has(box->keys[LUO_KEY_USERNS], 1) &&
	    !(may_be_unknown(space, box, LUO_KEY_EXE) &&
	      may_be_unknown(space, box, LUO_KEY_VERITY)))
		return false;
	if (!is_single(owners) || !is_single(uids))
		return true;
	uid = uids->at[0].low;
	return owners->at[0].low != OWNER_OTHER(uid) ||
	       space->ids[0].classes[uid].count > 1;
}

static void collect_keys(struct request_space *space)
{
	const struct luo_statement *statement;
	u32 i, op, keys;

	for (i = 0; i < space->all.statement_count; i++) {
		statement = space->all.statements + i;
		keys = statement->keys;
		if (statement->init_only)
			keys |= BIT(LUO_KEY_USERNS);
		for (op = 0; op < LUO_OP_COUNT; op++) {
			if (statement->ops & BIT(op))
				space->keys[op] |= keys;
		}
		if (statement->verb == LUO_VERB_LIMIT)
			space->keys[SPACE_LIMITS] |= keys;
	}
}

void request_space_build(struct request_space *space, const struct luo_program *const *programs,
			 u32 count)
{
	u32 i;

	*space = (struct request_space){};
	join_programs(space, programs, count);
	build_classes(space);
	build_universes(space);
	collect_keys(space);
	space->boxes = xcalloc(space->all.statement_count + 1,
			       sizeof(*space->boxes));
	space->box_count = xcalloc(space->all.statement_count + 1, 1);
	for (i = 0; i < space->all.statement_count; i++)
		request_box_build(space, i);
}

void request_space_destroy(struct request_space *space)
{
	u32 i;

	for (i = 0; i < LUO_NAME_KEYS; i++)
		luo_names_destroy(&space->names[i]);
	for (i = 0; i < LUO_ID_KEYS; i++) {
		luo_ids_destroy(&space->ids[i].ids);
		free(space->ids[i].classes);
	}
	luo_sizes_destroy(&space->sizes);
	free(space->all.statements);
	free(space->all.values);
	free(space->first);
	free(space->values);
	free(space->boxes);
	free(space->box_count);
	arena_destroy(&space->arena);
	*space = (struct request_space){};
}
