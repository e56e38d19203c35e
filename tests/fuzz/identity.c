// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes as the records of a block, and any change to sound ones.
 * What is not refused can be walked over as luo_identity_in.c does, and all that
 * it reads there is what the ABI says.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "luo_identity_records.h"

#define LAST_INO	1000

static void require(bool condition)
{
	if (!condition)
		abort();
}

static size_t put_session(u8 *at, u64 ino, const char *name, u32 files,
			  const char *context)
{
	struct luo_identity_session_ser ser = {
		.ino = ino,
		.uid = 1000,
		.nr_files = files,
		.name_len = strlen(name),
		.context_len = strlen(context),
		.context_lsm = *context ? 101 : 0,
	};

	memcpy(at, &ser, sizeof(ser));
	strcpy((char *)at + sizeof(ser), name);
	strcpy((char *)at + sizeof(ser) + ser.name_len + 1, context);
	return luo_identity_session_bytes(ser.name_len, ser.context_len);
}

static size_t put_file(u8 *at, u64 token, const char *context)
{
	struct luo_identity_file_ser ser = {
		.token = token,
		.mode = 0644,
		.flags = LUO_IDENTITY_FILE_READ | LUO_IDENTITY_FILE_APPEND,
		.context_len = strlen(context),
		.context_lsm = *context ? 101 : 0,
	};

	memcpy(at, &ser, sizeof(ser));
	strcpy((char *)at + sizeof(ser), context);
	return luo_identity_file_bytes(ser.context_len);
}

static size_t put_sound(u8 *block)
{
	size_t len = put_session(block, 1, "vm-1", 2, "user:role:type:s0");

	len += put_file(block + len, 7, "user:role:type:s0:c1,c2");
	len += put_file(block + len, 8, "");
	len += put_session(block + len, LAST_INO, "x", 0, "");
	return len;
}

static void walk(const u8 *at, const u8 *end)
{
	u32 files = 0;

	while (at < end) {
		const struct luo_identity_session_ser *session = (const void *)at;
		const struct luo_identity_file_ser *file = (const void *)at;

		if (files) {
			files--;
			require(strlen(file->text) == file->context_len);
			require(!(file->mode & ~LUO_IDENTITY_MODE_MASK));
			require(luo_identity_open_flags(file->flags) < 1u << 31);
			at += luo_identity_file_bytes(file->context_len);
			continue;
		}
		require(session->ino && session->ino <= LAST_INO);
		require(strlen(session->text) == session->name_len);
		require(strlen(luo_identity_session_context(session)) ==
			session->context_len);
		files = session->nr_files;
		at += luo_identity_session_bytes(session->name_len,
						 session->context_len);
	}
	require(at == end);
}

/* In memory of its own, so that a byte beyond is seen. */
static void check(const u8 *bytes, size_t len)
{
	struct luo_identity_tally tally = { .last_ino = LAST_INO };
	u8 *records = malloc(len);
	int err;

	require(records || !len);
	if (len)
		memcpy(records, bytes, len);
	err = luo_identity_check_records(records, len, &tally);
	require(!err || (err == -EINVAL && tally.why));
	if (!err)
		walk(records, records + len);
	free(records);
}

/* Triples of two bytes of place and one of value. */
static void change(u8 *block, size_t len, const u8 *data, size_t size)
{
	for (; size >= 3; data += 3, size -= 3)
		block[(data[0] << 8 | data[1]) % len] = data[2];
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 sound[1024] = {};
	size_t len = put_sound(sound);

	check(data, size);
	check(sound, len);
	change(sound, len, data, size);
	check(sound, len);
	return 0;
}
