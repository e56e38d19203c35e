/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a file was that came over a live update.
 */

#ifndef _LINUX_LUO_IDENTITY_H
#define _LINUX_LUO_IDENTITY_H

#include <linux/types.h>
#include <linux/uidgid.h>

/**
 * struct luo_file_identity - A file as the kernel before left it.
 * @uid:         Its owner; INVALID_UID if it had none the initial user namespace
 *               knows.
 * @gid:         Its group, likewise.
 * @size:        Bytes that were in it.
 * @context:     Its security context, NUL-terminated, as the module of then wrote
 *               it; the policy of today may not know it. NULL if it had none.
 * @context_len: Bytes of @context, without the NUL.
 * @context_lsm: The module whose context it is, LSM_ID_*; 0 if there is none.
 *
 * All of it is as of the moment the file was handed over, not when it was
 * preserved: it may have been given to somebody else in between.
 */
struct luo_file_identity {
	kuid_t uid;
	kgid_t gid;
	u64 size;
	const char *context;
	u32 context_len;
	u32 context_lsm;
};

#endif /* _LINUX_LUO_IDENTITY_H */
