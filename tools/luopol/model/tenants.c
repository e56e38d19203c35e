// SPDX-License-Identifier: GPL-2.0
/*
 * Names with the same tenant in them, and names without.
 *
 * What tenants_find() has to satisfy: each name is of one of the classes of its key, the
 * tenants "with" are there, and those "without" are not. In short it tries finitely many
 * names, and they are enough. Here is why.
 *
 * 1. Which values are unknown is tried in all ways. An unknown name is none; tenants of
 *    it are not compared.
 *
 * 2. Names that tenants "with" tie together are a component, which one of them, its root,
 *    determines: it has the tenant, and the others are made of that. Any other name is a
 *    component of its own. Let Q be tenants "without". Given all other components, Q are
 *    there for one root at most if Q has keys of several components, as the tenant of a
 *    key of another component is then the tenant here.
 *
 * 3. So a component needs no more candidates than one more than there are such Q that
 *    have a key of it: one of them is left, whatever the other components are. A
 *    component with fewer candidates than that has all that there are, and is decided
 *    first, in all ways.
 *
 * 4. What are its candidates? Take any solution. Let c be the tenant of the component, and
 *    x the longest beginning of c up to which a pattern of any of its keys reaches.
 *    - c = x, or a pattern reaches into what is behind c, or is a literal: there are
 *      finitely many such c, and they are tried.
 *    - Otherwise a byte of c follows x. Let e be a byte with which no pattern goes on
 *      there. With x and e for c all classes are what they were, no name is longer, and
 *      none gets a component "." or "..". Is one of the Q there now that was not? By 2 at
 *      most for one e, if Q has keys elsewhere. If all known keys of Q are in here, the
 *      tenant of Q in each is c with the same or with other bytes cut off or added, as
 *      Q's prefixes are longer or shorter. If the same: then it is there for every c, as
 *      long as Q's suffixes do not reach into c; if they do, for one e. If others: c
 *      repeats itself, and each length has one such c. So there are more e than Q, or Q
 *      are there for every c that x begins, and so for the solution, which is none.
 *
 *    So of a component each x is tried, and behind it bytes until there are more than Q.
 *
 * 5. A name that is a component of its own need not have a tenant: where all other keys
 *    of Q are unknown, what falsifies Q is a '/' in it. With x, e, '/' and e once more it
 *    has one behind every prefix, and ends as no suffix does, but for one e for each.
 *
 * 6. Two "with" that have two keys in common, in which they begin with different distances,
 *    have one solution for each length, see 4: it repeats itself. All are tried that are no
 *    longer than what patterns and tenants look at, and three repetitions: longer ones
 *    begin and end as one of these does, and are equal where it is.
 *
 * 7. More than two "with" in one component, names that would be too long with what 5 says
 *    (as a pattern is nearly as long as a name can be), and patterns that leave no e, make
 *    the answer "unsure" if nothing was found.
 */

#include <string.h>

#include <linux/bitops.h>
#include <linux/kernel.h>

#include "model/request_box.h"
#include "model/request_space.h"
#include "model/tenants.h"

#define JOINS_MAX	2		/* in a component */
#define STEPS_MAX	400000		/* names that are tried */

/* ---- Tenants of statements ---- */

const struct tenants *tenants_of(struct arena *arena, const struct luo_program *program,
				 const struct luo_statement *statement)
{
	const struct luo_value *value;
	struct tenants *tenants;
	u32 left, key;

	if (!statement->tenants)
		return NULL;
	tenants = arena_alloc(arena, sizeof(*tenants));
	*tenants = (struct tenants){
		.keys = statement->tenants,
		.known = statement->verb == LUO_VERB_ALLOW,
	};
	for (left = tenants->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		value = program->values + statement->lists[key].first;
		tenants->at[key] = (struct affixes){
			value->text, luo_value_suffix(value), value->length,
			value->suffix,
		};
	}
	return tenants;
}

int tenants_compare(const struct tenants *a, const struct tenants *b)
{
	u32 left, key;
	int order;

	if (!a || !b)
		return !b - !a;
	if (a->keys != b->keys)
		return a->keys < b->keys ? -1 : 1;
	for (left = a->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		order = strcmp(a->at[key].prefix, b->at[key].prefix) ?:
			strcmp(a->at[key].suffix, b->at[key].suffix);
		if (order)
			return order;
	}
	return 0;
}

static bool ends_with(const char *text, u32 length, const char *end, u32 end_length)
{
	return end_length <= length && !memcmp(text + length - end_length, end, end_length);
}

/* What @a has before the tenant beyond @b, and behind it. False if it has less, or others. */
static bool beyond(const struct affixes *a, const struct affixes *b, struct affixes *more)
{
	if (a->prefix_length < b->prefix_length ||
	    memcmp(a->prefix, b->prefix, b->prefix_length) ||
	    !ends_with(a->suffix, a->suffix_length, b->suffix, b->suffix_length))
		return false;
	*more = (struct affixes){
		a->prefix + b->prefix_length, a->suffix,
		a->prefix_length - b->prefix_length, a->suffix_length - b->suffix_length,
	};
	return !memchr(more->prefix, '/', more->prefix_length) &&
	       !memchr(more->suffix, '/', more->suffix_length);
}

static bool same_affixes(const struct affixes *a, const struct affixes *b)
{
	return a->prefix_length == b->prefix_length && a->suffix_length == b->suffix_length &&
	       !memcmp(a->prefix, b->prefix, a->prefix_length) &&
	       !memcmp(a->suffix, b->suffix, a->suffix_length);
}

bool tenants_imply(const struct tenants *a, const struct tenants *b)
{
	struct affixes first = {}, more;
	u32 left, key;

	if (b->keys & ~a->keys)
		return false;
	for (left = b->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!beyond(&a->at[key], &b->at[key], &more))
			return false;
		if (left == b->keys)
			first = more;
		if (!same_affixes(&first, &more))
			return false;
	}
	return true;
}

bool tenants_exclude(const struct tenants *a, const struct tenants *b)
{
	u32 left = a->known || b->known ? a->keys & b->keys : 0;
	const struct affixes *x, *y;

	for (; left; left &= left - 1) {
		x = &a->at[__builtin_ctz(left)];
		y = &b->at[__builtin_ctz(left)];
		if (!ends_with(x->suffix, x->suffix_length, y->suffix, y->suffix_length) &&
		    !ends_with(y->suffix, y->suffix_length, x->suffix, x->suffix_length))
			return true;
	}
	return false;
}

/* The tenant that @name has between the affixes; NULL if it is not made like that. */
static const char *tenant_in(const struct affixes *around, const char *name, u32 *length)
{
	u32 bytes = strlen(name);

	if (bytes <= around->prefix_length + around->suffix_length ||
	    memcmp(name, around->prefix, around->prefix_length) ||
	    !ends_with(name, bytes, around->suffix, around->suffix_length))
		return NULL;
	*length = bytes - around->prefix_length - around->suffix_length;
	name += around->prefix_length;
	return memchr(name, '/', *length) ? NULL : name;
}

/* Whether those of @names that are in @known have the same tenant. */
static bool tenants_hold(const struct tenants *tenants, u32 known, char *const *names)
{
	u32 left = tenants->keys & known, key, length, first_length = 0;
	const char *tenant, *first = NULL;

	for (; left; left &= left - 1) {
		key = __builtin_ctz(left);
		tenant = tenant_in(&tenants->at[key], names[key], &length);
		if (!tenant || (first && (length != first_length ||
					  memcmp(tenant, first, length))))
			return false;
		first = tenant;
		first_length = length;
	}
	return true;
}

/* ---- Classes ---- */

/* The pattern of @length bytes that begins as @name does: its class, or 0. */
static u32 pattern_class(const struct luo_names *names, const char *name, u32 length,
			 bool prefix)
{
	u32 low = 0, high = names->count, middle, common;
	const struct luo_pattern *at;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		at = &names->patterns[middle];
		common = at->length < length ? at->length : length;
		order = memcmp(names->text + at->text, name, common) ?:
			(at->length > length) - (at->length < length) ?:
			prefix - at->prefix;
		if (!order)
			return middle + 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

/* The class of a name, as the kernel finds it. */
static u32 name_class(const struct luo_names *names, const char *name)
{
	u32 length = strlen(name), i = names->length_count, class;

	class = pattern_class(names, name, length, false);
	while (!class && i--) {
		if (names->lengths[i] <= length)
			class = pattern_class(names, name, names->lengths[i], true);
	}
	return class;
}

/* The first pattern that is not before @name, of @length bytes, and @byte behind it. */
static u32 first_pattern(const struct luo_names *names, const char *name, u32 length, u32 byte)
{
	u32 low = 0, high = names->count, middle, common;
	const struct luo_pattern *at;
	const char *text;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		at = &names->patterns[middle];
		text = names->text + at->text;
		common = at->length < length ? at->length : length;
		order = memcmp(text, name, common);
		if (!order && at->length > length)
			order = (unsigned char)text[length] < byte ? -1 : 1;
		else if (!order)
			order = -1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Mark the bytes with which patterns go on that begin with the @length bytes of @name. */
static void mark_bytes(const struct luo_names *names, const char *name, u32 length, bool *taken)
{
	const struct luo_pattern *at;
	const char *text;
	u32 byte = 0, i;

	while (byte < 256) {
		i = first_pattern(names, name, length, byte);
		at = &names->patterns[i];
		text = names->text + at->text;
		if (i == names->count || at->length <= length || memcmp(text, name, length))
			return;
		byte = (unsigned char)text[length];
		taken[byte++] = true;
	}
}

/* ---- Components ---- */

struct candidate {
	char *names[LUO_NAME_KEYS];
};

/*
 * Names that determine each other. @inside are the tenants "without" whose known keys
 * are all among @keys, @across those that have some among them and some elsewhere.
 */
struct component {
	u32 keys;
	u32 root;
	const struct tenants *joins[JOINS_MAX];
	u32 join_count;
	u32 inside;
	u32 across;
	bool tangled;		/* more than two tenants, or no key in common: see 7 */
	struct candidate *candidates;
	u32 count;
};

struct solver {
	struct arena *arena;
	const struct request_space *space;
	const struct request_box *box;
	const struct tenants **without;
	u32 without_count;
	u32 keys;			/* that have tenants of any kind */
	u32 known;			/* those whose values are to be found */
	struct component components[LUO_NAME_KEYS];
	u32 component_count;
	char *names[LUO_NAME_KEYS];
	u32 steps;
	bool unsure;
};

static u32 unknown_class(const struct solver *s, u32 key)
{
	return request_space_unknown(s->space, key);
}

static bool is_name(const struct solver *s, u32 key, const char *name)
{
	if (!*name || strlen(name) > luo_name_max[key] ||
	    (luo_key_is_path(key) && !luo_path_is_normal(key, name, false)))
		return false;
	return class_set_has(s->box->keys[key], name_class(&s->space->names[key], name));
}

static char *put_around(struct solver *s, const struct affixes *around, const char *tenant,
			u32 length)
{
	char *name = arena_alloc(s->arena, around->prefix_length + length +
				 around->suffix_length + 1);

	memcpy(name, around->prefix, around->prefix_length);
	memcpy(name + around->prefix_length, tenant, length);
	memcpy(name + around->prefix_length + length, around->suffix,
	       around->suffix_length + 1);
	return name;
}

/* Make the names of a component from its root. */
static bool derive(struct solver *s, const struct component *c, char *root,
		   struct candidate *made)
{
	const char *tenant;
	u32 i, left, key, length;
	char *name;

	*made = (struct candidate){};
	made->names[c->root] = root;
	for (i = 0; i < c->join_count; i++) {
		tenant = tenant_in(&c->joins[i]->at[c->root], root, &length);
		if (!tenant)
			return false;
		for (left = c->joins[i]->keys & c->keys; left; left &= left - 1) {
			key = __builtin_ctz(left);
			name = put_around(s, &c->joins[i]->at[key], tenant, length);
			if (made->names[key] && strcmp(made->names[key], name))
				return false;
			made->names[key] = name;
		}
	}
	for (left = c->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!is_name(s, key, made->names[key]))
			return false;
	}
	return true;
}

/* None of the tenants "without" that are about the component alone. */
static bool has_none_inside(const struct solver *s, const struct component *c,
			    const struct candidate *made)
{
	u32 i, keys;

	for (i = 0; i < s->without_count; i++) {
		keys = s->without[i]->keys & s->known;
		if (!(keys & ~c->keys) && tenants_hold(s->without[i], keys, made->names))
			return false;
	}
	return true;
}

/* Enough of them for whatever the other components are, see above. */
static bool has_enough(const struct component *c)
{
	return c->count > c->across;
}

static bool is_there(const struct component *c, const char *root)
{
	u32 i;

	for (i = 0; i < c->count; i++) {
		if (!strcmp(c->candidates[i].names[c->root], root))
			return true;
	}
	return false;
}

enum tried {
	TRIED_NO_NAME,		/* not of these classes, or no name at all */
	TRIED_WITHOUT,		/* it has tenants that it is to be without */
	TRIED_GOOD,
};

/* Try the root that is @head and @body and @tail. */
static enum tried try_root(struct solver *s, struct component *c, const char *head,
			   const char *body, const char *tail)
{
	struct arena_mark mark = arena_mark(s->arena);
	enum tried tried = TRIED_NO_NAME;
	struct candidate made;
	char *root;

	if (++s->steps > STEPS_MAX) {
		s->unsure = true;
		return TRIED_NO_NAME;
	}
	root = arena_alloc(s->arena, strlen(head) + strlen(body) + strlen(tail) + 1);
	strcpy(stpcpy(stpcpy(root, head), body), tail);
	if (derive(s, c, root, &made))
		tried = has_none_inside(s, c, &made) ? TRIED_GOOD : TRIED_WITHOUT;
	if (tried == TRIED_GOOD && !has_enough(c) && !is_there(c, root)) {
		c->candidates[c->count++] = made;
		return tried;
	}
	arena_release(s->arena, mark);
	return tried;
}

/* Bytes to try first, because they are readable. */
static const char readable[] =
	"xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_:@+";

/* Byte number @i of those to try; 0 behind the last, -1 for none. */
static int nth_byte(u32 i)
{
	u32 byte;

	if (i < sizeof(readable) - 1)
		return (unsigned char)readable[i];
	byte = i - (sizeof(readable) - 1) + 1;
	if (byte > 255)
		return 0;
	return byte == '/' || strchr(readable, byte) ? -1 : (int)byte;
}

/* Mark the bytes with which patterns of any key go on, if the root begins with @head. */
static void mark_taken(struct solver *s, const struct component *c, const char *head, bool *taken)
{
	struct affixes around;
	u32 i, left, key, skip;
	char *name;

	if (!c->join_count)
		mark_bytes(&s->space->names[c->root], head, strlen(head), taken);
	for (i = 0; i < c->join_count; i++) {
		skip = c->joins[i]->at[c->root].prefix_length;
		for (left = c->joins[i]->keys & c->keys; left; left &= left - 1) {
			key = __builtin_ctz(left);
			around = c->joins[i]->at[key];
			around.suffix = "";
			around.suffix_length = 0;
			name = put_around(s, &around, head + skip, strlen(head) - skip);
			mark_bytes(&s->space->names[key], name, strlen(name), taken);
		}
	}
}

/*
 * Try bytes behind @head with which no pattern goes on, until there are more than of
 * what the component is to be without; if @split, each twice, and '/' between.
 */
static void try_bytes(struct solver *s, struct component *c, const char *head, const char *tail,
		      bool split)
{
	bool taken[256] = {};
	u32 i, without = 0;
	char body[4] = {};
	int byte;

	mark_taken(s, c, head, taken);
	for (i = 0; (byte = nth_byte(i)); i++) {
		if (byte < 0 || taken[byte])
			continue;
		body[0] = byte;
		if (split) {
			body[1] = '/';
			body[2] = byte;
		}
		switch (try_root(s, c, head, body, tail)) {
		case TRIED_GOOD:
			if (has_enough(c))
				return;
			break;
		case TRIED_WITHOUT:
			if (++without > c->inside)
				return;
			break;
		case TRIED_NO_NAME:
			/* Nor is it with another byte. '/' takes more room than a name need. */
			s->unsure |= split && c->inside;
			return;
		}
	}
	s->unsure = true;
}

/* Try @head and @tail, and where the end of one is the beginning of the other: once. */
static void try_overlaps(struct solver *s, struct component *c, const char *head, const char *tail)
{
	u32 length = strlen(head), most = strlen(tail), t;

	for (t = 0; t <= length && t <= most; t++) {
		if (!memcmp(head + length - t, tail, t))
			try_root(s, c, head, tail + t, "");
	}
}

/* ---- Candidates of names that stand alone ---- */

static void try_alone(struct solver *s, struct component *c, u32 class)
{
	const struct luo_names *names = &s->space->names[c->root];
	const struct luo_pattern *at = &names->patterns[class - 1];
	const char *first = luo_key_is_path(c->root) ? "/" : "";
	char *head;

	if (class) {
		head = arena_alloc(s->arena, at->length + 1);
		memcpy(head, names->text + at->text, at->length);
		head[at->length] = '\0';
	} else {
		head = strcpy(arena_alloc(s->arena, 2), first);
	}
	/* A prefix of all paths, as "*" is, has to begin as a path does */
	if (!*head)
		head = strcpy(arena_alloc(s->arena, 2), first);
	try_root(s, c, head, "", "");
	if (class && !at->prefix)
		return;
	if (!has_enough(c))
		try_bytes(s, c, head, "", false);
	if (!has_enough(c))
		try_bytes(s, c, head, "", true);
}

static void find_alone(struct solver *s, struct component *c)
{
	const struct class_set *set = s->box->keys[c->root];
	u32 i, class;

	for (i = 0; i < set->count; i++) {
		for (class = set->at[i].low; class <= set->at[i].high; class++) {
			if (has_enough(c))
				return;
			if (class != unknown_class(s, c->root))
				try_alone(s, c, class);
		}
	}
}

/* ---- Candidates of names with tenants ---- */

/* What the root of a component begins and ends with, by all of its tenants. */
struct ends {
	const char *head;
	const char *tail;
};

static bool find_ends(const struct component *c, struct ends *ends)
{
	const struct affixes *around;
	u32 i, head = 0, tail = 0;

	*ends = (struct ends){ "", "" };
	for (i = 0; i < c->join_count; i++) {
		around = &c->joins[i]->at[c->root];
		if (memcmp(around->prefix, ends->head,
			   around->prefix_length < head ? around->prefix_length : head))
			return false;
		if (!ends_with(around->suffix, around->suffix_length, ends->tail, tail) &&
		    !ends_with(ends->tail, tail, around->suffix, around->suffix_length))
			return false;
		if (around->prefix_length > head) {
			ends->head = around->prefix;
			head = around->prefix_length;
		}
		if (around->suffix_length > tail) {
			ends->tail = around->suffix;
			tail = around->suffix_length;
		}
	}
	return true;
}

/* Tenants that begin with the @length bytes of @begin, by tenants @join. */
static void try_beginning(struct solver *s, struct component *c, const struct ends *ends,
			  const struct tenants *join, const char *begin, u32 length)
{
	struct affixes around = join->at[c->root];
	const char *head;
	u32 most = strlen(ends->head), common;

	around.suffix = "";
	around.suffix_length = 0;
	head = put_around(s, &around, begin, length);
	common = strlen(head) < most ? strlen(head) : most;
	if (memcmp(head, ends->head, common))
		return;
	if (strlen(head) < most)
		head = ends->head;
	try_overlaps(s, c, head, ends->tail);
	if (!has_enough(c))
		try_bytes(s, c, head, ends->tail, false);
}

/* Tenants up to which pattern @class of @key reaches, or that it determines. */
static void try_pattern(struct solver *s, struct component *c, const struct ends *ends,
			const struct tenants *join, u32 key, u32 class)
{
	const struct luo_names *names = &s->space->names[key];
	const struct luo_pattern *at = &names->patterns[class - 1];
	const struct affixes *around = &join->at[key];
	const char *text = names->text + at->text;
	u32 length, t;

	if (at->length <= around->prefix_length ||
	    memcmp(text, around->prefix, around->prefix_length))
		return;
	length = at->length - around->prefix_length;
	text += around->prefix_length;
	if (!at->prefix) {
		if (length > around->suffix_length &&
		    ends_with(text, length, around->suffix, around->suffix_length))
			try_beginning(s, c, ends, join, text, length - around->suffix_length);
		return;
	}
	/* It may reach into what is behind the tenant */
	for (t = 0; t < length && t <= around->suffix_length; t++) {
		if (!memcmp(text + length - t, around->suffix, t))
			try_beginning(s, c, ends, join, text, length - t);
	}
}

static void try_patterns(struct solver *s, struct component *c, const struct ends *ends,
			 const struct tenants *join, u32 key)
{
	const struct class_set *set = s->box->keys[key];
	u32 i, class;

	for (i = 0; i < set->count; i++) {
		for (class = set->at[i].low; class <= set->at[i].high; class++) {
			if (has_enough(c))
				return;
			if (class && class != unknown_class(s, key))
				try_pattern(s, c, ends, join, key, class);
		}
	}
}

/* How much farther than in the root a tenant begins in @key. */
static int shift(const struct component *c, u32 join, u32 key)
{
	const struct tenants *tenants = c->joins[join];

	return (int)tenants->at[key].prefix_length - (int)tenants->at[c->root].prefix_length;
}

/* A key in which two tenants begin with another distance than in the root; or the root. */
static u32 shifted_key(const struct component *c)
{
	u32 left, key;

	if (c->join_count < 2)
		return c->root;
	for (left = c->joins[0]->keys & c->joins[1]->keys & c->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (shift(c, 0, key) != shift(c, 1, key))
			return key;
	}
	return c->root;
}

/* The longest of what the classes of a component and all tenants look at. */
static u32 longest_look(const struct solver *s, const struct component *c)
{
	u32 left, i, most = 0, key, length;

	for (left = c->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		length = s->space->names[key].longest;
		most = length > most ? length : most;
		for (i = 0; i < s->without_count; i++) {
			length = s->without[i]->at[key].prefix_length +
				 s->without[i]->at[key].suffix_length;
			most = length > most ? length : most;
		}
	}
	return most;
}

/*
 * One root of each length, see 6 above. Between head and tail each byte is one that comes
 * before it: tenant @near is at the same byte of @key as tenant @far, which has it from farther
 * to the left in the root, or in what is before it in @key.
 */
static void try_lengths(struct solver *s, struct component *c, const struct ends *ends, u32 key)
{
	u32 near = shift(c, 0, key) < shift(c, 1, key) ? 0 : 1, far = !near;
	const struct affixes *before = &c->joins[far]->at[key];
	int back = shift(c, far, key) - shift(c, near, key);
	u32 head = strlen(ends->head), tail = strlen(ends->tail), i, at, length, most;
	char *root, *part;

	most = head + tail + longest_look(s, c) + 3 * back;
	if (most > luo_name_max[c->root])
		most = luo_name_max[c->root];
	root = arena_alloc(s->arena, head + most + 1);
	part = arena_alloc(s->arena, head + most + 1);
	memcpy(root, ends->head, head);
	for (i = head; i < most; i++) {
		at = i + shift(c, near, key);
		root[i] = at < before->prefix_length ? before->prefix[at] : root[i - back];
	}
	for (length = head > tail ? head : tail; length <= most && !has_enough(c); length++) {
		memcpy(part, root, length);
		memcpy(part + length - tail, ends->tail, tail + 1);
		try_root(s, c, part, "", "");
	}
}

static void find_joined(struct solver *s, struct component *c)
{
	u32 i, left, key = shifted_key(c);
	struct ends ends;

	if (!find_ends(c, &ends))
		return;
	if (key != c->root) {
		try_lengths(s, c, &ends, key);
		return;
	}
	for (i = 0; i < c->join_count; i++) {
		if (!has_enough(c))
			try_beginning(s, c, &ends, c->joins[i], "", 0);
	}
	for (i = 0; i < c->join_count; i++) {
		for (left = c->joins[i]->keys & c->keys; left; left &= left - 1)
			try_patterns(s, c, &ends, c->joins[i], __builtin_ctz(left));
	}
}

/* ---- All components ---- */

/* Add tenants "with" to the component that has a key of theirs; join those that do. */
static void add_join(struct solver *s, const struct tenants *join)
{
	u32 i, kept = 0, keys = join->keys & s->known;
	struct component made = { .keys = keys };

	if (!keys)
		return;
	for (i = 0; i < s->component_count; i++) {
		struct component *c = &s->components[i];

		if (!(c->keys & keys)) {
			s->components[kept++] = *c;
			continue;
		}
		made.keys |= c->keys;
		made.tangled |= c->tangled || made.join_count + c->join_count >= JOINS_MAX;
		if (c->join_count && !made.tangled)
			made.joins[made.join_count++] = c->joins[0];
	}
	if (!made.tangled)
		made.joins[made.join_count++] = join;
	s->components[kept++] = made;
	s->component_count = kept;
}

static void find_components(struct solver *s)
{
	u32 i, left, common;

	s->component_count = 0;
	for (left = s->known; left; left &= left - 1)
		s->components[s->component_count++] =
			(struct component){ .keys = left & -left };
	for (i = 0; i < s->box->with_count; i++)
		add_join(s, s->box->with[i]);
	for (i = 0; i < s->component_count; i++) {
		struct component *c = &s->components[i];

		common = c->keys;
		if (c->join_count)
			common &= c->joins[0]->keys;
		if (c->join_count > 1)
			common &= c->joins[1]->keys;
		c->tangled |= !common;
		c->root = __builtin_ctz(c->keys & (common ?: c->keys));
	}
}

/* Returns false if the component has no candidate. */
static bool find_candidates(struct solver *s, struct component *c)
{
	u32 i, keys;

	if (c->tangled) {
		s->unsure = true;
		return false;
	}
	for (i = 0; i < s->without_count; i++) {
		keys = s->without[i]->keys & s->known;
		if (!(keys & c->keys))
			continue;
		if (keys & ~c->keys)
			c->across++;
		else
			c->inside++;
	}
	c->candidates = arena_alloc(s->arena, (c->across + 1) * sizeof(*c->candidates));
	if (c->join_count)
		find_joined(s, c);
	else
		find_alone(s, c);
	return c->count;
}

/* None of the tenants "without" whose known keys are all in @done. */
static bool has_none(const struct solver *s, u32 done)
{
	u32 i, keys;

	for (i = 0; i < s->without_count; i++) {
		keys = s->without[i]->keys & s->known;
		if (!(keys & ~done) && tenants_hold(s->without[i], keys, s->names))
			return false;
	}
	return true;
}

/* Choose candidates of the components from number @i on. */
static bool choose(struct solver *s, u32 i, u32 done)
{
	const struct component *c = &s->components[i];
	u32 j, left;

	if (i == s->component_count)
		return true;
	for (j = 0; j < c->count; j++) {
		if (++s->steps > STEPS_MAX) {
			s->unsure = true;
			return false;
		}
		for (left = c->keys; left; left &= left - 1)
			s->names[__builtin_ctz(left)] =
				c->candidates[j].names[__builtin_ctz(left)];
		if (has_none(s, done | c->keys) && choose(s, i + 1, done | c->keys))
			return true;
	}
	return false;
}

/* Those that have all of their candidates first. */
static void sort_components(struct solver *s)
{
	struct component moved;
	u32 i, j;

	for (i = 1; i < s->component_count; i++) {
		moved = s->components[i];
		for (j = i; j && has_enough(&s->components[j - 1]) && !has_enough(&moved); j--)
			s->components[j] = s->components[j - 1];
		s->components[j] = moved;
	}
}

/* Whether there is a request in which the values of @hidden are unknown, and no others. */
static bool find_known(struct solver *s, u32 hidden)
{
	u32 i;

	s->known = s->keys & ~hidden;
	memset(s->names, 0, sizeof(s->names));
	for (i = 0; i < s->without_count; i++) {
		if (!(s->without[i]->keys & s->known))
			return false;
	}
	find_components(s);
	for (i = 0; i < s->component_count; i++) {
		if (!find_candidates(s, &s->components[i]))
			return false;
	}
	sort_components(s);
	return choose(s, 0, 0);
}

static void collect(struct solver *s)
{
	const struct tenants_list *list;
	u32 i;

	for (i = 0; i < s->box->with_count; i++)
		s->keys |= s->box->with[i]->keys;
	for (list = s->box->without; list; list = list->next) {
		s->keys |= list->tenants->keys;
		s->without_count++;
	}
	s->without = arena_alloc(s->arena, (s->without_count + 1) * sizeof(*s->without));
	for (i = 0, list = s->box->without; list; list = list->next)
		s->without[i++] = list->tenants;
}

/* The keys whose values may be unknown, and those whose values have to be. */
static void find_hidden(const struct solver *s, u32 *may, u32 *must)
{
	const struct class_set *set;
	u32 left, key;

	*may = 0;
	*must = 0;
	for (left = s->keys; left; left &= left - 1) {
		key = __builtin_ctz(left);
		set = s->box->keys[key];
		if (!class_set_has(set, unknown_class(s, key)))
			continue;
		*may |= BIT(key);
		if (set->at[0].low == unknown_class(s, key) ||
		    (key == LUO_KEY_EXE && !class_set_has(s->box->keys[LUO_KEY_USERNS], 1)))
			*must |= BIT(key);
	}
}

enum tenants_found tenants_find(struct arena *arena, const struct request_space *space,
				struct request_box *box)
{
	struct solver s = { .arena = arena, .space = space, .box = box };
	u32 may, must, hidden = 0;
	bool found;

	collect(&s);
	find_hidden(&s, &may, &must);
	may &= ~must;
	/* All subsets of @may */
	for (;;) {
		found = find_known(&s, must | hidden);
		if (found || hidden == may)
			break;
		hidden = (hidden - may) & may;
	}
	if (found) {
		box->named = s.keys;
		memcpy(box->names, s.names, sizeof(s.names));
		return TENANTS_SOME;
	}
	return s.unsure || box->unsure ? TENANTS_UNSURE : TENANTS_NONE;
}
