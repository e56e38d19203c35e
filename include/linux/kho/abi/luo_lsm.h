/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: luo_lsm hand-over ABI
 *
 * luo_lsm leaves its state to the next kernel in a KHO subtree of its own, named
 * "luo_lsm": a &struct luo_lsm_ser, in one page, and the active policy's bytes, as
 * they were written, in pages of their own, preserved with
 * kho_preserve_vmalloc().
 *
 * The state is there twice. One of the two is valid, and &luo_lsm_ser.slot says
 * which; a change is made to the other one, and then a single store of ``slot``
 * makes it the valid one. So whenever the kernel is left, there is the state
 * before the change or the one after it.
 *
 * Each state has a checksum, and so have the policy's bytes and the list of its
 * pages: what does not fit is not used, and the kernel that finds it denies
 * everything.
 *
 * Versions: whatever changes, &luo_lsm_ser.magic to &luo_lsm_ser.slot_size stay as
 * they are, two states of ``slot_size`` bytes each follow &luo_lsm_ser.reserved,
 * and each begins with the fields from &luo_lsm_state_ser.checksum to
 * &luo_lsm_state_ser.digest. All of it is in one page of 4096 bytes. So a kernel
 * that does not know the version at hand denies everything, and yet knows of
 * the lock and of the versions that may not come back.
 */

#ifndef _LINUX_KHO_ABI_LUO_LSM_H
#define _LINUX_KHO_ABI_LUO_LSM_H

#include <crypto/sha2.h>
#include <linux/build_bug.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/types.h>

#define LUO_LSM_KHO_ENTRY_NAME	"luo_lsm"
#define LUO_LSM_KHO_MAGIC	"luo-lsm"	/* with its NUL */
#define LUO_LSM_KHO_VERSION	1
#define LUO_LSM_KHO_SIZE_MAX	4096

/* Verdicts are binding. */
#define LUO_LSM_KHO_ENFORCING	0x1
/* Nothing may be changed any more. */
#define LUO_LSM_KHO_LOCKED	0x2
/* While there is no policy, everything is allowed. */
#define LUO_LSM_KHO_ALLOW	0x4
/* There was a policy, but it is lost: everything is denied. */
#define LUO_LSM_KHO_LOST	0x8
/* Policies must be signed. */
#define LUO_LSM_KHO_SIGNATURES	0x10

/**
 * struct luo_lsm_state_ser - The state of the module.
 * @checksum:      SHA-256 of what follows, &luo_lsm_ser.slot_size bytes less 32.
 * @flags:         LUO_LSM_KHO_*.
 * @reserved:      0.
 * @version:       Highest version of a policy that was active; 0 if none was.
 * @digest:        SHA-256 of the text of that policy.
 * @policy_size:   Bytes of the active policy, as it was written; 0 if there is
 *                 none.
 * @policy_digest: SHA-256 of these bytes.
 * @pages_digest:  SHA-256 of the one struct kho_vmalloc_chunk of @policy.
 * @policy:        Where these bytes are.
 */
struct luo_lsm_state_ser {
	u8 checksum[SHA256_DIGEST_SIZE];
	u32 flags;
	u32 reserved;
	u64 version;
	u8 digest[SHA256_DIGEST_SIZE];
	u64 policy_size;
	u8 policy_digest[SHA256_DIGEST_SIZE];
	u8 pages_digest[SHA256_DIGEST_SIZE];
	struct kho_vmalloc policy;
};

/**
 * struct luo_lsm_ser - What the subtree is.
 * @magic:     %LUO_LSM_KHO_MAGIC.
 * @version:   %LUO_LSM_KHO_VERSION.
 * @slot_size: Bytes of each of @slots.
 * @slot:      Which of @slots is valid, 0 or 1.
 * @reserved:  0.
 * @slots:     The state, and the one before it.
 */
struct luo_lsm_ser {
	char magic[8];
	u32 version;
	u32 slot_size;
	u32 slot;
	u32 reserved;
	struct luo_lsm_state_ser slots[2];
};

static_assert(sizeof(struct luo_lsm_state_ser) == 168);
static_assert(sizeof(struct luo_lsm_ser) == 24 + 2 * 168);

#endif /* _LINUX_KHO_ABI_LUO_LSM_H */
