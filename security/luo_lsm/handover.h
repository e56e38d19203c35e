/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the state that is handed over from kernel to kernel.
 */

#ifndef _SECURITY_LUO_LSM_HANDOVER_H
#define _SECURITY_LUO_LSM_HANDOVER_H

#include <crypto/sha2.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/types.h>

/**
 * struct luo_lsm_preserved - The bytes of a policy, preserved for the next kernel.
 * @preserved:    KHO preserves them. The other fields are valid only then.
 * @size:         How many bytes.
 * @pages:        Their pages.
 * @pages_digest: SHA-256 of the list of their pages.
 * @digest:       SHA-256 of the bytes.
 */
struct luo_lsm_preserved {
	bool preserved;
	size_t size;
	struct kho_vmalloc pages;
	u8 pages_digest[SHA256_DIGEST_SIZE];
	u8 digest[SHA256_DIGEST_SIZE];
};

/**
 * enum luo_lsm_locked - What is locked until a cold boot. Each includes the one before.
 * @LUO_LSM_LOCKED_NONE:   Nothing.
 * @LUO_LSM_LOCKED_SIGNED: Denials are binding. Of policies, newer ones are accepted
 *                         that are signed.
 * @LUO_LSM_LOCKED_ALL:    Nothing may be changed.
 * @LUO_LSM_LOCKED_COUNT:  How many there are.
 */
enum luo_lsm_locked {
	LUO_LSM_LOCKED_NONE,
	LUO_LSM_LOCKED_SIGNED,
	LUO_LSM_LOCKED_ALL,
	LUO_LSM_LOCKED_COUNT,
};

/**
 * struct luo_lsm_state - The state that is handed over.
 * @policy:        The bytes of the active policy; NULL if there is none, and in
 *                 what the previous kernel handed over.
 * @version:       Highest version that ever was active; 0 if none was.
 * @digest:        SHA-256 of the text of the policy that had it.
 * @enforcing:     Denials are binding.
 * @locked:        What is locked until a cold boot.
 * @allow:         Every request is allowed while no policy was ever loaded.
 * @signatures:    Policies must be signed.
 * @failed_closed: The policy of an earlier kernel was refused, and none was
 *                 loaded since.
 * @changes:       How often what is in force was changed since the last cold boot.
 */
struct luo_lsm_state {
	const struct luo_lsm_preserved *policy;
	u64 version;
	u8 digest[SHA256_DIGEST_SIZE];
	bool enforcing;
	enum luo_lsm_locked locked;
	bool allow;
	bool signatures;
	bool failed_closed;
	u32 changes;
};

/**
 * struct luo_lsm_incoming - What the previous kernel handed over.
 * @found: It handed something over.
 * @error: Why it is refused; NULL if it is not.
 * @bytes: The policy, its signature included; NULL if there was none.
 * @size:  Bytes of @bytes.
 * @state: The state, without the policy. If it is refused, only what is never
 *         taken back is filled in, as far as it is readable: @version, @digest,
 *         @locked, @signatures and @changes of &struct luo_lsm_state.
 */
struct luo_lsm_incoming {
	bool found;
	const char *error;
	char *bytes;
	size_t size;
	struct luo_lsm_state state;
};

extern const char *const luo_lsm_locked_names[LUO_LSM_LOCKED_COUNT];

char *luo_lsm_handover_preserve(struct luo_lsm_preserved *preserved,
				const char *bytes, size_t size);
void luo_lsm_handover_unpreserve(struct luo_lsm_preserved *preserved);
int luo_lsm_handover_publish(const struct luo_lsm_state *state);
bool luo_lsm_handover_ready(void);
bool luo_lsm_handover_pending(void);
void luo_lsm_handover_receive(struct luo_lsm_incoming *incoming);

#endif /* _SECURITY_LUO_LSM_HANDOVER_H */
