/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random policies and requests. Names and numbers come from so few that
 * statements overlap in all ways.
 */

#ifndef _LUO_TESTS_RANDOM_H
#define _LUO_TESTS_RANDOM_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define TEXT_MAX	1048576
#define RULES_MAX	400

static uint64_t state;

/* xorshift64*: the same numbers everywhere */
static uint32_t random_below(uint32_t bound)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 32) % bound;
}

static bool one_in(uint32_t n)
{
	return !random_below(n);
}

struct text {
	char at[TEXT_MAX];
	size_t length;
};

static void put(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->length += vsnprintf(text->at + text->length,
				  TEXT_MAX - text->length, format, args);
	va_end(args);
	if (text->length >= TEXT_MAX)
		abort();
}

/* @letters: of how many the name is made; @most: how long it may be */
static void random_name(char *name, const char *head, uint32_t letters,
			uint32_t most)
{
	uint32_t length = random_below(most + 1);

	name += sprintf(name, "%s", head);
	while (length--)
		*name++ = 'a' + random_below(letters);
	*name = '\0';
}

struct taste {
	uint32_t letters;
	uint32_t most;		/* letters in a name */
	uint32_t ids;
	uint32_t keys;		/* a key is there once in so many */
	uint32_t values;	/* most in a list */
	uint32_t limits;	/* a statement is a limit once in so many */
	uint32_t tenants;	/* a statement has tenants once in so many */
};

static struct taste random_taste(void)
{
	return (struct taste){
		.letters = 1 + random_below(3),
		.most = 1 + random_below(6),
		.ids = 2 + random_below(30),
		.keys = 1 + random_below(one_in(2) ? 4 : 12),
		.values = 1 + random_below(one_in(8) ? 20 : 4),
		.limits = 1 + random_below(8),
		.tenants = 1 + random_below(one_in(2) ? 2 : 12),
	};
}

static uint32_t random_id(const struct taste *taste)
{
	if (one_in(20))
		return 4294967294U - random_below(3);
	return random_below(taste->ids);
}

static void put_name_value(struct text *text, const struct taste *taste,
			   const char *head)
{
	char name[16];

	random_name(name, head, taste->letters, taste->most);
	if (one_in(3) || !name[strlen(head)])
		put(text, "%s*", name);
	else
		put(text, "%s", name);
}

static void put_id_value(struct text *text, const struct taste *taste)
{
	uint32_t a = random_id(taste), b = random_id(taste);

	/* Not 5-5, which is 5 again */
	if (a == b || one_in(2))
		put(text, "%u", a);
	else
		put(text, "%u-%u", a < b ? a : b, a < b ? b : a);
}

/* Sizes are as few as ids are, with and without a unit. */
static uint64_t random_size(const struct taste *taste)
{
	static const unsigned char shifts[] = { 0, 0, 10, 20, 30, 40 };
	uint64_t size = random_below(taste->ids);

	if (one_in(20))
		return INT64_MAX - random_below(2);
	return size << shifts[random_below(sizeof(shifts))];
}

static void put_size(struct text *text, const char *key, uint64_t size)
{
	static const char units[] = " KMGT";
	int unit = 0;

	while (unit < 4 && size && !(size % 1024) && !one_in(5)) {
		size /= 1024;
		unit++;
	}
	put(text, " %s=%" PRIu64 "%.*s", key, size, !!unit, units + unit);
}

/* Digests are as few as letters are. */
static void random_verity(char *verity, const struct taste *taste)
{
	bool large = one_in(4);

	sprintf(verity, "sha%d:%0*u", large ? 512 : 256, large ? 128 : 64,
		random_below(taste->letters + 1));
}

static void put_value(struct text *text, const struct taste *taste,
		      enum luo_key key)
{
	char verity[LUO_POLICY_VERITY_MAX + 1];

	switch (key) {
	case LUO_KEY_SESSION:
	case LUO_KEY_TYPE:
	case LUO_KEY_SUBJ:
	case LUO_KEY_LABEL:
	case LUO_KEY_OBJ:
		put_name_value(text, taste, "");
		break;
	case LUO_KEY_EXE:
	case LUO_KEY_CGROUP:
		put_name_value(text, taste, "/");
		break;
	case LUO_KEY_VERITY:
		random_verity(verity, taste);
		put(text, "%s", verity);
		break;
	case LUO_KEY_OWNER:
		if (one_in(3)) {
			put(text, one_in(2) ? "self" : "unknown");
			break;
		}
		put_id_value(text, taste);
		break;
	default:
		put_id_value(text, taste);
	}
}

/* A list without the values it has already. */
static void put_list(struct text *text, const struct taste *taste,
		     enum luo_key key)
{
	uint32_t count = 1 + random_below(taste->values);
	static struct text list_text, value_text;
	struct text *list = &list_text, *value = &value_text;

	list->length = 0;
	put(list, ",");
	while (count--) {
		value->length = 0;
		put(value, ",");
		put_value(value, taste, key);
		put(value, ",");
		if (!strstr(list->at, value->at))
			put(list, "%s", value->at + 1);
	}
	list->at[list->length - 1] = '\0';
	put(text, " %s=%s", luo_key_names[key], list->at + 1);
}

/* A tenant between a few letters; '/' may stand on both sides of it. */
static void put_tenant(struct text *text, const struct taste *taste,
		       enum luo_key key)
{
	bool path = key == LUO_KEY_EXE || key == LUO_KEY_CGROUP;
	uint32_t most = taste->most < 2 ? taste->most : 2;
	char prefix[16], suffix[16];

	random_name(prefix, path ? "/" : "", taste->letters, most);
	random_name(suffix, "", taste->letters, most);
	put(text, " %s=%s%s%%%s%s", luo_key_names[key], prefix,
	    prefix[path] && one_in(8) ? "/" : "",
	    *suffix && one_in(8) ? "/" : "", suffix);
}

static void put_ops(struct text *text, uint32_t ops)
{
	const char *comma = " ";
	uint32_t op;

	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (ops & BIT(op)) {
			put(text, "%s%s", comma, luo_op_names[op]);
			comma = ",";
		}
	}
}

static bool is_of_file(enum luo_key key)
{
	return key == LUO_KEY_TYPE || key == LUO_KEY_OBJ ||
	       key == LUO_KEY_FOWNER || key == LUO_KEY_SIZE;
}

static void put_limit(struct text *text, const struct taste *taste)
{
	uint32_t limits = 1 + random_below(7);

	put(text, "limit");
	if (limits & BIT(LUO_LIMIT_FILES))
		put(text, " files=%u", random_below(taste->ids));
	if (one_in(taste->keys))
		put_list(text, taste, LUO_KEY_SESSION);
	if (one_in(taste->keys))
		put_list(text, taste, LUO_KEY_UID);
	if (limits & BIT(LUO_LIMIT_BYTES))
		put_size(text, "bytes", random_size(taste));
	if (limits & BIT(LUO_LIMIT_SESSIONS))
		put(text, " sessions=%u", random_below(taste->ids));
	put(text, "\n");
}

/* Two names at least, or none. */
static uint32_t random_tenants(const struct taste *taste, uint32_t ops)
{
	uint32_t keys = 0;
	enum luo_key key;

	if (!one_in(taste->tenants))
		return 0;
	while (!(keys & (keys - 1))) {
		key = random_below(LUO_KEY_UID);
		if (key != LUO_KEY_VERITY &&
		    (!is_of_file(key) || !(ops & (BIT(LUO_OP_PRESERVE) - 1))))
			keys |= BIT(key);
	}
	return keys;
}

static void put_rule(struct text *text, const struct taste *taste)
{
	uint32_t ops = 1 + random_below(BIT(LUO_OP_COUNT) - 1);
	uint32_t tenants = random_tenants(taste, ops);
	bool deny = one_in(4);
	enum luo_key key;

	put(text, deny ? "deny" : "allow");
	put_ops(text, ops);
	for (key = 0; key < LUO_KEY_USERNS; key++) {
		if (is_of_file(key) && ops & (BIT(LUO_OP_PRESERVE) - 1))
			continue;
		if (tenants & BIT(key))
			put_tenant(text, taste, key);
		if (tenants & BIT(key) || !one_in(taste->keys))
			continue;
		if (key == LUO_KEY_SIZE)
			put_size(text, "size", random_size(taste));
		else
			put_list(text, taste, key);
	}
	if (one_in(3))
		put(text, " userns=%s", one_in(2) ? "init" : "any");
	if (one_in(2 * taste->keys))
		put(text, " pid=1");
	if (!deny && one_in(4))
		put(text, " audit");
	if (deny && one_in(2))
		put(text, " quiet");
	put(text, "\n");
}

static void random_policy(struct text *text, const struct taste *taste)
{
	uint32_t count = random_below(one_in(10) ? RULES_MAX : 40);

	text->length = 0;
	put(text, "policy name=t version=1\n");
	while (count--) {
		if (one_in(taste->limits))
			put_limit(text, taste);
		else
			put_rule(text, taste);
	}
	put(text, "end\n");
}

struct random_request {
	struct luo_request request;
	char session[16];
	char type[16];
	char exe[16];
	char verity[LUO_POLICY_VERITY_MAX + 1];
	char subj[16];
	char cgroup[16];
	char label[16];
	char obj[16];
};

/* Of the tenant, unless that is NULL; some have a '/' between letters. */
static void request_name(char *name, const char *head, const char *tenant,
			 const struct taste *taste)
{
	uint32_t most = taste->most < 2 ? taste->most : 2;
	size_t first = strlen(head), length;

	if (tenant && !one_in(6)) {
		random_name(name, head, taste->letters, most);
		strcat(name, tenant);
		random_name(name + strlen(name), "", taste->letters, most);
	} else {
		random_name(name, head, taste->letters, taste->most + 1);
	}
	length = strlen(name);
	if (length > first + 2 && one_in(8))
		name[first + 1 + random_below(length - first - 2)] = '/';
}

static void random_request(struct random_request *r, const struct taste *taste)
{
	char name[16], *tenant = one_in(2) ? name : NULL;

	random_name(name, "", taste->letters, taste->most + 1);
	request_name(r->session, "", tenant, taste);
	request_name(r->type, "", tenant, taste);
	request_name(r->exe, "/", tenant, taste);
	random_verity(r->verity, taste);
	request_name(r->subj, "", tenant, taste);
	request_name(r->cgroup, "/", tenant, taste);
	request_name(r->label, "", tenant, taste);
	request_name(r->obj, "", tenant, taste);
	r->request = (struct luo_request){
		.op = random_below(LUO_OP_COUNT),
		.uid = random_id(taste),
		.gid = random_id(taste),
		.init_userns = !one_in(4),
		.pid1 = one_in(2),
		.exe = one_in(12) ? NULL : r->exe,
		.verity = one_in(3) ? NULL : r->verity,
		.subj = one_in(12) ? NULL : r->subj,
		.cgroup = one_in(12) ? NULL : r->cgroup,
		.session = r->session,
		.label = one_in(12) ? NULL : r->label,
		.owner_known = !one_in(5),
	};
	r->request.owner = one_in(3) ? r->request.uid : random_id(taste);
	if (r->request.op < LUO_OP_PRESERVE)
		return;
	r->request.type = one_in(20) ? NULL : r->type;
	r->request.obj = one_in(12) ? NULL : r->obj;
	r->request.fowner = random_id(taste);
	r->request.fowner_known = !one_in(12);
	r->request.size = random_size(taste) + random_below(3) - 1;
	r->request.size_known = !one_in(12);
}

/* Whether the kernel makes such a request. */
static inline bool is_asked(const struct luo_request *r)
{
	size_t exe = r->exe ? strlen(r->exe) : 2;
	size_t cgroup = r->cgroup ? strlen(r->cgroup) : 2;

	if (!*r->session || (r->op >= LUO_OP_PRESERVE && !r->type))
		return false;
	if (r->op >= LUO_OP_PRESERVE &&
	    (!*r->type || (r->obj && !*r->obj) || r->size > INT64_MAX))
		return false;
	if (exe < 2 || !cgroup || (r->subj && !*r->subj) ||
	    (r->label && !*r->label))
		return false;
	return r->init_userns || (!r->exe && !r->verity);
}

#endif /* _LUO_TESTS_RANDOM_H */
