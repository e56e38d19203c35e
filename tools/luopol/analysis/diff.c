// SPDX-License-Identifier: GPL-2.0
/*
 * What a change of policy makes possible, and what it no longer allows.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/diff.h"
#include "common/memory.h"

/* ---- Copies of what the comparison reports ---- */

static const char *keep_name(struct arena *arena, const char *name)
{
	return name ? memcpy(arena_alloc(arena, strlen(name) + 1), name,
			     strlen(name) + 1) : NULL;
}

static void keep_names(struct arena *arena, struct luo_request *request)
{
	request->exe = keep_name(arena, request->exe);
	request->verity = keep_name(arena, request->verity);
	request->subj = keep_name(arena, request->subj);
	request->cgroup = keep_name(arena, request->cgroup);
	request->session = keep_name(arena, request->session);
	request->label = keep_name(arena, request->label);
	request->type = keep_name(arena, request->type);
	request->obj = keep_name(arena, request->obj);
}

/* The second request box of a statement with owner= may report the same lines again. */
static bool is_reported(const struct diff_way *way, const struct difference *d)
{
	const struct difference *last;

	if (!way->request_count || d->gave_up)
		return false;
	last = &way->requests[way->request_count - 1];
	return d->op == last->op && d->allow == last->allow &&
	       d->deny == last->deny;
}

static void add_request(void *data, const struct difference *d)
{
	struct diff_way *way = data;
	struct difference *kept;

	if (is_reported(way, d))
		return;
	way->requests = xgrow(way->requests, way->request_count,
			      sizeof(*way->requests));
	kept = &way->requests[way->request_count++];
	*kept = *d;
	keep_names(&way->arena, &kept->request);
	way->gave_up += d->gave_up;
	way->count += !d->gave_up;
}

static void add_limit(void *data, const struct limit_difference *d)
{
	struct diff_way *way = data;
	struct limit_difference *kept;

	way->limits = xgrow(way->limits, way->limit_count,
			    sizeof(*way->limits));
	kept = &way->limits[way->limit_count++];
	*kept = *d;
	kept->session = keep_name(&way->arena, d->session);
	way->gave_up += d->gave_up;
	way->count += !d->gave_up;
}

static void add_quiet(void *data, const struct quiet_difference *d)
{
	struct diff_way *way = data;
	struct quiet_difference *kept;

	way->quiet = xgrow(way->quiet, way->quiet_count, sizeof(*way->quiet));
	kept = &way->quiet[way->quiet_count++];
	*kept = *d;
	keep_names(&way->arena, &kept->request);
	way->gave_up += d->gave_up;
}

/* ---- Differences in one direction, and in both ---- */

static void find_way(struct diff_way *way, const struct view *allowing,
		     const struct view *denying, bool quiet)
{
	struct arena arena = {};

	way->allowing = allowing->source;
	way->denying = denying->source;
	memcpy(way->keys, allowing->space->keys, sizeof(way->keys));
	compare_requests(&arena, allowing, denying, add_request, way);
	compare_limits(&arena, denying, allowing, add_limit, way);
	if (quiet)
		compare_quiet(&arena, allowing, denying, add_quiet, way);
	arena_destroy(&arena);
}

/* Two policies in one request space. */
struct pair {
	struct request_space space;
	struct view old;
	struct view new;
};

static void pair_build(struct pair *pair, const struct source *old,
		       const struct source *new)
{
	const struct luo_program *programs[] = { &old->program, &new->program };

	request_space_build(&pair->space, programs, 2);
	view_build(&pair->old, &pair->space, 0, old);
	view_build(&pair->new, &pair->space, 1, new);
}

static void pair_destroy(struct pair *pair)
{
	view_destroy(&pair->old);
	view_destroy(&pair->new);
	request_space_destroy(&pair->space);
}

void diff_find(struct diff *diff, const struct source *old,
	       const struct source *new, bool both)
{
	struct pair pair;

	*diff = (struct diff){};
	pair_build(&pair, old, new);
	find_way(&diff->more, &pair.new, &pair.old, both);
	if (both)
		find_way(&diff->less, &pair.old, &pair.new, true);
	pair_destroy(&pair);
}

static void destroy_way(struct diff_way *way)
{
	free(way->requests);
	free(way->limits);
	free(way->quiet);
	arena_destroy(&way->arena);
}

void diff_destroy(struct diff *diff)
{
	destroy_way(&diff->more);
	destroy_way(&diff->less);
}
