/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What luo_hooks.bpf.c and its loader share. Fixed-size types: the loader includes
 * linux/types.h, too.
 */

#ifndef LUO_HOOKS_H
#define LUO_HOOKS_H

/* The hooks of live update, one of which is for two things; keys of the maps */
enum luo_hook {
	LUO_SESSION_CREATE,
	LUO_SESSION_RETRIEVE,
	LUO_SESSION_FINISH,
	LUO_SESSION_RELEASE,
	LUO_FILE_PRESERVE,
	LUO_FILE_RELEASE,
	LUO_FILE_RESTORE,
	LUO_FILE_FREEZE,
	LUO_SESSION_FREEZE,	/* luo_file_freeze without a file */
	LUO_HOOKS,
};

#define LUO_TEXT_SIZE	64

/**
 * struct luo_call - The last call of a hook.
 * @calls:       Number of calls so far.
 * @session:     Inode number of the session.
 * @token:       Token of the file; 0 if the hook has none.
 * @has_file:    There was a file.
 * @file_mode:   Its f_mode.
 * @has_identity: There was an identity.
 * @uid:         Its uid.
 * @size:        Its size.
 * @flags:       Its flags.
 * @context_len: Length of its security context.
 * @text:        Name of the session, or type of the file.
 */
struct luo_call {
	__u64 calls;
	__u64 session;
	__u64 token;
	__u32 has_file;
	__u32 file_mode;
	__u32 has_identity;
	__u32 uid;
	__u64 size;
	__u32 flags;
	__u32 context_len;
	char text[LUO_TEXT_SIZE];
};

/**
 * struct luo_refusal - What a hook refuses.
 * @on:    It refuses anything.
 * @token: The token of the files that it refuses; 0 for sessions.
 */
struct luo_refusal {
	__u32 on;
	__u32 reserved;
	__u64 token;
};

#endif /* LUO_HOOKS_H */
