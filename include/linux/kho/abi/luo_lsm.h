/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: luo_lsm hand-over ABI
 *
 * luo_lsm hands its state over to the next kernel in a KHO subtree of its own,
 * named "luo_lsm": a &struct luo_lsm_ser, in one page. The bytes of the active
 * policy are in pages of their own, preserved with kho_preserve_vmalloc().
 *
 * There are two slots for the state, and &luo_lsm_ser.slot says which one is
 * valid. A change is written to the other slot, which then becomes valid by a
 * single store of ``slot``. So at any moment the next kernel finds the state
 * before the change or the one after it, complete.
 *
 * Each slot has a checksum, and so have the policy's bytes and the list of its
 * pages. The next kernel refuses the state if a checksum does not match, and
 * fails closed: it denies every request until a policy is loaded.
 *
 * All versions have in common:
 *
 * - the fields from &luo_lsm_ser.magic to &luo_lsm_ser.reserved,
 * - the two slots of ``slot_size`` bytes each that follow them,
 * - the fields with which each slot begins, from &luo_lsm_state_ser.checksum to
 *   &luo_lsm_state_ser.digest,
 * - the size: one page of 4096 bytes at most.
 *
 * So a kernel that does not know the version refuses the state, and still knows
 * whether it was locked and which versions of the policy are too old.
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

/* Denials are binding. */
#define LUO_LSM_KHO_ENFORCING		0x1
/* Locked until a cold boot: nothing may be changed, unless the next flag is set. */
#define LUO_LSM_KHO_LOCKED		0x2
/* Every request is allowed while no policy was ever loaded. */
#define LUO_LSM_KHO_ALLOW		0x4
/* The policy of an earlier kernel was refused, and none was loaded since. */
#define LUO_LSM_KHO_FAILED_CLOSED	0x8
/* Policies must be signed. */
#define LUO_LSM_KHO_SIGNATURES		0x10
/*
 * With LUO_LSM_KHO_LOCKED: newer policies are accepted if they are signed. A kernel
 * that does not know the flag locks everything. So does any kernel that finds it
 * without LUO_LSM_KHO_LOCKED, which none writes.
 */
#define LUO_LSM_KHO_LOCKED_SIGNED	0x20

/**
 * struct luo_lsm_state_ser - A slot: the state of the module.
 * @checksum:      SHA-256 of the rest of the slot, &luo_lsm_ser.slot_size bytes
 *                 less 32.
 * @flags:         LUO_LSM_KHO_*.
 * @changes:       How often the state was changed since the last cold boot.
 * @version:       Highest version of a policy that was active; 0 if none was.
 * @digest:        SHA-256 of the text of that policy.
 * @policy_size:   Bytes of the active policy, with its signature; 0 if there is
 *                 none.
 * @policy_digest: SHA-256 of these bytes.
 * @pages_digest:  SHA-256 of the one struct kho_vmalloc_chunk of @policy.
 * @policy:        The pages of these bytes.
 */
struct luo_lsm_state_ser {
	u8 checksum[SHA256_DIGEST_SIZE];
	u32 flags;
	u32 changes;
	u64 version;
	u8 digest[SHA256_DIGEST_SIZE];
	u64 policy_size;
	u8 policy_digest[SHA256_DIGEST_SIZE];
	u8 pages_digest[SHA256_DIGEST_SIZE];
	struct kho_vmalloc policy;
};

/**
 * struct luo_lsm_ser - The content of the subtree.
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
