// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes, and any bytes in front of a marker, as what might be a
 * signed policy. What it is taken apart into lies in it, in order and without a
 * gap, or it is refused with a message.
 */

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/module_signature.h>

#include "policy.h"

#define MARKER_SIZE	(sizeof(MODULE_SIGNATURE_MARKER) - 1)
#define END_SIZE	(sizeof(struct module_signature) + MARKER_SIZE)

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check(const char *raw, size_t size)
{
	struct luo_policy_error error;
	struct luo_policy_parts parts;
	int err = luo_policy_split(raw, size, &parts, &error);

	require(err == error.err);
	if (err) {
		require(err == -EBADMSG);
		require(*error.message && error.line == 1 && error.column == 1);
		require(!parts.text && !parts.signature);
		return;
	}

	require(parts.text == raw);
	if (!parts.signature) {
		require(parts.text_size == size && !parts.signature_size);
		return;
	}
	require(parts.text_size && parts.signature_size);
	require(parts.signature_size <= LUO_POLICY_SIGNATURE_MAX);
	require(parts.signature == raw + parts.text_size);
	require(parts.text_size + parts.signature_size + END_SIZE == size);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	/* Of that very size, so that a byte read beyond it is seen */
	char *raw = malloc(size + MARKER_SIZE);

	require(raw);
	check((const char *)data, size);
	memcpy(raw, data, size);
	memcpy(raw + size, MODULE_SIGNATURE_MARKER, MARKER_SIZE);
	check(raw, size + MARKER_SIZE);
	free(raw);
	return 0;
}
