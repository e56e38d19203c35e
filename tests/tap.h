/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TAP for test programs of user space, as tests/tap.sh is for scripts. One file of a
 * program includes it.
 */

#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tests, failures;

static inline void is_true(bool good, const char *name)
{
	tests++;
	failures += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, name);
}

static inline void is(long long got, long long want, const char *name)
{
	is_true(got == want, name);
	if (got != want)
		printf("# got %lld, want %lld\n", got, want);
}

static inline void text_is(const char *got, const char *want, const char *name)
{
	is_true(got && !strcmp(got, want), name);
	if (!got || strcmp(got, want))
		printf("# got  '%s'\n# want '%s'\n", got ? got : "(none)", want);
}

#endif /* TESTS_TAP_H */
