/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The identity of a file that was preserved over a live update.
 */

#ifndef _LINUX_LUO_IDENTITY_H
#define _LINUX_LUO_IDENTITY_H

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

#endif /* _LINUX_LUO_IDENTITY_H */
