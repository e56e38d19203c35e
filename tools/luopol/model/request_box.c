// SPDX-License-Identifier: GPL-2.0
/*
 * Request boxes: statements as sets of requests.
 */

#include <linux/limits.h>

#include "base/policy_text.h"
#include "model/request_box.h"
#include "model/request_space.h"

static void give_key(struct request_box *box, enum luo_key key, const struct class_set *set)
{
	box->keys[key] = set;
	box->given |= BIT(key);
}

static void add_values(struct class_set *set, const struct luo_interval *values)
{
	class_set_add(set, values->low, values->low + values->span);
}

static struct class_set *value_set(struct request_space *space,
				   const struct luo_statement *statement,
				   enum luo_key key)
{
	u32 first = statement->lists[key].first;
	u32 count = statement->lists[key].count, i;
	struct class_set *set = class_set_new(&space->arena, count + 1);

	for (i = first; i < first + count; i++)
		add_values(set, &space->values[i]);
	/* An unknown value matches every deny and limit, as in the kernel. */
	if (statement->verb != LUO_VERB_ALLOW && key != LUO_KEY_OWNER)
		class_set_add(set, request_space_unknown(space, key),
			      request_space_unknown(space, key));
	class_set_normalize(set);
	return set;
}

/* The classes of owner=: self, unknown, and uids other than the caller's. */
static const struct class_set *owner_set(struct request_space *space,
					 const struct luo_statement *statement)
{
	u32 first = statement->lists[LUO_KEY_OWNER].first;
	u32 count = statement->lists[LUO_KEY_OWNER].count, i;
	struct class_set *set = class_set_new(&space->arena, count);
	u32 low;

	for (i = first; i < first + count; i++) {
		switch (space->all.values[i].kind) {
		case LUO_VALUE_SELF:
			class_set_add(set, OWNER_SELF, OWNER_SELF);
			break;
		case LUO_VALUE_UNKNOWN:
			class_set_add(set, OWNER_UNKNOWN, OWNER_UNKNOWN);
			break;
		default:
			low = OWNER_OTHER(space->values[i].low);
			class_set_add(set, low, low + space->values[i].span);
		}
	}
	class_set_normalize(set);
	return set;
}

/* The uids of owner=, as classes of uid=: callers who match by owning the session. */
static const struct class_set *owner_uids(struct request_space *space,
					  const struct luo_statement *statement)
{
	u32 first = statement->lists[LUO_KEY_OWNER].first;
	u32 count = statement->lists[LUO_KEY_OWNER].count, i;
	struct class_set *set = class_set_new(&space->arena, count);

	for (i = first; i < first + count; i++) {
		if (space->all.values[i].kind == LUO_VALUE_RANGE)
			add_values(set, &space->values[i]);
	}
	class_set_normalize(set);
	return set;
}

/*
 * Add owner= to the box. If it lists uids, add a second box for callers who own the
 * session and have one of these uids.
 */
static void add_owner(struct request_space *space, u32 index)
{
	const struct luo_statement *statement = space->all.statements + index;
	struct request_box *boxes = space->boxes[index];
	const struct class_set *uids = owner_uids(space, statement);

	boxes[1] = boxes[0];
	give_key(&boxes[0], LUO_KEY_OWNER, owner_set(space, statement));
	if (!uids->count)
		return;
	space->box_count[index] = 2;
	give_key(&boxes[1], LUO_KEY_OWNER,
		 class_set_of(&space->arena, OWNER_SELF, OWNER_SELF));
	if (boxes[1].keys[LUO_KEY_UID])
		uids = class_set_intersect(&space->arena, uids, boxes[1].keys[LUO_KEY_UID]);
	give_key(&boxes[1], LUO_KEY_UID, uids);
}

void request_box_build(struct request_space *space, u32 index)
{
	const struct luo_statement *statement = space->all.statements + index;
	struct request_box *box = &space->boxes[index][0];
	u32 key;

	box->statement = index;
	space->box_count[index] = 1;
	box->with[0] = tenants_of(&space->arena, &space->all, statement);
	box->with_count = !!box->with[0];
	for (key = 0; key_has_values(key); key++) {
		if (statement->keys & BIT(key) && key != LUO_KEY_OWNER)
			give_key(box, key, value_set(space, statement, key));
	}
	if (statement->init_only)
		give_key(box, LUO_KEY_USERNS, class_set_of(&space->arena, 1, 1));
	if (statement->keys & BIT(LUO_KEY_PID))
		give_key(box, LUO_KEY_PID, class_set_of(&space->arena, 1, 1));
	if (statement->keys & BIT(LUO_KEY_OWNER))
		add_owner(space, index);
}

static void add_with(struct request_box *box, const struct tenants *with)
{
	u32 i;

	for (i = 0; i < box->with_count; i++) {
		if (tenants_imply(box->with[i], with))
			return;
	}
	if (box->with_count < WITH_MAX)
		box->with[box->with_count++] = with;
	else
		box->unsure = true;
}

void request_box_narrow(struct arena *arena, struct request_box *box,
			const struct request_box *with)
{
	u32 left, key, i;

	for (left = with->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		box->keys[key] = class_set_intersect(arena, box->keys[key],
						     with->keys[key]);
	}
	for (i = 0; i < with->with_count; i++)
		add_with(box, with->with[i]);
	box->named = 0;
}

void request_box_exclude(struct arena *arena, struct request_box *box,
			 const struct request_box *cover)
{
	struct tenants_list *list = arena_alloc(arena, sizeof(*list));

	*list = (struct tenants_list){ cover->with[0], box->without };
	box->without = list;
	box->named = 0;
}

/* Whether no request of @in has the tenants of @cover, at first sight. */
static bool without_tenants(const struct request_box *in, const struct request_box *cover)
{
	const struct tenants_list *list;
	u32 i;

	if (!cover->with_count)
		return false;
	for (i = 0; i < in->with_count; i++) {
		if (tenants_exclude(in->with[i], cover->with[0]))
			return true;
	}
	for (list = in->without; list; list = list->next) {
		if (tenants_imply(cover->with[0], list->tenants))
			return true;
	}
	return false;
}

static u32 outside_tenants(const struct request_box *in, const struct request_box *cover)
{
	u32 i;

	if (!cover->with_count)
		return 0;
	for (i = 0; i < in->with_count; i++) {
		if (tenants_imply(in->with[i], cover->with[0]))
			return 0;
	}
	return OUTSIDE_TENANTS;
}

void request_box_at(struct arena *arena, const struct request_space *space, u32 op,
		    const struct request_box *from, struct request_box *box)
{
	*box = space->universe[op];
	box->statement = from->statement;
	request_box_narrow(arena, box, from);
}

bool request_box_overlaps(const struct request_box *in, const struct request_box *cover)
{
	u32 left, key;

	for (left = cover->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!class_set_overlaps(in->keys[key], cover->keys[key]))
			return false;
	}
	return !without_tenants(in, cover);
}

u32 request_box_outside(const struct request_box *in, const struct request_box *cover)
{
	u32 left, key, outside = 0;

	for (left = cover->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (class_set_within(in->keys[key], cover->keys[key]))
			continue;
		if (!class_set_overlaps(in->keys[key], cover->keys[key]))
			return U32_MAX;
		outside |= BIT(key);
	}
	if (without_tenants(in, cover))
		return U32_MAX;
	return outside | outside_tenants(in, cover);
}
