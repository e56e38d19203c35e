/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sizes, validation and flags of identity records.
 */

#ifndef _LINUX_LUO_IDENTITY_RECORDS_H
#define _LINUX_LUO_IDENTITY_RECORDS_H

#include <linux/align.h>
#include <linux/io.h>
#include <linux/kho/abi/luo_identity.h>
#include <linux/types.h>
#include <uapi/linux/liveupdate.h>

/* 2 GiB, more than all sessions and files need. Bounds every walk. */
#define LUO_IDENTITY_BLOCKS_MAX	65536

/* Maximum size of the records of a block */
#define LUO_IDENTITY_RECORDS_MAX					\
	(LUO_IDENTITY_BLOCK_SIZE - sizeof(struct luo_identity_block_ser))

/* No record is larger */
#define LUO_IDENTITY_RECORD_MAX						\
	ALIGN(sizeof(struct luo_identity_session_ser) +			\
	      LIVEUPDATE_SESSION_NAME_LENGTH +				\
	      LUO_IDENTITY_CONTEXT_MAX + 1, LUO_IDENTITY_ALIGN)

/*
 * A block is full when the next record does not fit. It then has at least this
 * many bytes of records.
 */
#define LUO_IDENTITY_RECORDS_MIN					\
	(LUO_IDENTITY_RECORDS_MAX - LUO_IDENTITY_RECORD_MAX +		\
	 LUO_IDENTITY_ALIGN)

/**
 * struct luo_identity_tally - Totals of the blocks checked so far.
 * @last_ino:   The highest inode number that a record may have.
 * @sessions:   Number of session records.
 * @files:      Number of file records.
 * @files_left: Number of file records that the last session still lacks.
 * @why:        Why a record is invalid, for a message.
 */
struct luo_identity_tally {
	u64 last_ino;
	u64 sessions;
	u64 files;
	u32 files_left;
	const char *why;
};

static inline size_t luo_identity_session_bytes(u16 name_len, u16 context_len)
{
	return ALIGN(sizeof(struct luo_identity_session_ser) + name_len + 1 +
		     context_len + 1, LUO_IDENTITY_ALIGN);
}

static inline size_t luo_identity_file_bytes(u16 context_len)
{
	return ALIGN(sizeof(struct luo_identity_file_ser) + context_len + 1,
		     LUO_IDENTITY_ALIGN);
}

/* Number of blocks that suffice for records of @bytes in all, in any order. */
static inline u64 luo_identity_blocks_for(u64 bytes)
{
	return (bytes + LUO_IDENTITY_RECORDS_MIN - 1) / LUO_IDENTITY_RECORDS_MIN;
}

/* NUL-terminated; empty if the session has no context. */
static inline const char *
luo_identity_session_context(const struct luo_identity_session_ser *ser)
{
	return ser->text + ser->name_len + 1;
}

static inline struct luo_identity_block_ser *
luo_identity_next_block(const struct luo_identity_block_ser *block)
{
	return block->next ? phys_to_virt(block->next) : NULL;
}

u32 luo_identity_root_crc(const struct luo_identity_ser *root);
u32 luo_identity_block_crc(const struct luo_identity_block_ser *block);
int luo_identity_check_records(const void *records, size_t len,
			       struct luo_identity_tally *tally);
u16 luo_identity_file_flags(bool read, bool write, unsigned int open);
unsigned int luo_identity_open_flags(u16 record);
bool luo_identity_has_duplicates(u64 *numbers, size_t count);

#endif /* _LINUX_LUO_IDENTITY_RECORDS_H */
