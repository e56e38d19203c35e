// SPDX-License-Identifier: GPL-2.0
/*
 * luopol diff: what became possible, and what no longer is.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "compare.h"
#include "options.h"
#include "requests.h"

static int json, exit_code, no_more;

/* One way of it: what @allowing allows and @denying does not. */
struct way {
	const struct view *allowing;
	const struct view *denying;
	const char *sign;
	const char *name;
	u32 keys[LUO_OP_COUNT];
	u32 count;
	u32 gave_up;
	json_object *requests;
	json_object *limits;
	struct difference last;
};

/* ---- Requests ---- */

static void print_place(const struct view *view, u32 line)
{
	if (!line) {
		printf("    %s: no statement allows it\n", view->source->path);
		return;
	}
	printf("    %s:%u: ", view->source->path, line);
	print_line(stdout, view->source, line);
	fputc('\n', stdout);
}

static char *request_text(const struct way *way, const struct luo_request *r)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	write_request(out, r, way->keys[r->op] | BIT(LUO_KEY_SESSION));
	fclose(out);
	return text;
}

static json_object *json_place(u32 line)
{
	json_object *object = json_object_new_object();

	json_add(object, "reason", line ? "rule" : "no-rule");
	if (line)
		json_add_number(object, "line", line);
	return object;
}

static void add_json(struct way *way, const struct difference *d, char *text)
{
	json_object *object = json_object_new_object();

	json_add(object, "request", text);
	json_object_object_add(object, "allowed", json_place(d->allow));
	json_object_object_add(object, "denied", json_place(d->deny));
	json_object_array_add(way->requests, object);
}

static void tell_request(void *data, const struct difference *d)
{
	struct way *way = data;
	char *text;

	/* The other box of a statement with owner=. */
	if (d->op == way->last.op && d->allow == way->last.allow &&
	    d->deny == way->last.deny && !d->gave_up)
		return;
	way->last = *d;
	if (d->gave_up) {
		way->gave_up++;
		complain("%s:%u: not found out within %d steps whether all "
			 "that this allows at %s is allowed by %s",
			 way->allowing->source->path, d->allow, SEARCH_STEPS,
			 luo_op_names[d->op], way->denying->source->path);
		return;
	}
	way->count++;
	text = request_text(way, &d->request);
	if (json) {
		add_json(way, d, text);
	} else {
		printf("%s %s\n", way->sign, text);
		print_place(way->allowing, d->allow);
		print_place(way->denying, d->deny);
	}
	free(text);
}

/* ---- Limits ---- */

static void write_amount(FILE *out, enum luo_limit_kind kind, u64 most)
{
	fprintf(out, "%s=", luo_limit_names[kind]);
	if (kind == LUO_LIMIT_BYTES)
		write_size(out, most);
	else
		write_number(out, most);
}

static char *session_text(const struct limit_difference *d)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	fputs("session=", out);
	write_name(out, d->session, strlen(d->session), false);
	if (d->uid_known)
		fprintf(out, " uid=%u", d->uid);
	fclose(out);
	return text;
}

static void print_limit(const struct way *way, const struct limit_difference *d,
			const char *session)
{
	printf("%s limit %s beyond ", way->sign, session);
	write_amount(stdout, d->kind, d->most);
	fputc('\n', stdout);
	print_place(way->denying, d->line);
	if (d->other.line)
		print_place(way->allowing, d->other.line);
	else if (d->kind == LUO_LIMIT_SESSIONS)
		printf("    %s: no single limit is as tight for all of these sessions\n",
		       way->allowing->source->path);
	else
		printf("    %s: no limit\n", way->allowing->source->path);
}

static void add_limit(struct way *way, const struct limit_difference *d,
		      const char *session)
{
	json_object *object = json_object_new_object();

	json_add(object, "of", luo_limit_names[d->kind]);
	json_add(object, "session", session);
	json_add_number(object, "limit", d->most);
	json_add_number(object, "line", d->line);
	if (d->other.line) {
		json_add_number(object, "other", d->other.most);
		json_add_number(object, "other_line", d->other.line);
	}
	json_object_array_add(way->limits, object);
}

static void tell_limit(void *data, const struct limit_difference *d)
{
	struct way *way = data;
	char *session;

	if (d->gave_up) {
		way->gave_up++;
		complain("%s:%u: not found out within %d steps whether %s keeps this limit",
			 way->denying->source->path, d->line, SEARCH_STEPS,
			 way->allowing->source->path);
		return;
	}
	way->count++;
	session = session_text(d);
	if (json)
		add_limit(way, d, session);
	else
		print_limit(way, d, session);
	free(session);
}

/* ---- Both ways ---- */

static void go_way(struct way *way)
{
	const struct request_space *space = way->allowing->space;
	struct arena arena = {};

	memcpy(way->keys, space->keys, sizeof(way->keys));
	way->requests = json_object_new_array();
	way->limits = json_object_new_array();
	compare_requests(&arena, way->allowing, way->denying, tell_request,
			 way);
	compare_limits(&arena, way->denying, way->allowing, tell_limit, way);
	arena_destroy(&arena);
}

static void print_json(struct way *more, struct way *less)
{
	json_object *object = json_object_new_object();
	struct way *ways[] = { more, less };
	json_object *way;
	u32 i;

	for (i = 0; i < 2; i++) {
		way = json_object_new_object();
		json_object_object_add(way, "requests",
				       json_object_get(ways[i]->requests));
		json_object_object_add(way, "limits",
				       json_object_get(ways[i]->limits));
		json_object_object_add(object, ways[i]->name, way);
	}
	json_print(object, false);
}

static void print_summary(const struct way *more, const struct way *less)
{
	if (more->gave_up || less->gave_up)
		return;
	if (!more->count && !less->count)
		puts("no difference in what is allowed");
	else if (!more->count)
		puts("nothing more is allowed");
	else if (!less->count)
		puts("nothing less is allowed");
}

/* What one policy allows and another does not, with the views of both. */
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

/*
 * Prints what @new allows and @old does not. Returns how much there is, or less
 * than 0, after a message, if that was not found out.
 */
int diff_more(const struct source *old, const struct source *new)
{
	struct way more = { .sign = "+" };
	struct pair pair;

	pair_build(&pair, old, new);
	more.allowing = &pair.new;
	more.denying = &pair.old;
	go_way(&more);
	json_object_put(more.requests);
	json_object_put(more.limits);
	pair_destroy(&pair);
	return more.gave_up ? -1 : more.count;
}

static int compare(const struct source *old, const struct source *new)
{
	struct way more = { .sign = "+", .name = "more" };
	struct way less = { .sign = "-", .name = "less" };
	struct pair pair;

	pair_build(&pair, old, new);
	more.allowing = &pair.new;
	more.denying = &pair.old;
	less.allowing = &pair.old;
	less.denying = &pair.new;
	go_way(&more);
	go_way(&less);
	if (json)
		print_json(&more, &less);
	else
		print_summary(&more, &less);
	json_object_put(more.requests);
	json_object_put(more.limits);
	json_object_put(less.requests);
	json_object_put(less.limits);
	pair_destroy(&pair);
	if (more.gave_up || less.gave_up)
		return EXIT_TROUBLE;
	if (no_more)
		return more.count ? EXIT_BAD : EXIT_GOOD;
	return exit_code && (more.count || less.count) ? EXIT_BAD : EXIT_GOOD;
}

static const char text[] =
"usage: luopol diff [OPTION]... OLD NEW\n"
"Tell what became possible (+) and what no longer is (-): for each pair of\n"
"statements that decide differently one request. Exact, no sampling.\n"
"\n"
"  --exit-code   exit 1 if anything is decided differently\n"
"  --no-more     exit 1 only if anything became possible\n"
"  --json        for programs\n"
"\n"
"Exit status: 0, 1 as told above, 2 trouble, or the search gave up.\n";

int cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "exit-code", no_argument, &exit_code, 1 },
		{ "no-more", no_argument, &no_more, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, NULL, 2, 2 };
	int count = parse_options(&usage, argc, argv), status = EXIT_TROUBLE;
	struct source old, new = {};

	if (count < 0)
		return usage_status(count);
	if (!source_load(&old, argv[0]) && !source_load(&new, argv[1]))
		status = compare(&old, &new);
	source_destroy(&old);
	source_destroy(&new);
	return status;
}
