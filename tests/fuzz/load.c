// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes as a policy text. It is refused with a message that is
 * whole and a place that lies in the text, or it is a policy.
 */

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>

#include "policy.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* The place of an error is a byte of the text, or right behind it. */
static void check_place(const char *text, size_t size,
			const struct luo_policy_error *error)
{
	const char *at = text, *end = text + size, *feed;
	u32 line;

	for (line = 1; line < error->line; line++) {
		feed = memchr(at, '\n', end - at);
		require(feed);
		at = feed + 1;
	}
	require(error->column >= 1 && error->column <= end - at + 1);
	require(!memchr(at, '\n', error->column - 1));
}

static void check_error(const char *text, size_t size,
			const struct luo_policy_error *error)
{
	size_t length = strnlen(error->message, sizeof(error->message));
	size_t i;

	require(error->err == -EINVAL || error->err == -E2BIG);
	/* One byte less than fits: nothing was cut off */
	require(length && length < sizeof(error->message) - 1);
	for (i = 0; i < length; i++)
		require(error->message[i] >= ' ' && error->message[i] <= '~');
	check_place(text, size, error);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const char *text = (const char *)data;
	struct luo_policy_error error;
	struct luo_policy *policy;

	policy = luo_policy_compile(text, size, &error);
	if (policy) {
		require(*luo_policy_name(policy));
		require(luo_policy_version(policy) > 0);
	} else {
		check_error(text, size, &error);
	}
	luo_policy_free(policy);
	return 0;
}
