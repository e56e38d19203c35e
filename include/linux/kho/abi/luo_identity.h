/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the identities of live update sessions and of their files are handed over.
 */

/**
 * DOC: Live update identities ABI
 *
 * What the ABI of LUO itself has no room for, whose a session and a file were
 * and how they were labelled, is in a KHO subtree of its own, so that a kernel
 * that knows nothing of it ignores it, and one that does can do without.
 *
 * The subtree, &struct luo_identity_ser, is the root. It is there after every
 * live update, as it carries the last inode number that was given to a session.
 * From it hangs a chain of blocks, each a &struct luo_identity_block_ser and
 * records behind it: for each session of LUO's list, in its order, a &struct
 * luo_identity_session_ser, followed by a &struct luo_identity_file_ser for each
 * of the session's files, in the order of preservation. A record does not
 * straddle blocks; a session's files may go on in the next block.
 *
 * Root and blocks carry a CRC32, over all that is in them but itself. A pointer
 * is followed only after the CRC of where it stands was found good.
 *
 * Numbers are in the byte order of the machine. All records are multiples of
 * LUO_IDENTITY_ALIGN bytes. Whatever is changed here needs a new
 * LUO_IDENTITY_COMPATIBLE.
 */

#ifndef _LINUX_KHO_ABI_LUO_IDENTITY_H
#define _LINUX_KHO_ABI_LUO_IDENTITY_H

#include <linux/types.h>

/* The name of the KHO subtree, and what is in it */
#define LUO_IDENTITY_KHO_ENTRY_NAME	"LUO-identity"
#define LUO_IDENTITY_COMPATIBLE		"luo-identity-v1"

/* Bytes of a block; an allocation that a kernel does not refuse easily */
#define LUO_IDENTITY_BLOCK_SIZE		32768
#define LUO_IDENTITY_ALIGN		8

/* Bytes of a security context, without the NUL. SELinux's may list categories. */
#define LUO_IDENTITY_CONTEXT_MAX	8192

/* Numbers beyond are never reached, and leave room for the ones to come. */
#define LUO_IDENTITY_INO_MAX		S64_MAX

/**
 * struct luo_identity_ser - The root.
 * @compatible:  LUO_IDENTITY_COMPATIBLE, padded with NULs.
 * @last_ino:    The highest inode number a session was ever given.
 * @head_pa:     Physical address of the first block; 0 if there is none.
 * @nr_blocks:   How many blocks there are.
 * @nr_sessions: How many records of sessions they hold.
 * @nr_files:    How many records of files they hold.
 * @reserved:    0.
 * @crc:         CRC32 of all before it.
 */
struct luo_identity_ser {
	char compatible[24];
	u64 last_ino;
	u64 head_pa;
	u64 nr_blocks;
	u64 nr_sessions;
	u64 nr_files;
	u32 reserved;
	u32 crc;
} __packed;

/**
 * struct luo_identity_block_ser - The header of a block.
 * @crc:  CRC32 of the rest of the header and of the records.
 * @len:  Bytes of the records, which follow.
 * @next: Physical address of the next block; 0 if this is the last.
 */
struct luo_identity_block_ser {
	u32 crc;
	u32 len;
	u64 next;
} __packed;

/**
 * struct luo_identity_session_ser - Whose a session is.
 * @ino:         Its inode number.
 * @btime_sec:   When it was created: seconds since the epoch,
 * @btime_nsec:  and nanoseconds.
 * @uid:         Who created it, in the initial user namespace.
 * @gid:         The group, likewise.
 * @nr_files:    How many records of files follow.
 * @context_len: Bytes of the security context; 0 if there is none.
 * @context_lsm: The module whose it is, LSM_ID_*; 0 if there is none.
 * @name_len:    Bytes of the session's name.
 * @reserved:    0.
 * @text:        The name, a NUL, the context, a NUL, and NULs up to the next
 *               multiple of LUO_IDENTITY_ALIGN.
 */
struct luo_identity_session_ser {
	u64 ino;
	s64 btime_sec;
	u32 btime_nsec;
	u32 uid;
	u32 gid;
	u32 nr_files;
	u16 context_len;
	u16 context_lsm;
	u16 name_len;
	u16 reserved;
	char text[];
} __packed;

/**
 * struct luo_identity_file_ser - Whose a file is.
 * @token:       The number it was preserved under.
 * @size:        Bytes in it.
 * @uid:         Its owner, in the initial user namespace; (u32)-1 if it had none.
 * @gid:         The group, likewise.
 * @context_len: Bytes of the security context; 0 if there is none.
 * @context_lsm: The module whose it is, LSM_ID_*; 0 if there is none.
 * @reserved:    0.
 * @text:        The context, a NUL, and NULs up to the next multiple of
 *               LUO_IDENTITY_ALIGN.
 */
struct luo_identity_file_ser {
	u64 token;
	u64 size;
	u32 uid;
	u32 gid;
	u16 context_len;
	u16 context_lsm;
	u32 reserved;
	char text[];
} __packed;

#endif /* _LINUX_KHO_ABI_LUO_IDENTITY_H */
