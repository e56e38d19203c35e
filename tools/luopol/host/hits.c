// SPDX-License-Identifier: GPL-2.0
/*
 * What the statements of the policy in force decided, as the kernel counts it.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/message.h"
#include "base/policy_file.h"
#include "common/memory.h"
#include "host/hits.h"
#include "host/module.h"

#define TRIES	8

/* CLOCK_BOOTTIME, which is the kernel's clock for hits, in milliseconds. */
static u64 since_boot(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* Parse "LINE COUNT SECONDS.MILLISECONDS". */
static bool parse_hit(const char *text, struct hit *hit)
{
	unsigned long long count, seconds;
	unsigned int line, ms;
	int end = 0;

	if (sscanf(text, "%u %llu %llu.%3u%n", &line, &count, &seconds, &ms,
		   &end) != 4 || text[end] || line != hit->statement->line)
		return false;
	hit->count = count;
	hit->last = seconds * 1000 + ms;
	return true;
}

/* Parse, and thereby modify, the file hits. It has a line for each statement. */
static bool parse_hits(struct hits *hits, char *text)
{
	const struct luo_program *program = &hits->policy.program;
	char *line, *rest = text;
	u32 i;

	hits->count = program->statement_count;
	hits->hits = xcalloc(hits->count + 1, sizeof(*hits->hits));
	for (i = 0; i < hits->count; i++) {
		hits->hits[i].statement = program->statements + i;
		line = strsep(&rest, "\n");
		if (!line || !parse_hit(line, hits->hits + i))
			return false;
	}
	return !rest || !*rest;
}

/* Is the policy in force still the one that was read? */
static int policy_stayed(const struct source *policy, bool *stayed)
{
	struct source now;

	if (module_read_policy(&now))
		return EXIT_TROUBLE;
	*stayed = now.raw_size == policy->raw_size &&
		  (!now.raw || !memcmp(now.raw, policy->raw, now.raw_size));
	source_destroy(&now);
	return 0;
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->statement->line < y->statement->line ? -1 : 1;
}

/*
 * Read policy and hits once. A policy may be loaded between the two, and versions only
 * go up: if the policy is the same afterwards, the hits are its own.
 */
static int try_read(struct hits *hits, bool *stayed)
{
	bool good;
	size_t size;
	char *text;

	*hits = (struct hits){};
	if (module_read_policy(&hits->policy) ||
	    (hits->policy.text && source_parse(&hits->policy)) ||
	    module_read("hits", &text, &size))
		return EXIT_TROUBLE;
	hits->now = since_boot();
	good = parse_hits(hits, text);
	free(text);
	if (policy_stayed(&hits->policy, stayed))
		return EXIT_TROUBLE;
	if (!*stayed || good)
		return 0;
	complain("%s/hits: is not about the policy in force, statement by statement",
		 module_directory());
	help("use the luopol that belongs to this kernel");
	return EXIT_TROUBLE;
}

int hits_read(struct hits *hits)
{
	bool stayed = false;
	int i, err;

	for (i = 0; i < TRIES; i++) {
		err = try_read(hits, &stayed);
		if (!err && stayed) {
			qsort(hits->hits, hits->count, sizeof(*hits->hits),
			      compare_hits);
			return 0;
		}
		hits_destroy(hits);
		if (err)
			return err;
	}
	complain("the policy in force changed whenever it was looked at");
	return EXIT_TROUBLE;
}

void hits_destroy(struct hits *hits)
{
	source_destroy(&hits->policy);
	free(hits->hits);
	*hits = (struct hits){};
}
