/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The identity of a file that was preserved over a live update.
 */

#ifndef _LINUX_LUO_IDENTITY_H
#define _LINUX_LUO_IDENTITY_H

#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct lsm_prop;

/* The size of what is no regular file */
#define LUO_FILE_SIZE_UNKNOWN	U64_MAX

/**
 * struct luo_file_identity - Identity of a file in the previous kernel.
 * @uid:         Its owner; INVALID_UID if the owner had no mapping in the initial
 *               user namespace, or if many files share the inode.
 * @gid:         Its group; INVALID_GID likewise.
 * @size:        Its size in bytes, or LUO_FILE_SIZE_UNKNOWN.
 * @mode:        Its permissions, S_IALLUGO at most, without the type of the file.
 * @flags:       How it was opened: O_RDONLY, O_WRONLY or O_RDWR, and of the other
 *               O_* flags those that fcntl(F_GETFL) shows.
 * @context:     Its security context, NUL-terminated, or NULL if it had none. The
 *               current policy may not know the context.
 * @context_len: Length of @context, not counting the NUL.
 * @context_lsm: The security module of the context, LSM_ID_*; 0 without one.
 * @label:       Its label, of which @context is the text, as long as the file is in
 *               this kernel; else NULL.
 *
 * The identity is that at the time of the live update. Owner, mode and label may
 * have changed since the file was preserved.
 */
struct luo_file_identity {
	kuid_t uid;
	kgid_t gid;
	u64 size;
	umode_t mode;
	unsigned int flags;
	const char *context;
	u32 context_len;
	u32 context_lsm;
	struct lsm_prop *label;
};

/**
 * luo_file_identity_of() - Get owner and size of a file, as far as it has them.
 * @inode:    The inode of the file.
 * @identity: Output parameter. The other fields are zero.
 *
 * The size is that of a regular file, and unknown for every other. A private inode
 * is shared by many files: its owner is nobody's, and unknown.
 *
 * Context: Any.
 */
static inline void luo_file_identity_of(const struct inode *inode,
					struct luo_file_identity *identity)
{
	bool shared = IS_PRIVATE(inode);

	*identity = (struct luo_file_identity) {
		.uid = shared ? INVALID_UID : inode->i_uid,
		.gid = shared ? INVALID_GID : inode->i_gid,
		.size = S_ISREG(inode->i_mode) ? i_size_read(inode) :
						 LUO_FILE_SIZE_UNKNOWN,
	};
}

#endif /* _LINUX_LUO_IDENTITY_H */
