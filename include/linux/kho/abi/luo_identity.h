/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hand-over of the identities of live update sessions and of their files.
 */

/**
 * DOC: Live update identities ABI
 *
 * The ABI of LUO has no room for the owners and the security contexts of
 * sessions and files. They are in a separate KHO subtree. A kernel that does not
 * know the subtree ignores it, and a kernel that knows it does not depend on it.
 *
 * The subtree is the root, a &struct luo_identity_ser. It exists after every
 * live update, because it has the last inode number of a session. The root
 * points to a linked list of blocks. A block is a &struct luo_identity_block_ser
 * followed by records. There is a &struct luo_identity_session_ser for each
 * session, in the order of LUO's list, followed by a &struct
 * luo_identity_file_ser for each of the session's files, in the order of
 * preservation. A record does not cross the end of a block, but the files of a
 * session may continue in the next block.
 *
 * The root and each block have a CRC32 over all of their other bytes. The reader
 * validates the CRC32 before it follows a pointer.
 *
 * Numbers are in the byte order of the machine. The size of a record is a
 * multiple of LUO_IDENTITY_ALIGN bytes. Any change of the format needs a new
 * LUO_IDENTITY_COMPATIBLE.
 */

#ifndef _LINUX_KHO_ABI_LUO_IDENTITY_H
#define _LINUX_KHO_ABI_LUO_IDENTITY_H

#include <linux/types.h>

/* The name of the KHO subtree, and its version */
#define LUO_IDENTITY_KHO_ENTRY_NAME	"LUO-identity"
#define LUO_IDENTITY_COMPATIBLE		"luo-identity-v2"

/* Size of a block: an order-3 allocation, which rarely fails */
#define LUO_IDENTITY_BLOCK_SIZE		32768
#define LUO_IDENTITY_ALIGN		8

/* Maximum length of a security context without its NUL: categories take room */
#define LUO_IDENTITY_CONTEXT_MAX	8192

/* Permissions of a file, and set-user-ID, set-group-ID and the sticky bit */
#define LUO_IDENTITY_MODE_MASK		07777

/* Flags of a file: its access mode, and what fcntl(F_GETFL) shows besides */
#define LUO_IDENTITY_FILE_READ		0x0001
#define LUO_IDENTITY_FILE_WRITE		0x0002
#define LUO_IDENTITY_FILE_APPEND	0x0004
#define LUO_IDENTITY_FILE_NONBLOCK	0x0008
#define LUO_IDENTITY_FILE_DSYNC		0x0010
#define LUO_IDENTITY_FILE_SYNC		0x0020
#define LUO_IDENTITY_FILE_DIRECT	0x0040
#define LUO_IDENTITY_FILE_NOATIME	0x0080
#define LUO_IDENTITY_FILE_FLAGS		0x00ff	/* all of them */

/* Maximum inode number. No kernel reaches it. */
#define LUO_IDENTITY_INO_MAX		(S64_MAX / 2)

/**
 * struct luo_identity_ser - The root.
 * @compatible:  LUO_IDENTITY_COMPATIBLE, padded with NULs.
 * @last_ino:    The highest inode number that a session was ever given.
 * @head_pa:     Physical address of the first block; 0 without blocks.
 * @nr_blocks:   Number of blocks.
 * @nr_sessions: Number of session records.
 * @nr_files:    Number of file records.
 * @reserved:    0.
 * @crc:         CRC32 of all fields before it.
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
 * @len:  Size in bytes of the records, which follow the header.
 * @next: Physical address of the next block; 0 if this is the last.
 */
struct luo_identity_block_ser {
	u32 crc;
	u32 len;
	u64 next;
} __packed;

/**
 * struct luo_identity_session_ser - Record of a session.
 * @ino:         Its inode number.
 * @btime_sec:   Its creation time: seconds since the epoch.
 * @btime_nsec:  Its creation time: nanoseconds.
 * @uid:         Its owner in the initial user namespace.
 * @gid:         Its group in the initial user namespace.
 * @nr_files:    Number of file records that follow.
 * @context_len: Length of the security context; 0 without one.
 * @context_lsm: The security module of the context, LSM_ID_*; 0 without one.
 * @name_len:    Length of the session's name.
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
 * struct luo_identity_file_ser - Record of a file.
 * @token:       The token of the file in its session.
 * @size:        Its size in bytes.
 * @uid:         Its owner in the initial user namespace; (u32)-1 if not mapped.
 * @gid:         Its group in the initial user namespace; (u32)-1 if not mapped.
 * @context_len: Length of the security context; 0 without one.
 * @context_lsm: The security module of the context, LSM_ID_*; 0 without one.
 * @mode:        Its permissions, without the type of the file.
 * @flags:       How it was opened, LUO_IDENTITY_FILE_*.
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
	u16 mode;
	u16 flags;
	char text[];
} __packed;

#endif /* _LINUX_KHO_ABI_LUO_IDENTITY_H */
