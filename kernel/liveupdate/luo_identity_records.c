// SPDX-License-Identifier: GPL-2.0
/*
 * The records of identities: whether they are sound.
 *
 * They come from another kernel, perhaps another version's, through memory that
 * something may have damaged: nothing in them is taken for granted. These are
 * functions of bytes alone, so that they can be tested with any.
 */

#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <uapi/linux/liveupdate.h>

#include "luo_identity_records.h"

static u32 luo_identity_crc(const void *data, size_t len)
{
	return ~crc32_le(~0U, data, len);
}

/**
 * luo_identity_root_crc() - Compute the CRC that is to be in a root.
 * @root: The root.
 *
 * Context: Any.
 * Return: The CRC.
 */
u32 luo_identity_root_crc(const struct luo_identity_ser *root)
{
	return luo_identity_crc(root, offsetof(typeof(*root), crc));
}

/**
 * luo_identity_block_crc() - Compute the CRC that is to be in a block.
 * @block: The block; its length is within the bounds.
 *
 * Context: Any.
 * Return: The CRC.
 */
u32 luo_identity_block_crc(const struct luo_identity_block_ser *block)
{
	return luo_identity_crc((const u8 *)block + sizeof(block->crc),
				sizeof(*block) - sizeof(block->crc) +
				block->len);
}

static int luo_identity_wrong(struct luo_identity_tally *tally,
			      const char *why)
{
	tally->why = why;
	return -EINVAL;
}

/* Is there a text of exactly @len bytes and a NUL at @text? */
static bool luo_identity_text_ok(const char *text, size_t len)
{
	return strnlen(text, len + 1) == len;
}

static bool luo_identity_context_ok(const char *context, u16 len, u16 lsm)
{
	return len <= LUO_IDENTITY_CONTEXT_MAX && !len == !lsm &&
	       luo_identity_text_ok(context, len);
}

/* Returns the bytes of the record, or a negative errno. */
static ssize_t
luo_identity_check_session(const struct luo_identity_session_ser *ser,
			   size_t len, struct luo_identity_tally *tally)
{
	size_t bytes;

	if (len < sizeof(*ser))
		return luo_identity_wrong(tally, "a session is cut short");
	bytes = luo_identity_session_bytes(ser->name_len, ser->context_len);
	if (len < bytes)
		return luo_identity_wrong(tally, "a session is cut short");

	if (!ser->name_len || ser->reserved ||
	    ser->name_len >= LIVEUPDATE_SESSION_NAME_LENGTH ||
	    !luo_identity_text_ok(ser->text, ser->name_len))
		return luo_identity_wrong(tally, "a session's name is none");
	if (!luo_identity_context_ok(luo_identity_session_context(ser),
				     ser->context_len, ser->context_lsm))
		return luo_identity_wrong(tally, "a session's context is none");
	if (!ser->ino || ser->ino > tally->last_ino)
		return luo_identity_wrong(tally, "a number was never given");
	if (ser->uid == (u32)-1 || ser->gid == (u32)-1)
		return luo_identity_wrong(tally, "a session has no owner");
	if (ser->btime_sec < 0 || ser->btime_nsec >= NSEC_PER_SEC)
		return luo_identity_wrong(tally, "a session's birth is no time");

	tally->sessions++;
	tally->files_left = ser->nr_files;
	return bytes;
}

static ssize_t luo_identity_check_file(const struct luo_identity_file_ser *ser,
				       size_t len,
				       struct luo_identity_tally *tally)
{
	size_t bytes;

	if (len < sizeof(*ser))
		return luo_identity_wrong(tally, "a file is cut short");
	bytes = luo_identity_file_bytes(ser->context_len);
	if (len < bytes)
		return luo_identity_wrong(tally, "a file is cut short");

	if (ser->reserved ||
	    !luo_identity_context_ok(ser->text, ser->context_len,
				     ser->context_lsm))
		return luo_identity_wrong(tally, "a file's context is none");

	tally->files++;
	tally->files_left--;
	return bytes;
}

/**
 * luo_identity_check_records() - Are the records of a block sound?
 * @records: The records, aligned to LUO_IDENTITY_ALIGN.
 * @len:     Their bytes.
 * @tally:   What was seen in the blocks before; for the first, all zero but
 *           @last_ino. It is brought forward by what is seen here.
 *
 * That there are as many records as there should be, and that no number is there
 * twice, can be told only behind the last block, and is up to the caller.
 *
 * Context: Any.
 * Return: 0, or %-EINVAL and the reason in @tally.
 */
int luo_identity_check_records(const void *records, size_t len,
			       struct luo_identity_tally *tally)
{
	while (len) {
		ssize_t bytes = tally->files_left ?
			luo_identity_check_file(records, len, tally) :
			luo_identity_check_session(records, len, tally);

		if (bytes < 0)
			return bytes;
		records += bytes;
		len -= bytes;
	}

	return 0;
}

static int luo_identity_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/**
 * luo_identity_has_twins() - Is a number there twice?
 * @numbers: The numbers; sorted afterwards.
 * @count:   How many they are.
 *
 * Context: Process context; may sleep. Takes as long as sorting does.
 * Return: Whether two of them are equal.
 */
bool luo_identity_has_twins(u64 *numbers, size_t count)
{
	size_t i;

	sort_nonatomic(numbers, count, sizeof(*numbers), luo_identity_compare,
		       NULL);
	for (i = 1; i < count; i++)
		if (numbers[i] == numbers[i - 1])
			return true;

	return false;
}
