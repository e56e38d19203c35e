// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes as fragments of a policy and a table, of which luopol makes one
 * policy. What it makes is a policy, the same each time, and each of its lines is from a
 * line that is there; or it is refused.
 *
 * The files are one after the other in the input, with a line "%%" between them: a
 * fragment, another, and the tables tenants.csv and tenants.json.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/compose.h"
#include "base/policy_file.h"
#include "policy.h"

#define BETWEEN	"\n%%\n"
#define FILES	4

static const char *const names[FILES] = {
	"10-a.luo", "20-b.luo", "tenants.csv", "tenants.json",
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Once: a folder of its own in the current one. */
static void enter_folder(void)
{
	static bool entered;

	if (!entered)
		require((!mkdir("files", 0755) || errno == EEXIST) && !chdir("files"));
	entered = true;
}

static void put_file(const char *name, const char *text, size_t size)
{
	FILE *file = fopen(name, "w");

	require(file);
	fwrite(text, 1, size, file);
	require(!fclose(file));
}

static void put_files(const char *at, size_t size)
{
	const char *end = at + size, *next;
	int i;

	for (i = 0; i < FILES; i++) {
		next = i < FILES - 1 ? memmem(at, end - at, BETWEEN, strlen(BETWEEN)) : NULL;
		put_file(names[i], at, (next ?: end) - at);
		at = next ? next + strlen(BETWEEN) : end;
	}
}

static void check_origins(const struct composition *made)
{
	u32 i;

	for (i = 0; i < made->lines; i++) {
		require(made->origins[i].fragment < made->count);
		require(made->origins[i].line &&
			made->origins[i].line <=
			made->fragments[made->origins[i].fragment].line_count);
	}
}

static void check_policy(const struct composition *made)
{
	struct luo_policy_error error;
	struct luo_policy *kernels;
	struct source policy = {};
	bool good = !composition_parse(made, &policy);

	kernels = luo_policy_compile(made->text, made->size, &error);
	require(good == !!kernels);
	luo_policy_free(kernels);
	source_destroy(&policy);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct composition made = {}, again = {};
	char *paths[2];

	paths[0] = (char *)names[0];
	paths[1] = (char *)names[1];
	enter_folder();
	put_files((const char *)data, size);
	if (!compose(&made, paths, 2, NULL, 0)) {
		check_origins(&made);
		check_policy(&made);
		require(!compose(&again, paths, 2, NULL, 0));
		require(made.size == again.size && !memcmp(made.text, again.text, made.size));
		composition_destroy(&again);
	}
	composition_destroy(&made);
	return 0;
}
