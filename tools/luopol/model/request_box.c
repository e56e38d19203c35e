// SPDX-License-Identifier: GPL-2.0
/*
 * Boxes: statements as sets of requests.
 */

#include <linux/limits.h>

#include "luopol.h"
#include "request_space.h"

static void box_give(struct box *box, enum luo_key key, const struct set *set)
{
	box->keys[key] = set;
	box->given |= BIT(key);
}

static struct set *value_set(struct space *space,
			     const struct luo_statement *statement,
			     enum luo_key key)
{
	u32 first = statement->lists[key].first;
	u32 count = statement->lists[key].count, i;
	struct set *set = set_new(&space->arena, count + 1);

	for (i = first; i < first + count; i++)
		set_add(set, space->values[i].low,
			space->values[i].low + space->values[i].span);
	/* As the kernel does: nobody escapes a deny or limit by hiding. */
	if (statement->verb != LUO_VERB_ALLOW && key != LUO_KEY_OWNER)
		set_add(set, space_unknown(space, key),
			space_unknown(space, key));
	set_settle(set);
	return set;
}

/* Sessions of somebody else, or of nobody that is known, and all own ones. */
static const struct set *owner_set(struct space *space,
				   const struct luo_statement *statement)
{
	u32 first = statement->lists[LUO_KEY_OWNER].first;
	u32 count = statement->lists[LUO_KEY_OWNER].count, i;
	struct set *set = set_new(&space->arena, count);
	u32 low;

	for (i = first; i < first + count; i++) {
		switch (space->all.values[i].kind) {
		case LUO_VALUE_SELF:
			set_add(set, OWNER_SELF, OWNER_SELF);
			break;
		case LUO_VALUE_UNKNOWN:
			set_add(set, OWNER_UNKNOWN, OWNER_UNKNOWN);
			break;
		default:
			low = OWNER_OTHER(space->values[i].low);
			set_add(set, low, low + space->values[i].span);
		}
	}
	set_settle(set);
	return set;
}

/* The caller's own sessions, if the caller is one of the owners by number. */
static const struct set *owner_uids(struct space *space,
				    const struct luo_statement *statement)
{
	u32 first = statement->lists[LUO_KEY_OWNER].first;
	u32 count = statement->lists[LUO_KEY_OWNER].count, i;
	struct set *set = set_new(&space->arena, count);

	for (i = first; i < first + count; i++) {
		if (space->all.values[i].kind == LUO_VALUE_RANGE)
			set_add(set, space->values[i].low,
				space->values[i].low + space->values[i].span);
	}
	set_settle(set);
	return set;
}

static void add_owner(struct space *space, u32 index)
{
	const struct luo_statement *statement = space->all.statements + index;
	struct box *boxes = space->boxes[index];
	const struct set *uids = owner_uids(space, statement);

	boxes[1] = boxes[0];
	box_give(&boxes[0], LUO_KEY_OWNER, owner_set(space, statement));
	if (!uids->count)
		return;
	space->box_count[index] = 2;
	box_give(&boxes[1], LUO_KEY_OWNER,
		 set_of(&space->arena, OWNER_SELF, OWNER_SELF));
	if (boxes[1].keys[LUO_KEY_UID])
		uids = set_and(&space->arena, uids, boxes[1].keys[LUO_KEY_UID]);
	box_give(&boxes[1], LUO_KEY_UID, uids);
}

/* Fills space.boxes for statement number @index. */
void box_of_statement(struct space *space, u32 index)
{
	const struct luo_statement *statement = space->all.statements + index;
	struct box *box = &space->boxes[index][0];
	u32 key;

	box->statement = index;
	space->box_count[index] = 1;
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (statement->keys & BIT(key) && key != LUO_KEY_OWNER)
			box_give(box, key, value_set(space, statement, key));
	}
	if (statement->init_only)
		box_give(box, LUO_KEY_USERNS, set_of(&space->arena, 1, 1));
	if (statement->keys & BIT(LUO_KEY_PID))
		box_give(box, LUO_KEY_PID, set_of(&space->arena, 1, 1));
	if (statement->keys & BIT(LUO_KEY_OWNER))
		add_owner(space, index);
}

/* Leave of @box, which has all keys, what is in @with too. */
void box_and(struct arena *arena, struct box *box, const struct box *with)
{
	u32 left, key;

	for (left = with->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		box->keys[key] = set_and(arena, box->keys[key],
					 with->keys[key]);
	}
}

/* @box is what requests for @op there are in @from: it has all keys. */
void box_at(struct arena *arena, const struct space *space, u32 op,
	    const struct box *from, struct box *box)
{
	*box = space->world[op];
	box->statement = from->statement;
	box_and(arena, box, from);
}

bool box_meets(const struct box *in, const struct box *cover)
{
	u32 left, key;

	for (left = cover->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!set_meets(in->keys[key], cover->keys[key]))
			return false;
	}
	return true;
}

/* The keys in which @in is not within @cover; U32_MAX if they do not meet. */
u32 box_outside(const struct box *in, const struct box *cover)
{
	u32 left, key, outside = 0;

	for (left = cover->given; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (set_within(in->keys[key], cover->keys[key]))
			continue;
		if (!set_meets(in->keys[key], cover->keys[key]))
			return U32_MAX;
		outside |= BIT(key);
	}
	return outside;
}
