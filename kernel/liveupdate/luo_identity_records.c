// SPDX-License-Identifier: GPL-2.0
/*
 * Validation of identity records, and the flags in them.
 *
 * The records come from another kernel, perhaps of another version, and their
 * memory may be corrupted. Nothing in them is trusted before it is checked. The
 * functions depend only on their arguments, so that KUnit and a fuzzer can call
 * them with arbitrary bytes.
 */

#include <linux/array_size.h>
#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
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
 * luo_identity_root_crc() - Compute the checksum of a root.
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
 * luo_identity_block_crc() - Compute the checksum of a block.
 * @block: The block; the caller has checked that its length is within bounds.
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

static int luo_identity_invalid(struct luo_identity_tally *tally,
				const char *why)
{
	tally->why = why;
	return -EINVAL;
}

/* A valid text has exactly @len bytes before its NUL. */
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
		return luo_identity_invalid(tally, "truncated session record");
	bytes = luo_identity_session_bytes(ser->name_len, ser->context_len);
	if (len < bytes)
		return luo_identity_invalid(tally, "truncated session record");

	if (!ser->name_len || ser->reserved ||
	    ser->name_len >= LIVEUPDATE_SESSION_NAME_LENGTH ||
	    !luo_identity_text_ok(ser->text, ser->name_len))
		return luo_identity_invalid(tally, "bad session name");
	if (!luo_identity_context_ok(luo_identity_session_context(ser),
				     ser->context_len, ser->context_lsm))
		return luo_identity_invalid(tally, "bad session context");
	if (!ser->ino || ser->ino > tally->last_ino)
		return luo_identity_invalid(tally, "bad inode number");
	if (ser->uid == (u32)-1 || ser->gid == (u32)-1)
		return luo_identity_invalid(tally, "bad session owner");
	if (ser->btime_sec < 0 || ser->btime_nsec >= NSEC_PER_SEC)
		return luo_identity_invalid(tally, "bad session creation time");

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
		return luo_identity_invalid(tally, "truncated file record");
	bytes = luo_identity_file_bytes(ser->context_len);
	if (len < bytes)
		return luo_identity_invalid(tally, "truncated file record");

	if (!luo_identity_context_ok(ser->text, ser->context_len,
				     ser->context_lsm))
		return luo_identity_invalid(tally, "bad file context");
	if (ser->mode & ~LUO_IDENTITY_MODE_MASK ||
	    ser->flags & ~LUO_IDENTITY_FILE_FLAGS)
		return luo_identity_invalid(tally, "bad file mode");

	tally->files++;
	tally->files_left--;
	return bytes;
}

/**
 * luo_identity_check_records() - Validate the records of a block.
 * @records: The records, aligned to LUO_IDENTITY_ALIGN.
 * @len:     Size of the records in bytes.
 * @tally:   Totals of the blocks before this one. Before the first block, all
 *           fields but @last_ino are zero. The function adds this block's.
 *
 * After the last block, the caller compares the totals with the root and checks
 * that inode numbers are unique.
 *
 * Context: Any.
 * Return: 0, or %-EINVAL with the reason in @tally->why.
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

/* The flags of a record, and the open flags that they stand for. */
static const struct luo_identity_flag {
	u16 record;
	unsigned int open;
} luo_identity_flags[] = {
	{ LUO_IDENTITY_FILE_APPEND, O_APPEND },
	{ LUO_IDENTITY_FILE_NONBLOCK, O_NONBLOCK },
	{ LUO_IDENTITY_FILE_DSYNC, O_DSYNC },
	{ LUO_IDENTITY_FILE_SYNC, __O_SYNC },
	{ LUO_IDENTITY_FILE_DIRECT, O_DIRECT },
	{ LUO_IDENTITY_FILE_NOATIME, O_NOATIME },
};

/**
 * luo_identity_file_flags() - Get the flags of a file's record.
 * @read:  The file was opened for reading.
 * @write: The file was opened for writing.
 * @open:  Its flags, O_*. Those that the record does not have are ignored.
 *
 * Context: Any.
 * Return: The flags, LUO_IDENTITY_FILE_*.
 */
u16 luo_identity_file_flags(bool read, bool write, unsigned int open)
{
	u16 record = 0;
	size_t i;

	if (read)
		record |= LUO_IDENTITY_FILE_READ;
	if (write)
		record |= LUO_IDENTITY_FILE_WRITE;
	for (i = 0; i < ARRAY_SIZE(luo_identity_flags); i++)
		if (open & luo_identity_flags[i].open)
			record |= luo_identity_flags[i].record;

	return record;
}

/**
 * luo_identity_open_flags() - Get the flags to open a file with.
 * @record: The flags of its record, which are valid.
 *
 * Context: Any.
 * Return: The flags, O_*. The access mode of a file that was opened neither for
 *         reading nor for writing is O_ACCMODE, as it was for open().
 */
unsigned int luo_identity_open_flags(u16 record)
{
	bool write = record & LUO_IDENTITY_FILE_WRITE;
	unsigned int open;
	size_t i;

	if (record & LUO_IDENTITY_FILE_READ)
		open = write ? O_RDWR : O_RDONLY;
	else
		open = write ? O_WRONLY : O_ACCMODE;
	for (i = 0; i < ARRAY_SIZE(luo_identity_flags); i++)
		if (record & luo_identity_flags[i].record)
			open |= luo_identity_flags[i].open;

	return open;
}

static int luo_identity_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/**
 * luo_identity_has_duplicates() - Tell whether a number occurs twice.
 * @numbers: The numbers. The function sorts them.
 * @count:   How many numbers there are.
 *
 * Context: Process context; may sleep.
 * Return: True if two of the numbers are equal.
 */
bool luo_identity_has_duplicates(u64 *numbers, size_t count)
{
	size_t i;

	sort_nonatomic(numbers, count, sizeof(*numbers), luo_identity_compare,
		       NULL);
	for (i = 1; i < count; i++)
		if (numbers[i] == numbers[i - 1])
			return true;

	return false;
}
