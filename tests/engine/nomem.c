// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation that loading a policy makes fails once: the load then says
 * so, and leaks nothing (LeakSanitizer looks).
 *
 * usage: nomem POLICY...
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/slab.h>

#include "policy.h"

static long allocations_left;

void *luo_shim_alloc(size_t count, size_t size)
{
	return allocations_left-- ? calloc(count, size ?: 1) : NULL;
}

/* Number of allocations that were made to fail, or -1. */
static int try_all(const char *text, size_t size)
{
	struct luo_policy_error error;
	struct luo_policy *policy;
	int failed;

	for (failed = 0; ; failed++) {
		allocations_left = failed;
		policy = luo_policy_compile(text, size, &error);
		if (policy)
			break;
		if (error.err != -ENOMEM || strcmp(error.message, "out of memory"))
			return -1;
	}
	luo_policy_free(policy);
	return allocations_left >= 0 ? failed : -1;
}

int main(int argc, char **argv)
{
	static char text[LUO_POLICY_TEXT_MAX];
	bool good = true;
	size_t size;
	int i, failed;
	FILE *file;

	for (i = 1; i < argc; i++) {
		file = fopen(argv[i], "r");
		if (!file) {
			perror(argv[i]);
			return 1;
		}
		size = fread(text, 1, sizeof(text), file);
		fclose(file);
		failed = try_all(text, size);
		printf("%sok %d - %s: %d allocations failed one by one\n",
		       failed < 10 ? "not " : "", i, strrchr(argv[i], '/') + 1,
		       failed);
		good &= failed >= 10;
	}
	printf("1..%d\n", argc - 1);
	return !good;
}
