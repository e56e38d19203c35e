// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the state that is handed over from kernel to kernel. Its layout in
 * memory is described in linux/kho/abi/luo_lsm.h.
 *
 * KHO hands memory over at every kexec of a kernel that was loaded with
 * kexec_file_load(), not only at a live update that LUO serializes. And the next
 * kernel gets the address of KHO's tree, not a copy that was made when it was
 * loaded. So each change of the state is published here at once, and whatever can
 * fail does so before the change, which is then refused. Nothing is left to do,
 * and to fail, in the reboot path.
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
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "handover.h"
#include "policy/policy.h"

/* A policy's list of pages fits into one struct kho_vmalloc_chunk. */
static_assert(LUO_POLICY_RAW_MAX / PAGE_SIZE + 1 < KHO_VMALLOC_SIZE);

/*
 * What the next kernel will find, in a page of its own. NULL until that could be
 * allocated, and never again. Changes under luo_lsm_lock.
 */
static struct luo_lsm_ser *luo_lsm_outgoing;

/* ---- To the next kernel ---- */

/**
 * luo_lsm_handover_preserve() - Copy a policy's bytes into preserved memory.
 * @preserved: Filled in; zero before.
 * @bytes:     The bytes.
 * @size:      How many.
 *
 * Costs whole pages for the bytes, one page for the list of them, and what KHO
 * needs to track each. Without KHO nothing is handed over, and the copy is in
 * ordinary memory.
 *
 * Context: Process context; may sleep.
 * Return: A copy of @bytes, to be freed with kvfree() after
 *         luo_lsm_handover_unpreserve(), or NULL if there is no memory.
 */
char *luo_lsm_handover_preserve(struct luo_lsm_preserved *preserved,
				const char *bytes, size_t size)
{
	char *copy;

	if (!kho_is_enabled())
		return kvmemdup(bytes, size, GFP_KERNEL);

	/* Zeroed, so that the last page hands over nothing else */
	copy = __vmalloc(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!copy)
		return NULL;

	memcpy(copy, bytes, size);
	if (kho_preserve_vmalloc(copy, &preserved->pages)) {
		vfree(copy);
		return NULL;
	}

	preserved->preserved = true;
	preserved->size = size;
	sha256((const u8 *)bytes, size, preserved->digest);
	sha256((const u8 *)KHOSER_LOAD_PTR(preserved->pages.first), PAGE_SIZE,
	       preserved->pages_digest);
	return copy;
}

/**
 * luo_lsm_handover_unpreserve() - Stop preserving a policy's bytes.
 * @preserved: The bytes; they were never published, or another policy's were
 *             since. Nothing happens if they are not preserved.
 *
 * The copy stays readable in this kernel until it is freed.
 *
 * Context: Process context; may sleep. The caller holds luo_lsm_lock, or the last
 *          reference to the policy.
 */
void luo_lsm_handover_unpreserve(struct luo_lsm_preserved *preserved)
{
	if (!preserved->preserved)
		return;

	kho_unpreserve_vmalloc(&preserved->pages);
	preserved->preserved = false;
}

static u8 *luo_lsm_checksum(const struct luo_lsm_state_ser *state, size_t size,
			    u8 checksum[SHA256_DIGEST_SIZE])
{
	sha256((const u8 *)state + sizeof(state->checksum),
	       size - sizeof(state->checksum), checksum);
	return checksum;
}

const char *const luo_lsm_locked_names[LUO_LSM_LOCKED_COUNT] = {
	[LUO_LSM_LOCKED_NONE] = "none",
	[LUO_LSM_LOCKED_SIGNED] = "signed",
	[LUO_LSM_LOCKED_ALL] = "all",
};

static u32 luo_lsm_serialize_locked(enum luo_lsm_locked locked)
{
	switch (locked) {
	case LUO_LSM_LOCKED_NONE:
		return 0;
	case LUO_LSM_LOCKED_SIGNED:
		return LUO_LSM_KHO_LOCKED | LUO_LSM_KHO_LOCKED_SIGNED;
	default:
		return LUO_LSM_KHO_LOCKED;
	}
}

static void luo_lsm_serialize(struct luo_lsm_state_ser *out,
			      const struct luo_lsm_state *state)
{
	const struct luo_lsm_preserved *policy = state->policy;

	memset(out, 0, sizeof(*out));
	out->flags = (state->enforcing ? LUO_LSM_KHO_ENFORCING : 0) |
		     luo_lsm_serialize_locked(state->locked) |
		     (state->allow ? LUO_LSM_KHO_ALLOW : 0) |
		     (state->signatures ? LUO_LSM_KHO_SIGNATURES : 0) |
		     (state->failed_closed ? LUO_LSM_KHO_FAILED_CLOSED : 0);
	out->changes = state->changes;
	out->version = state->version;
	memcpy(out->digest, state->digest, sizeof(out->digest));
	if (policy) {
		out->policy_size = policy->size;
		memcpy(out->policy_digest, policy->digest,
		       sizeof(out->policy_digest));
		memcpy(out->pages_digest, policy->pages_digest,
		       sizeof(out->pages_digest));
		out->policy = policy->pages;
	}
	luo_lsm_checksum(out, sizeof(*out), out->checksum);
}

static int luo_lsm_publish_first(const struct luo_lsm_state *state)
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

	WRITE_ONCE(luo_lsm_outgoing, out);
	return 0;
}

/**
 * luo_lsm_handover_publish() - Hand a state over from now on.
 * @state: The state.
 *
 * Call it before the state is changed in this kernel. After it returned 0, nothing
 * refers to the bytes of the policy that was published before: unpreserve them.
 *
 * Context: Process context, under luo_lsm_lock; may sleep.
 * Return: 0, or a negative errno if it cannot be handed over; then the state that
 *         was published before is still handed over. Never fails again after it
 *         succeeded once.
 */
int luo_lsm_handover_publish(const struct luo_lsm_state *state)
{
	u32 slot;

	if (!kho_is_enabled())
		return 0;
	if (!luo_lsm_outgoing)
		return luo_lsm_publish_first(state);

	slot = !luo_lsm_outgoing->slot;
	luo_lsm_serialize(&luo_lsm_outgoing->slots[slot], state);
	/*
	 * Another CPU may start the next kernel between any two instructions
	 * here. Release: the slot is complete before it becomes the valid one.
	 */
	smp_store_release(&luo_lsm_outgoing->slot, slot);
	return 0;
}

/**
 * luo_lsm_handover_ready() - Would the next kernel get the state?
 *
 * Context: Any.
 * Return: true if so, or if KHO is off and nothing at all is handed over.
 */
bool luo_lsm_handover_ready(void)
{
	return READ_ONCE(luo_lsm_outgoing) || !kho_is_enabled();
}

/* ---- From the previous kernel ---- */

/**
 * luo_lsm_handover_pending() - Did the previous kernel hand a state over?
 *
 * Context: At boot, once the memory allocators are up.
 * Return: true if it did, readable or not.
 */
bool __init luo_lsm_handover_pending(void)
{
	phys_addr_t phys;

	return kho_retrieve_subtree(LUO_LSM_KHO_ENTRY_NAME, &phys, NULL) !=
	       -ENOENT;
}

/* The page at @phys, or NULL if the previous kernel preserved none there. */
static void __init *luo_lsm_page(phys_addr_t phys)
{
	return kho_is_preserved(phys, 0) ? phys_to_virt(phys) : NULL;
}

/* Slot @slot of @in, or NULL if its checksum is bad. */
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

/* What no kernel writes is the highest lock. */
static enum luo_lsm_locked __init luo_lsm_receive_locked(u32 flags)
{
	switch (flags & (LUO_LSM_KHO_LOCKED | LUO_LSM_KHO_LOCKED_SIGNED)) {
	case 0:
		return LUO_LSM_LOCKED_NONE;
	case LUO_LSM_KHO_LOCKED | LUO_LSM_KHO_LOCKED_SIGNED:
		return LUO_LSM_LOCKED_SIGNED;
	default:
		return LUO_LSM_LOCKED_ALL;
	}
}

/*
 * Collect from both slots what is never taken back. It counts even if its slot is
 * not the valid one, or has a version that this kernel does not know.
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
		state->locked = max(state->locked,
				    luo_lsm_receive_locked(ser->flags));
		state->changes = max(state->changes, ser->changes);
		if (ser->flags & LUO_LSM_KHO_SIGNATURES)
			state->signatures = true;
		if (ser->version < state->version)
			continue;
		state->version = ser->version;
		memcpy(state->digest, ser->digest, sizeof(state->digest));
	}
}

/*
 * Is this a list of pages as luo_lsm_handover_preserve() makes them? The checksum
 * proves only that the previous kernel wrote it. KHO takes pages over without a
 * look at them, and warns of one that is not preserved or was taken already.
 */
static bool __init luo_lsm_pages_ok(const struct luo_lsm_state_ser *state,
				    const struct kho_vmalloc_chunk *chunk)
{
	phys_addr_t in = ALIGN_DOWN(__pa(state), PAGE_SIZE);
	u32 i, j;

	if (state->policy.order || chunk->hdr.next.phys ||
	    chunk->phys[state->policy.total_pages])
		return false;

	for (i = 0; i < state->policy.total_pages; i++) {
		if (!luo_lsm_page(chunk->phys[i]) || chunk->phys[i] == in ||
		    chunk->phys[i] == state->policy.first.phys)
			return false;
		for (j = 0; j < i; j++)
			if (chunk->phys[j] == chunk->phys[i])
				return false;
	}
	return true;
}

/* Returns why the policy's bytes are refused, or NULL. */
static const char __init *
luo_lsm_receive_policy(const struct luo_lsm_state_ser *state,
		       struct luo_lsm_incoming *incoming)
{
	const struct kho_vmalloc_chunk *chunk;
	u8 digest[SHA256_DIGEST_SIZE];
	u64 size = state->policy_size;
	char *bytes;

	if (size > LUO_POLICY_RAW_MAX ||
	    PFN_UP(size) != state->policy.total_pages)
		return "bad length of the policy";
	chunk = luo_lsm_page(state->policy.first.phys);
	if (!chunk)
		return "bad address of the list of pages";
	sha256((const u8 *)chunk, PAGE_SIZE, digest);
	if (memcmp(digest, state->pages_digest, sizeof(digest)))
		return "bad checksum of the list of pages";
	if (!luo_lsm_pages_ok(state, chunk))
		return "bad list of pages";

	bytes = kho_restore_vmalloc(&state->policy);
	if (!bytes)
		return "out of memory";

	sha256((const u8 *)bytes, size, digest);
	if (memcmp(digest, state->policy_digest, sizeof(digest))) {
		vfree(bytes);
		return "bad checksum of the policy";
	}

	incoming->bytes = bytes;
	incoming->size = size;
	return NULL;
}

/* Returns why the state is refused, or NULL. */
static const char __init *luo_lsm_receive(struct luo_lsm_ser *in, size_t size,
					  struct luo_lsm_incoming *incoming)
{
	const struct luo_lsm_state_ser *state;
	const char *error = NULL;

	if (size < offsetof(struct luo_lsm_ser, slots))
		return "truncated state";
	if (memcmp(in->magic, LUO_LSM_KHO_MAGIC, sizeof(in->magic)))
		return "bad magic";
	/* What all versions have in common */
	if (in->slot_size < offsetofend(struct luo_lsm_state_ser, digest) ||
	    in->slot_size > LUO_LSM_KHO_SIZE_MAX / 2 ||
	    !IS_ALIGNED(in->slot_size, sizeof(u64)) ||
	    size > LUO_LSM_KHO_SIZE_MAX ||
	    size < offsetof(struct luo_lsm_ser, slots) + 2 * in->slot_size)
		return "bad length of the state";

	luo_lsm_receive_bounds(in, &incoming->state);
	if (in->version != LUO_LSM_KHO_VERSION ||
	    in->slot_size != sizeof(*state))
		return "unknown version of the state";

	state = in->slot < ARRAY_SIZE(in->slots) ? luo_lsm_slot(in, in->slot) :
						   NULL;
	if (!state)
		return "bad checksum of the state";

	incoming->state.enforcing = state->flags & LUO_LSM_KHO_ENFORCING;
	incoming->state.allow = state->flags & LUO_LSM_KHO_ALLOW;
	if (state->flags & LUO_LSM_KHO_FAILED_CLOSED)
		error = "the previous kernel failed closed";
	else if (state->policy_size)
		error = luo_lsm_receive_policy(state, incoming);

	/*
	 * The checksum is good, so this is the page that the previous kernel
	 * preserved, and it may be freed. A page that is refused above may be
	 * any page, and stays reserved.
	 */
	kho_restore_free(in);
	return error;
}

/**
 * luo_lsm_handover_receive() - Read what the previous kernel handed over.
 * @incoming: Filled in; all zero if it handed nothing over. Free its @bytes with
 *            vfree().
 *
 * Reads only memory that the previous kernel preserved, and uses nothing but what a
 * checksum covers. Memory of what is refused may stay reserved until the next boot.
 *
 * Context: At boot, in process context, once; may sleep.
 */
void __init luo_lsm_handover_receive(struct luo_lsm_incoming *incoming)
{
	struct luo_lsm_ser *in;
	phys_addr_t phys;
	size_t size;
	int err;

	err = kho_retrieve_subtree(LUO_LSM_KHO_ENTRY_NAME, &phys, &size);
	if (err == -ENOENT)
		return;

	incoming->found = true;
	in = err ? NULL : luo_lsm_page(phys);
	incoming->error = in ? luo_lsm_receive(in, size, incoming) :
			       "bad address of the state";
}
