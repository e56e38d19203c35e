// SPDX-License-Identifier: GPL-2.0
/*
 * What differs between two policies.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/diff.h"
#include "api/loaded.h"
#include "common/memory.h"
#include "common/text.h"
#include "render/request_text.h"

/**
 * struct comparison - Two policies and what differs.
 * @old:   The old policy.
 * @new:   The new one.
 * @list:  The differences.
 * @count: How many there are.
 */
struct comparison {
	const struct luopol *old;
	const struct luopol *new;
	struct luopol_difference *list;
	u32 count;
};

/* Room for one more; by @change it is known which of the two policies is meant. */
static struct luopol_difference *add(struct comparison *c, u32 change, bool gave_up)
{
	struct luopol_difference *d;

	c->list = xgrow(c->list, c->count, sizeof(*c->list));
	d = &c->list[c->count++];
	*d = (struct luopol_difference){
		.change = change,
		.flags = gave_up ? LUOPOL_UNSURE : 0,
	};
	return d;
}

static bool new_allows(u32 change)
{
	return change == LUOPOL_MORE || change == LUOPOL_QUIETER;
}

static void set_lines(struct luopol_difference *d, u32 allowing, u32 denying)
{
	d->new_line = new_allows(d->change) ? allowing : denying;
	d->old_line = new_allows(d->change) ? denying : allowing;
}

static char *request_of(const struct diff_way *way, u32 op, bool gave_up,
			const struct luo_request *request)
{
	size_t size;
	char *text;
	FILE *out;

	if (gave_up)
		return xstrdup(luo_op_names[op]);
	out = text_open(&text, &size);
	write_request(out, request, way->keys[op] | BIT(LUO_KEY_SESSION));
	text_close(out);
	return text;
}

static void add_limit(struct comparison *c, u32 change, const struct limit_difference *l)
{
	struct luopol_difference *d = add(c, change, l->gave_up);
	uint64_t other = l->other.line ? l->other.most : UINT64_MAX;
	size_t size;
	char *session;
	FILE *out;

	set_lines(d, l->other.line, l->line);
	d->limit = luo_limit_names[l->kind];
	d->old_most = change == LUOPOL_MORE ? l->most : other;
	d->new_most = change == LUOPOL_MORE ? other : l->most;
	if (l->gave_up) {
		d->request = "";
		return;
	}
	out = text_open(&session, &size);
	write_session(out, l);
	text_close(out);
	d->request = session;
}

static void add_way(struct comparison *c, u32 change, const struct diff_way *way)
{
	const struct difference *found;
	struct luopol_difference *d;
	u32 i;

	for (i = 0; i < way->request_count; i++) {
		found = &way->requests[i];
		d = add(c, change, found->gave_up);
		set_lines(d, found->allow, found->deny);
		d->request = request_of(way, found->op, found->gave_up, &found->request);
	}
	for (i = 0; i < way->limit_count; i++)
		add_limit(c, change, &way->limits[i]);
}

static void add_quiet(struct comparison *c, u32 change, const struct diff_way *way)
{
	const struct quiet_difference *found;
	struct luopol_difference *d;
	u32 i;

	for (i = 0; i < way->quiet_count; i++) {
		found = &way->quiet[i];
		d = add(c, change, found->gave_up);
		set_lines(d, found->quiet, found->logged);
		d->request = request_of(way, found->op, found->gave_up, &found->request);
	}
}

static int compare(void *data)
{
	struct comparison *c = data;
	struct diff diff;

	diff_find(&diff, &c->old->source, &c->new->source, true);
	add_way(c, LUOPOL_MORE, &diff.more);
	add_way(c, LUOPOL_LESS, &diff.less);
	add_quiet(c, LUOPOL_QUIETER, &diff.more);
	add_quiet(c, LUOPOL_LOUDER, &diff.less);
	return 0;
}

/* The caller's function may call this library again: by then the work is done. */
int luopol_diff(const struct luopol *old_policy, const struct luopol *new_policy,
		luopol_difference_fn *each, void *arg, struct luopol_error *error)
{
	struct comparison c = { .old = old_policy, .new = new_policy };
	struct call call;
	int ret = call_run(&call, compare, &c);
	u32 i;

	for (i = 0; !ret && i < c.count; i++)
		ret = each(&c.list[i], arg);
	return call_end(&call, error) ?: ret;
}
