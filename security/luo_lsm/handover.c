// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the policy, its version, enforcing and the lock go over to the next
 * kernel. See linux/kho/abi/luo_lsm.h for what lies in memory.
 *
 * KHO hands over memory, at any moment: not only for a live update that LUO
 * serializes, but for every kexec of a kernel loaded with kexec_file_load(), and
 * whenever it was loaded, as the next kernel gets the address of KHO's tree and
 * not a copy of it. So what is handed over is kept up to date with each change.
 * What can fail, fails before the change, which is then refused: nothing can fail
 * when the kernel is left.
 */

#include <asm/barrier.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kexec_handover.h>
#include <linux/kho/abi/luo_lsm.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "luo_lsm.h"

/* A policy's list of pages is one struct kho_vmalloc_chunk with room to spare. */
static_assert(LUO_POLICY_RAW_MAX / PAGE_SIZE + 1 < KHO_VMALLOC_SIZE);

/*
 * What the next kernel will find, in a page of its own; NULL until it could be
 * allocated, and never again. Changes under luo_lsm_lock.
 */
static struct luo_lsm_ser *luo_lsm_out;

/* ---- To the next kernel ---- */

/**
 * luo_lsm_handover_keep() - Keep a policy's bytes where they can be handed over.
 * @policy: A policy that is being made.
 * @bytes:  What was written.
 * @size:   Bytes of it.
 *
 * Without KHO nothing is handed over, and any memory will do. Costs whole pages,
 * one page for the list of them, and what KHO needs to remember each.
 *
 * Context: Process context; may sleep.
 * Return: A copy of @bytes, to be freed with kvfree() after
 *         luo_lsm_handover_drop(), or NULL if there is no memory.
 */
char *luo_lsm_handover_keep(struct luo_lsm_policy *policy, const char *bytes,
			    size_t size)
{
	struct luo_lsm_kept *kept = &policy->kept;
	char *copy;

	if (!kho_is_enabled())
		return kvmemdup(bytes, size, GFP_KERNEL);

	/* Zeroed, so that the last page takes nothing else along */
	copy = __vmalloc(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!copy)
		return NULL;

	memcpy(copy, bytes, size);
	if (kho_preserve_vmalloc(copy, &kept->pages)) {
		vfree(copy);
		return NULL;
	}

	kept->preserved = true;
	sha256((const u8 *)bytes, size, kept->digest);
	sha256((const u8 *)KHOSER_LOAD_PTR(kept->pages.first), PAGE_SIZE,
	       kept->pages_digest);
	return copy;
}

/**
 * luo_lsm_handover_drop() - Do not hand a policy's bytes over.
 * @policy: A policy that was never published, or another one was since.
 *
 * Its bytes stay readable here until they are freed.
 *
 * Context: Process context; may sleep. By nobody else at the same time: under
 *          luo_lsm_lock for one that was active, and otherwise when nobody else
 *          has the policy.
 */
void luo_lsm_handover_drop(struct luo_lsm_policy *policy)
{
	if (!policy->kept.preserved)
		return;

	kho_unpreserve_vmalloc(&policy->kept.pages);
	policy->kept.preserved = false;
}

static u8 *luo_lsm_checksum(const struct luo_lsm_state_ser *state, size_t size,
			    u8 checksum[SHA256_DIGEST_SIZE])
{
	sha256((const u8 *)state + sizeof(state->checksum),
	       size - sizeof(state->checksum), checksum);
	return checksum;
}

static void luo_lsm_serialize(struct luo_lsm_state_ser *out,
			      const struct luo_lsm_state *state)
{
	const struct luo_lsm_policy *policy = state->policy;

	memset(out, 0, sizeof(*out));
	out->flags = (state->enforcing ? LUO_LSM_KHO_ENFORCING : 0) |
		     (state->locked ? LUO_LSM_KHO_LOCKED : 0) |
		     (state->allow ? LUO_LSM_KHO_ALLOW : 0) |
		     (state->signatures ? LUO_LSM_KHO_SIGNATURES : 0) |
		     (state->lost ? LUO_LSM_KHO_LOST : 0);
	out->version = state->version;
	memcpy(out->digest, state->digest, sizeof(out->digest));
	if (policy) {
		out->policy_size = policy->raw_size;
		memcpy(out->policy_digest, policy->kept.digest,
		       sizeof(out->policy_digest));
		memcpy(out->pages_digest, policy->kept.pages_digest,
		       sizeof(out->pages_digest));
		out->policy = policy->kept.pages;
	}
	luo_lsm_checksum(out, sizeof(*out), out->checksum);
}

static int luo_lsm_handover_begin(const struct luo_lsm_state *state)
{
	struct luo_lsm_ser *out = kho_alloc_preserve(sizeof(*out));
	int err;

	if (IS_ERR(out))
		return PTR_ERR(out);

	memcpy(out->magic, LUO_LSM_KHO_MAGIC, sizeof(out->magic));
	out->version = LUO_LSM_KHO_VERSION;
	out->slot_size = sizeof(out->slots[0]);
	luo_lsm_serialize(&out->slots[0], state);

	/* From here on the next kernel finds it */
	err = kho_add_subtree(LUO_LSM_KHO_ENTRY_NAME, out, sizeof(*out));
	if (err) {
		kho_unpreserve_free(out);
		return err;
	}

	WRITE_ONCE(luo_lsm_out, out);
	return 0;
}

/**
 * luo_lsm_handover_publish() - Hand a state over from now on.
 * @state: The state; its policy was made by luo_lsm_handover_keep().
 *
 * Call it before the state is changed in this kernel. When it is done, nothing
 * refers to the policy that was handed over so far any more: drop it then.
 *
 * Context: Process context, under luo_lsm_lock; may sleep.
 * Return: 0, or a negative errno if it cannot be handed over; then what was handed
 *         over so far still is. Does not fail once it succeeded in a boot.
 */
int luo_lsm_handover_publish(const struct luo_lsm_state *state)
{
	u32 slot;

	if (!kho_is_enabled())
		return 0;
	if (!luo_lsm_out)
		return luo_lsm_handover_begin(state);

	slot = !luo_lsm_out->slot;
	luo_lsm_serialize(&luo_lsm_out->slots[slot], state);
	/*
	 * Another processor may leave this kernel between any two instructions
	 * here: the slot must be whole before it is the valid one.
	 */
	smp_store_release(&luo_lsm_out->slot, slot);
	return 0;
}

/**
 * luo_lsm_handover_ready() - Would the next kernel get the state?
 *
 * Context: Any.
 * Return: true if so, or if nothing at all can be handed over.
 */
bool luo_lsm_handover_ready(void)
{
	return READ_ONCE(luo_lsm_out) || !kho_is_enabled();
}

/* ---- From the previous kernel ---- */

/**
 * luo_lsm_handover_waits() - Did the previous kernel leave something?
 *
 * Context: At boot, at any time after the memory allocators came up.
 * Return: true if it left a state, readable or not.
 */
bool __init luo_lsm_handover_waits(void)
{
	phys_addr_t phys;

	return kho_retrieve_subtree(LUO_LSM_KHO_ENTRY_NAME, &phys, NULL) !=
	       -ENOENT;
}

/* What is at @phys, if a page can be there at all. */
static void __init *luo_lsm_page(phys_addr_t phys)
{
	if (!phys || !PAGE_ALIGNED(phys) || !pfn_valid(PHYS_PFN(phys)))
		return NULL;
	return phys_to_virt(phys);
}

static struct luo_lsm_state_ser __init *
luo_lsm_slot(const struct luo_lsm_ser *in, u32 slot)
{
	struct luo_lsm_state_ser *state;
	u8 checksum[SHA256_DIGEST_SIZE];

	state = (void *)in->slots + slot * in->slot_size;
	luo_lsm_checksum(state, in->slot_size, checksum);
	return memcmp(state->checksum, checksum, sizeof(checksum)) ? NULL :
								     state;
}

/*
 * What never goes back holds even if the state that says so is not the valid one,
 * or is of a version that is not known here.
 */
static void __init luo_lsm_receive_bounds(const struct luo_lsm_ser *in,
					  struct luo_lsm_state *state)
{
	const struct luo_lsm_state_ser *ser;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(in->slots); i++) {
		ser = luo_lsm_slot(in, i);
		if (!ser)
			continue;
		if (ser->flags & LUO_LSM_KHO_LOCKED)
			state->locked = true;
		if (ser->flags & LUO_LSM_KHO_SIGNATURES)
			state->signatures = true;
		if (ser->version < state->version)
			continue;
		state->version = ser->version;
		memcpy(state->digest, ser->digest, sizeof(state->digest));
	}
}

static const char __init *
luo_lsm_receive_policy(const struct luo_lsm_state_ser *state,
		       struct luo_lsm_arrival *arrival)
{
	const struct kho_vmalloc_chunk *chunk;
	u8 digest[SHA256_DIGEST_SIZE];
	u64 size = state->policy_size;
	char *bytes;

	if (PFN_UP(size) != state->policy.total_pages)
		return "its length is broken";
	/* KHO believes what the list says: do not show it a broken one */
	chunk = luo_lsm_page(state->policy.first.phys);
	if (!chunk)
		return "the address of its pages is broken";
	sha256((const u8 *)chunk, PAGE_SIZE, digest);
	if (memcmp(digest, state->pages_digest, sizeof(digest)))
		return "the list of its pages is broken";

	bytes = kho_restore_vmalloc(&state->policy);
	if (!bytes)
		return "out of memory";

	sha256((const u8 *)bytes, size, digest);
	if (memcmp(digest, state->policy_digest, sizeof(digest))) {
		vfree(bytes);
		return "its bytes are not those that were handed over";
	}

	arrival->bytes = bytes;
	arrival->size = size;
	return NULL;
}

/* Returns what is wrong, or NULL. */
static const char __init *luo_lsm_receive(struct luo_lsm_ser *in, size_t size,
					  struct luo_lsm_arrival *arrival)
{
	const struct luo_lsm_state_ser *state;
	const char *broken = NULL;

	if (size < offsetof(struct luo_lsm_ser, slots))
		return "it is too short";
	if (memcmp(in->magic, LUO_LSM_KHO_MAGIC, sizeof(in->magic)))
		return "it does not begin as one";
	/* As far as all versions agree */
	if (in->slot_size < offsetofend(struct luo_lsm_state_ser, digest) ||
	    in->slot_size > LUO_LSM_KHO_SIZE_MAX / 2 ||
	    !IS_ALIGNED(in->slot_size, sizeof(u64)) ||
	    size > LUO_LSM_KHO_SIZE_MAX ||
	    size < offsetof(struct luo_lsm_ser, slots) + 2 * in->slot_size)
		return "its lengths do not agree";

	luo_lsm_receive_bounds(in, &arrival->state);
	if (in->version != LUO_LSM_KHO_VERSION ||
	    in->slot_size != sizeof(*state))
		return "it is of another version of luo_lsm";

	state = in->slot < ARRAY_SIZE(in->slots) ? luo_lsm_slot(in, in->slot) :
						   NULL;
	if (!state)
		return "its checksum is wrong";

	arrival->state.enforcing = state->flags & LUO_LSM_KHO_ENFORCING;
	arrival->state.allow = state->flags & LUO_LSM_KHO_ALLOW;
	if (state->flags & LUO_LSM_KHO_LOST)
		broken = "the previous kernel could not use it either";
	else if (state->policy_size)
		broken = luo_lsm_receive_policy(state, arrival);

	/* A page that says so much of itself is the one that was preserved */
	kho_restore_free(in);
	return broken;
}

/**
 * luo_lsm_handover_receive() - Take what the previous kernel left.
 * @arrival: Filled in; all zero if there is nothing. Free its @bytes with vfree().
 *
 * Takes nothing for granted that no checksum vouches for. The memory of what
 * turns out to be broken stays reserved: nobody knows what it is.
 *
 * Context: At boot, in process context; may sleep. Once in a boot.
 */
void __init luo_lsm_handover_receive(struct luo_lsm_arrival *arrival)
{
	struct luo_lsm_ser *in;
	phys_addr_t phys;
	size_t size;
	int err;

	err = kho_retrieve_subtree(LUO_LSM_KHO_ENTRY_NAME, &phys, &size);
	if (err == -ENOENT)
		return;

	arrival->found = true;
	in = err ? NULL : luo_lsm_page(phys);
	arrival->broken = in ? luo_lsm_receive(in, size, arrival) :
			       "its address is broken";
}
