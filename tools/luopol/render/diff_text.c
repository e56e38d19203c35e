// SPDX-License-Identifier: GPL-2.0
/*
 * Differences between policies as text.
 */

#include <stdio.h>
#include <string.h>

#include "base/diagnostic.h"
#include "base/excerpt.h"
#include "base/policy_text.h"
#include "render/diff_text.h"
#include "render/request_text.h"

static void print_place(const struct source *source, u32 line)
{
	if (!line) {
		printf("    %s: no statement allows it\n", source->path);
		return;
	}
	printf("    %s:%u: ", source->path, line);
	print_line(stdout, source, line);
	fputc('\n', stdout);
}

static void print_request(const struct diff_way *way,
			  const struct difference *d, const char *sign)
{
	printf("%s ", sign);
	write_request(stdout, &d->request,
		      way->keys[d->op] | BIT(LUO_KEY_SESSION));
	fputc('\n', stdout);
	print_place(way->allowing, d->allow);
	print_place(way->denying, d->deny);
}

static void print_limit(const struct diff_way *way,
			const struct limit_difference *d, const char *sign)
{
	printf("%s limit ", sign);
	write_session(stdout, d);
	fputs(" beyond ", stdout);
	write_amount(stdout, d->kind, d->most);
	fputc('\n', stdout);
	print_place(way->denying, d->line);
	if (d->other.line)
		print_place(way->allowing, d->other.line);
	else if (d->kind == LUO_LIMIT_SESSIONS)
		printf("    %s: no single limit is as tight for all of these sessions\n",
		       way->allowing->path);
	else
		printf("    %s: no limit\n", way->allowing->path);
}

static void print_quiet(const struct diff_way *way, const struct quiet_difference *d,
			const char *what)
{
	fputs("~ ", stdout);
	write_request(stdout, &d->request, way->keys[d->op] | BIT(LUO_KEY_SESSION));
	printf(": denied, %s\n", what);
	print_place(way->allowing, d->quiet);
	print_place(way->denying, d->logged);
}

void diff_text_quiet(const struct diff_way *way, const char *what)
{
	u32 i;

	for (i = 0; i < way->quiet_count; i++) {
		if (!way->quiet[i].gave_up)
			print_quiet(way, &way->quiet[i], what);
	}
}

void diff_text(const struct diff_way *way, const char *sign)
{
	u32 i;

	for (i = 0; i < way->request_count; i++) {
		if (!way->requests[i].gave_up)
			print_request(way, &way->requests[i], sign);
	}
	for (i = 0; i < way->limit_count; i++) {
		if (!way->limits[i].gave_up)
			print_limit(way, &way->limits[i], sign);
	}
}

void diff_complain(const struct diff_way *way)
{
	u32 i;

	for (i = 0; i < way->request_count; i++) {
		if (way->requests[i].gave_up)
			complain("%s:%u: the search gave up after %d steps: %s may "
				 "deny a %s that this allows",
				 way->allowing->path, way->requests[i].allow,
				 SEARCH_STEPS, way->denying->path,
				 luo_op_names[way->requests[i].op]);
	}
	for (i = 0; i < way->limit_count; i++) {
		if (way->limits[i].gave_up)
			complain("%s:%u: the search gave up after %d steps: "
				 "%s may exceed this limit",
				 way->denying->path, way->limits[i].line,
				 SEARCH_STEPS, way->allowing->path);
	}
	for (i = 0; i < way->quiet_count; i++) {
		if (way->quiet[i].gave_up)
			complain("%s:%u: the search gave up after %d steps: "
				 "%s may log what this denies",
				 way->allowing->path, way->quiet[i].quiet,
				 SEARCH_STEPS, way->denying->path);
	}
}
