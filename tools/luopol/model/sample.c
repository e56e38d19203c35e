// SPDX-License-Identifier: GPL-2.0
/*
 * Samples: a concrete value of each class.
 *
 * A class of names has the names that a prefix matches and no longer pattern does. It
 * is empty if longer patterns match everything that may follow the prefix, or if the
 * rest are not valid paths.
 */

#include <stdio.h>
#include <string.h>

#include "model/request_space.h"
#include "model/sample.h"

/* Bytes to try first behind a prefix, because they are readable. */
static const char preferred[] =
	"xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:@+/";

/* A search for a name: the patterns, and the name so far. */
struct finder {
	const struct luo_names *names;
	enum luo_key key;
	char *name;
	u32 length;
};

/* Whether the name so far is one that the kernel can have. */
static bool is_valid(const struct finder *f)
{
	return f->length && f->length <= luo_name_max[f->key] &&
	       (!luo_key_is_path(f->key) ||
		luo_path_is_normal(f->key, f->name, false));
}

static const char *pattern_text(const struct luo_names *names, u32 i)
{
	return names->text + names->patterns[i].text;
}

/* The first pattern of [low, high) whose byte number @at is not below @byte. */
static u32 bisect(const struct luo_names *names, u32 low, u32 high, u32 at,
		  u32 byte)
{
	u32 middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (names->patterns[middle].length <= at ||
		    (unsigned char)pattern_text(names, middle)[at] < byte)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* No pattern begins with the name so far: extend it only if it is not valid. */
static bool find_fresh(struct finder *f)
{
	if (is_valid(f))
		return true;
	if (f->length >= luo_name_max[f->key])
		return false;
	strcpy(f->name + f->length, "x");
	f->length++;
	return is_valid(f);
}

/* The @i-th byte to try: the preferred ones, then the others. */
static int nth_byte(u32 i)
{
	u32 byte;

	if (i < sizeof(preferred) - 1)
		return (unsigned char)preferred[i];
	byte = i - (sizeof(preferred) - 1) + 1;
	return byte > 255 ? 0 : strchr(preferred, byte) ? -1 : (int)byte;
}

static bool find_name(struct finder *f, u32 low, u32 high);

/*
 * Extend the name so far by one byte: if @taken, by one with which some of the patterns
 * [low, high) continue, else by one with which none does.
 */
static bool find_behind(struct finder *f, u32 low, u32 high, bool taken)
{
	u32 length = f->length, i, from, to;
	const struct luo_pattern *pattern;
	bool covers;
	int byte;

	for (i = 0; (byte = nth_byte(i)); i++) {
		if (byte < 0)
			continue;
		from = bisect(f->names, low, high, length, byte);
		to = bisect(f->names, from, high, length, byte + 1);
		if (from == to ? taken : !taken)
			continue;
		f->length = length + 1;
		f->name[length] = byte;
		f->name[length + 1] = '\0';
		if (!taken && find_fresh(f))
			return true;
		/* The prefix, if there is one, is the first of them, and matches all */
		pattern = &f->names->patterns[from];
		covers = pattern->prefix && pattern->length == length + 1;
		if (taken && !covers && find_name(f, from, to))
			return true;
	}
	f->length = length;
	f->name[length] = '\0';
	return false;
}

/*
 * Find a name that begins with the name so far and that none of the patterns [low,
 * high) matches; these are all longer patterns that begin with it. The recursion is at
 * most as deep as a pattern is long: it goes down only where every byte is taken.
 */
static bool find_name(struct finder *f, u32 low, u32 high)
{
	bool room = f->length < luo_name_max[f->key];

	if (room && find_behind(f, low, high, false))
		return true;
	/* If a literal is the name so far, it is the first pattern */
	if (!(low < high && f->names->patterns[low].length == f->length) &&
	    is_valid(f))
		return true;
	return room && find_behind(f, low, high, true);
}

/* Find a name that no pattern matches. */
static bool find_uncovered(struct finder *f)
{
	static const char usual[] = "/other";
	const char *name = luo_key_is_path(f->key) ? usual : usual + 1;
	u32 first = luo_key_is_path(f->key), from;

	/* Paths begin with '/': a prefix of that alone matches all of them */
	if (f->names->count && f->names->patterns[0].prefix &&
	    f->names->patterns[0].length == first)
		return false;
	from = bisect(f->names, 0, f->names->count, first, name[first]);
	if (from == bisect(f->names, 0, f->names->count, first,
			   name[first] + 1)) {
		strcpy(f->name, name);
		return true;
	}
	f->length = first;
	memcpy(f->name, usual, first);
	f->name[first] = '\0';
	return find_name(f, 0, f->names->count);
}

/* Find a digest that no statement names. Those that do are sorted. */
static void find_other_digest(struct finder *f)
{
	u32 i, number = 0;

	f->length = sprintf(f->name, "sha256:%064x", number);
	for (i = 0; i < f->names->count; i++) {
		if (f->names->patterns[i].length != f->length ||
		    memcmp(pattern_text(f->names, i), f->name, f->length))
			continue;
		sprintf(f->name, "sha256:%064x", ++number);
	}
}

/* The end of the patterns that begin with prefix @i; they follow it. */
static u32 covered_end(const struct luo_names *names, u32 i)
{
	u32 low = i + 1, high = names->count, middle;
	u32 length = names->patterns[i].length;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (names->patterns[middle].length >= length &&
		    !memcmp(pattern_text(names, middle), pattern_text(names, i),
			    length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

char *sample_name(struct arena *arena, const struct request_space *space,
		  enum luo_key key, u32 class)
{
	const struct luo_names *names = &space->names[key];
	struct finder finder = { .names = names, .key = key };
	const struct luo_pattern *pattern;
	struct arena_mark mark;

	if (class == request_space_unknown(space, key))
		return NULL;
	mark = arena_mark(arena);
	finder.name = arena_alloc(arena, luo_name_max[key] + 2);
	if (!class && key == LUO_KEY_VERITY) {
		find_other_digest(&finder);
		return finder.name;
	}
	if (!class) {
		if (find_uncovered(&finder))
			return finder.name;
		arena_release(arena, mark);
		return NULL;
	}
	pattern = names->patterns + class - 1;
	finder.length = pattern->length;
	memcpy(finder.name, pattern_text(names, class - 1), pattern->length);
	finder.name[pattern->length] = '\0';
	if (!pattern->prefix ||
	    find_name(&finder, class, covered_end(names, class - 1)))
		return finder.name;
	arena_release(arena, mark);
	return NULL;
}

/* Whether @id, in the range of @at, is the single id of class @next. */
static bool is_inside(const struct id_class_info *at, const struct id_class_info *next,
		      const struct id_class_info *end, u32 id)
{
	return at->low < at->high && id <= at->high && next < end &&
	       next->low == id && next->high == id;
}

u32 sample_id(const struct id_classes *ids, u32 class, u32 number)
{
	const struct id_class_info *at = ids->classes + class, *next = at + 1;
	const struct id_class_info *end = ids->classes + ids->ids.count;
	u32 id = at->low;

	/* The single ids inside a range are the next classes */
	for (;; id++) {
		while (is_inside(at, next, end, id)) {
			id++;
			next++;
		}
		if (!number--)
			return id;
	}
}

u64 sample_size(const struct request_space *space, u32 class)
{
	const struct luo_sizes *sizes = &space->sizes;

	if (class < sizes->count)
		return sizes->bounds[class];
	return sizes->count ? sizes->bounds[sizes->count - 1] + 1 : 4096;
}

/* ---- Requests ---- */

static u32 pick(const struct class_set *set, u32 wish)
{
	return class_set_has(set, wish) ? wish : set->at[0].low;
}

/* The second class of a set, or the first if it has no other. */
static u32 another(const struct class_set *set)
{
	if (set->at[0].high > set->at[0].low)
		return set->at[0].low + 1;
	return set->count > 1 ? set->at[1].low : set->at[0].low;
}

/* Choose caller and owner together, because their uids may have to differ. */
static void pick_owner(const struct request_space *space, const struct request_box *box,
		       struct luo_request *request)
{
	const struct id_classes *ids = &space->ids[0];
	const struct class_set *uids = box->keys[LUO_KEY_UID];
	const struct class_set *owners = box->keys[LUO_KEY_OWNER];
	u32 uid = uids->at[0].low, owner;

	request->uid = sample_id(ids, uid, 0);
	owner = pick(owners, OWNER_SELF);
	request->owner_known = owner != OWNER_UNKNOWN;
	request->owner = request->uid;
	if (owner <= OWNER_SELF)
		return;
	/* A class of one uid cannot serve both: choose another class for one of them */
	if (owner == OWNER_OTHER(uid) && ids->classes[uid].count < 2) {
		owner = another(owners);
		if (owner == OWNER_OTHER(uid)) {
			uid = another(uids);
			request->uid = sample_id(ids, uid, 0);
		}
	}
	owner -= OWNER_OTHER(0);
	request->owner = sample_id(ids, owner, owner == uid);
}

/* The name that tenants_find() has found, or one of the first class. */
static const char *pick_name(struct arena *arena, const struct request_space *space,
			     const struct request_box *box, enum luo_key key)
{
	if (box->named & BIT(key))
		return box->names[key];
	return sample_name(arena, space, key, box->keys[key]->at[0].low);
}

static void pick_file(struct arena *arena, const struct request_space *space,
		      const struct request_box *box, struct luo_request *request)
{
	const struct id_classes *fowners =
		&space->ids[LUO_KEY_FOWNER - LUO_KEY_UID];
	u32 class;

	request->type = pick_name(arena, space, box, LUO_KEY_TYPE);
	request->obj = pick_name(arena, space, box, LUO_KEY_OBJ);
	class = box->keys[LUO_KEY_FOWNER]->at[0].low;
	request->fowner_known = class != request_space_unknown(space, LUO_KEY_FOWNER);
	if (request->fowner_known)
		request->fowner = sample_id(fowners, class, 0);
	class = box->keys[LUO_KEY_SIZE]->at[0].low;
	request->size_known = class != request_space_unknown(space, LUO_KEY_SIZE);
	if (request->size_known)
		request->size = sample_size(space, class);
}

void sample_request(struct arena *arena, const struct request_space *space, u32 op,
		    const struct request_box *box, struct luo_request *request)
{
	u32 uid;

	*request = (struct luo_request){ .op = op };
	request->session = pick_name(arena, space, box, LUO_KEY_SESSION);
	if (op == SPACE_LIMITS) {
		uid = box->keys[LUO_KEY_UID]->at[0].low;
		request->owner_known = uid != request_space_unknown(space, LUO_KEY_UID);
		if (request->owner_known)
			request->owner = sample_id(&space->ids[0], uid, 0);
		return;
	}
	request->init_userns = pick(box->keys[LUO_KEY_USERNS], 1);
	request->pid1 = pick(box->keys[LUO_KEY_PID], 0);
	if (request->init_userns) {
		request->exe = pick_name(arena, space, box, LUO_KEY_EXE);
		request->verity = pick_name(arena, space, box, LUO_KEY_VERITY);
	}
	request->subj = pick_name(arena, space, box, LUO_KEY_SUBJ);
	request->cgroup = pick_name(arena, space, box, LUO_KEY_CGROUP);
	request->label = pick_name(arena, space, box, LUO_KEY_LABEL);
	request->gid = sample_id(&space->ids[LUO_KEY_GID - LUO_KEY_UID],
				 box->keys[LUO_KEY_GID]->at[0].low, 0);
	pick_owner(space, box, request);
	if (op == LUO_OP_PRESERVE || op == LUO_OP_RESTORE)
		pick_file(arena, space, box, request);
}
