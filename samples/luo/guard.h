/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guard.bpf.c and guard.c share. Types of linux/types.h.
 */

#ifndef LUO_GUARD_H
#define LUO_GUARD_H

#define GUARD_NAME_SIZE	64	/* of a session, with the NUL */

/* The hooks of live update; keys of the map of counters */
enum guard_hook {
	GUARD_SESSION_CREATE,
	GUARD_SESSION_RETRIEVE,
	GUARD_SESSION_FINISH,
	GUARD_SESSION_RELEASE,
	GUARD_FILE_PRESERVE,
	GUARD_FILE_RELEASE,
	GUARD_FILE_RESTORE,
	GUARD_FILE_FREEZE,
	GUARD_HOOKS,
};

/**
 * struct guard_count - What a hook was asked, on one processor.
 * @calls:       How often.
 * @denied:      How often the guard denied it.
 * @no_file:     Without a file: it is not restored yet, or the whole session is meant.
 * @no_identity: Without an identity: an older kernel, or one without the patches, did not
 *               hand it over.
 */
struct guard_count {
	__u64 calls;
	__u64 denied;
	__u64 no_file;
	__u64 no_identity;
};

/**
 * struct guard_prefix - Sessions whose names begin so are denied; key of an LPM trie.
 * @bits: Length of the prefix, in bits.
 * @name: The prefix.
 */
struct guard_prefix {
	__u32 bits;
	char name[GUARD_NAME_SIZE];
};

/**
 * struct guard_denial - One that was denied.
 * @hook:  Which hook denied it; enum guard_hook.
 * @pid:   Process that asked.
 * @token: Of the file; 0 for sessions.
 * @owner: Of the file, as the previous kernel or the file itself says; -1 if unknown.
 * @name:  Of the session; empty if the guard did not see it created or retrieved.
 */
struct guard_denial {
	__u32 hook;
	__u32 pid;
	__u64 token;
	__s64 owner;
	char name[GUARD_NAME_SIZE];
};

#endif /* LUO_GUARD_H */
