// SPDX-License-Identifier: GPL-2.0
/*
 * handover SEED: the module's own code hands its state over from one "kernel" to
 * the next in one process. The test flips every bit of the state in memory, tries
 * every length, random bytes, and allocations that fail. The next kernel restores
 * exactly what was handed over, or fails closed, and frees nothing that was not
 * preserved.
 */

#include "../tap.h"
#include "handover_kernel.h"
#include "../../security/luo_lsm/handover.c"
#include "../../security/luo_lsm/active.c"
#include "../../security/luo_lsm/switches.c"
#include "../../security/luo_lsm/loading.c"
#include "../../security/luo_lsm/restore.c"

/* ---- The machine ---- */

#define PAGES	512
#define SCENE	32	/* pages, with which the arena begins */

enum page_state { FREE, USED, PRESERVED };

static u8 *arena;
static u8 states[PAGES];	/* enum page_state */
static size_t arena_next;	/* where a free page is looked for */
static int fail_at;		/* the allocation that fails, counted down */
static bool kho_on = true;

static struct {
	void *blob;
	u64 phys;
	size_t size;
} outgoing, incoming;

static char log_line[512];
static int log_lines, loads_refused, loads;

static unsigned long page_of(u64 address)
{
	return (address - (u64)(unsigned long)arena) / PAGE_SIZE;
}

static bool is_memory(u64 address)
{
	return address >= (u64)(unsigned long)arena && page_of(address) < PAGES;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "handover: %s\n", what);
	abort();
}

static bool out_of_memory(void)
{
	return fail_at && !--fail_at;
}

void *luo_shim_alloc(size_t count, size_t size)
{
	return out_of_memory() ? NULL : calloc(count, size ?: 1);
}

void *kvcalloc(size_t count, size_t size, int gfp)
{
	return luo_shim_alloc(count, size);
}

static void *pages_new(size_t count)
{
	size_t tries, i, next;

	if (out_of_memory())
		return NULL;
	for (tries = 0; tries < PAGES; tries++) {
		next = arena_next;
		arena_next = next + count >= PAGES ? 0 : next + 1;
		for (i = 0; i < count && next + i < PAGES; i++)
			if (states[next + i] != FREE)
				break;
		if (i < count)
			continue;
		arena_next = next + count;
		memset(states + next, USED, count);
		memset(arena + next * PAGE_SIZE, 0, count * PAGE_SIZE);
		return arena + next * PAGE_SIZE;
	}
	must(false, "the arena is full: pages leak");
	return NULL;
}

static void page_turn(u64 address, enum page_state from, enum page_state to)
{
	must(is_memory(address) && PAGE_ALIGNED(address), "no page");
	must(states[page_of(address)] == from, "a page in another state");
	states[page_of(address)] = to;
	if (to == FREE)
		memset(phys_to_virt(address), 0x5a, PAGE_SIZE);
}

/* The size of an area is not recorded: its pages are contiguous. */
static size_t area_pages[PAGES];

void *__vmalloc(size_t size, int gfp)
{
	void *area = pages_new(PFN_UP(size));

	if (area)
		area_pages[page_of((u64)(unsigned long)area)] = PFN_UP(size);
	return area;
}

void vfree(const void *memory)
{
	u64 at = (u64)(unsigned long)memory;
	size_t i;

	if (!is_memory(at)) {
		free((void *)memory);
		return;
	}
	for (i = 0; i < area_pages[page_of(at)]; i++)
		page_turn(at + i * PAGE_SIZE, USED, FREE);
}

void *kvmemdup(const void *from, size_t size, int gfp)
{
	void *memory = luo_shim_alloc(1, size);

	return memory ? memcpy(memory, from, size) : NULL;
}

/* ---- KHO ---- */

bool kho_is_enabled(void)
{
	return kho_on;
}

bool kho_is_preserved(phys_addr_t phys, unsigned int order)
{
	return !order && PAGE_ALIGNED(phys) && is_memory(phys) &&
	       states[page_of(phys)] == PRESERVED;
}

void *kho_alloc_preserve(size_t size)
{
	void *page = pages_new(1);

	must(size <= PAGE_SIZE, "more than a page");
	if (!page)
		return ERR_PTR(-ENOMEM);
	page_turn((u64)(unsigned long)page, USED, PRESERVED);
	return page;
}

void kho_unpreserve_free(void *memory)
{
	page_turn((u64)(unsigned long)memory, PRESERVED, FREE);
}

void kho_restore_free(void *memory)
{
	kho_unpreserve_free(memory);
}

int kho_preserve_vmalloc(void *memory, struct kho_vmalloc *preservation)
{
	u64 at = (u64)(unsigned long)memory;
	size_t i, count = area_pages[page_of(at)];
	struct kho_vmalloc_chunk *chunk = pages_new(1);

	must(count < KHO_VMALLOC_SIZE, "more than one list of pages");
	if (!chunk)
		return -ENOMEM;
	page_turn((u64)(unsigned long)chunk, USED, PRESERVED);
	preservation->first.ptr = chunk;
	preservation->total_pages = count;
	for (i = 0; i < count; i++) {
		chunk->phys[i] = at + i * PAGE_SIZE;
		page_turn(chunk->phys[i], USED, PRESERVED);
	}
	return 0;
}

void kho_unpreserve_vmalloc(struct kho_vmalloc *preservation)
{
	struct kho_vmalloc_chunk *chunk = preservation->first.ptr;
	size_t i;

	for (i = 0; i < preservation->total_pages; i++)
		page_turn(chunk->phys[i], PRESERVED, USED);
	page_turn((u64)(unsigned long)chunk, PRESERVED, FREE);
}

void *kho_restore_vmalloc(const struct kho_vmalloc *preservation)
{
	struct kho_vmalloc_chunk *chunk = preservation->first.ptr;
	u8 *copy = luo_shim_alloc(preservation->total_pages, PAGE_SIZE);
	size_t i;

	must(!preservation->order && !chunk->hdr.next.phys,
	     "another kind of memory than was preserved");
	/* The kernel maps the pages themselves; this returns a copy */
	for (i = 0; i < preservation->total_pages; i++) {
		if (copy)
			memcpy(copy + i * PAGE_SIZE,
			       phys_to_virt(chunk->phys[i]), PAGE_SIZE);
		page_turn(chunk->phys[i], PRESERVED, FREE);
	}
	page_turn((u64)(unsigned long)chunk, PRESERVED, FREE);
	return copy;
}

int kho_add_subtree(const char *name, void *blob, size_t size)
{
	must(!outgoing.blob && !strcmp(name, "luo_lsm"), "a second subtree");
	if (out_of_memory())
		return -ENOMEM;
	outgoing.blob = blob;
	outgoing.phys = (u64)(unsigned long)blob;
	outgoing.size = size;
	return 0;
}

int kho_retrieve_subtree(const char *name, phys_addr_t *phys, size_t *size)
{
	if (!incoming.blob)
		return -ENOENT;
	*phys = incoming.phys;
	if (size)
		*size = incoming.size;
	return 0;
}

/* ---- The rest of luo_lsm ---- */

bool luo_lsm_require_signature;

int luo_lsm_check_signature(const struct luo_policy_parts *parts,
			    enum luo_lsm_source source,
			    struct luo_policy_error *error)
{
	if (!luo_lsm_require_signature || source == LUO_LSM_SOURCE_BOOT ||
	    parts->signature)
		return 0;
	return luo_policy_refuse(error, -EKEYREJECTED, "not signed");
}

void luo_lsm_audit_load(const struct luo_lsm_policy *policy,
			const struct luo_policy_error *error)
{
	if (policy)
		loads++;
	else
		loads_refused++;
}

void luo_lsm_audit_switch(const char *op, const char *what, const char *now,
			  const char *before)
{
}

static struct luo_lsm_state measured;
static const struct luo_lsm_policy *measured_policy;
static int measurements;

/* The changes are numbered, and none is in force before it is measured. */
static bool measured_late;

void luo_lsm_measure(const struct luo_lsm_state *state, const struct luo_lsm_policy *policy)
{
	measured_late |= measurements && state->changes <= measured.changes;
	measured_late |= policy == luo_lsm_active &&
			 luo_lsm_is_enforcing == state->enforcing &&
			 luo_lsm_is_locked == state->locked;
	measured = *state;
	measured_policy = policy;
	measurements++;
}

static void forget_measurements(void)
{
	measurements = 0;
	measured_late = false;
}

void luo_lsm_rate_begin_anew(void)
{
}

void luo_lsm_count_sessions(struct luo_lsm_policy *policy)
{
}

/* The counters are an allocation that can fail, like the others of a load. */
struct luo_lsm_hits *luo_lsm_hits_new(const struct luo_policy *compiled)
{
	return kvcalloc(1, 1, GFP_KERNEL);
}

void luo_lsm_hits_free(struct luo_lsm_hits *hits)
{
	kvfree(hits);
}

int kstrtobool(const char *value, bool *result)
{
	*result = *value == '1';
	return *value == '0' || *value == '1' ? 0 : -EINVAL;
}

int match_string(const char *const *array, size_t count, const char *string)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(array[i], string))
			return i;
	return -EINVAL;
}

int pr_err(const char *format, ...)
{
	log_lines++;
	snprintf(log_line, sizeof(log_line), "%s", format);
	return 0;
}

/* ---- From kernel to kernel ---- */

/* Start the next kernel: memory that is not preserved is freed. */
static void kernel_start(const char *enforcing, bool allow, bool signatures)
{
	size_t i;

	free(luo_lsm_active ? luo_lsm_active->counts : NULL);
	free(luo_lsm_active ? luo_lsm_active->hits : NULL);
	if (luo_lsm_active)
		luo_policy_free(luo_lsm_active->compiled);
	free(luo_lsm_active);
	for (i = 0; i < PAGES; i++)
		if (states[i] == USED)
			page_turn((u64)(unsigned long)arena + i * PAGE_SIZE,
				  USED, FREE);

	incoming = outgoing;
	memset(&outgoing, 0, sizeof(outgoing));
	luo_lsm_active = NULL;
	luo_lsm_outgoing = NULL;
	luo_lsm_newest.version = 0;
	memset(luo_lsm_newest.digest, 0, sizeof(luo_lsm_newest.digest));
	memset(&luo_lsm_error, 0, sizeof(luo_lsm_error));
	luo_lsm_is_failed_closed = false;
	luo_lsm_is_locked = LUO_LSM_LOCKED_NONE;
	luo_lsm_boot_lock = LUO_LSM_LOCKED_NONE;
	luo_lsm_changes = 0;
	luo_lsm_is_enforcing = true;
	luo_lsm_enforcing_requested = false;
	if (enforcing)
		luo_lsm_param_enforcing(enforcing, NULL);
	luo_lsm_unconfigured_allow = allow;
	luo_lsm_require_signature = signatures;
	log_lines = 0;
	loads = 0;
	loads_refused = 0;

	if (luo_lsm_handover_pending())
		luo_lsm_set_failed_closed(true);
}

/* The same with a lock on the command line, or NULL, as luo_lsm_start() does it. */
static void kernel_locked(const char *lock, const char *enforcing)
{
	kernel_start(enforcing, true, false);
	if (lock)
		luo_lsm_param_lock(lock, NULL);
	luo_lsm_init_switches();
	luo_lsm_restore();
	luo_lsm_lock_at_boot();
}

static void kernel_hostile(void)
{
	kernel_start("0", true, false);
	luo_lsm_restore();
}

/* Power off and on: nothing is handed over, and so far nothing is restored. */
static void cold_start(void)
{
	memset(&outgoing, 0, sizeof(outgoing));
	memset(states, FREE, sizeof(states));
	arena_next = 0;
	luo_lsm_outgoing = NULL;
	kernel_start(NULL, false, false);
}

static void cold_boot(void)
{
	cold_start();
	luo_lsm_restore();
}

static int load(int version, const char *rules)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "policy name=t version=%d\n%s\nend\n",
			 version, rules);

	return luo_lsm_policy_load(text, n, LUO_LSM_SOURCE_LOADED);
}

/* As load(), with something in the place of a signature, which is good here. */
static int load_signed(int version, const char *rules)
{
	static const char marker[] = "~Module signature appended~\n";
	static const u8 info[12] = { [2] = 2, [11] = 3 };
	char text[256];
	int n = snprintf(text, sizeof(text), "policy name=t version=%d\n%s\nend\n",
			 version, rules);

	memcpy(text + n, "sig", 3);
	memcpy(text + n + 3, info, sizeof(info));
	memcpy(text + n + 15, marker, strlen(marker));
	return luo_lsm_policy_load(text, n + 15 + strlen(marker), LUO_LSM_SOURCE_LOADED);
}

static bool in_force(int version)
{
	return luo_lsm_active && !luo_lsm_is_failed_closed &&
	       luo_policy_version(luo_lsm_active->compiled) == version &&
	       luo_lsm_newest.version == version;
}

static bool failed_closed(void)
{
	return !luo_lsm_active && luo_lsm_is_failed_closed && luo_lsm_enforcing() &&
	       !luo_lsm_unconfigured_allow && log_lines == 1 &&
	       luo_lsm_error.err && loads_refused == 1 && !loads;
}

static size_t preserved(void)
{
	size_t i, n = 0;

	for (i = 0; i < PAGES; i++)
		n += states[i] == PRESERVED;
	return n;
}

static void test_in_a_row(void)
{
	bool good = true;
	int i;

	cold_boot();
	is_true(!luo_lsm_active && !luo_lsm_is_failed_closed && preserved() == 1,
		"a cold boot begins anew, and hands over");
	is_true(!load(1, "allow create") && in_force(1) && preserved() == 3,
		"a policy");
	for (i = 2; i < 100; i++) {
		kernel_hostile();
		good &= in_force(i - 1) && luo_lsm_enforcing() &&
			!luo_lsm_unconfigured_allow && !log_lines &&
			luo_lsm_active->source == LUO_LSM_SOURCE_HANDED_OVER &&
			load(i - 1, "deny create") == -ESTALE &&
			load(i - 2, "allow create") && !load(i, "allow create");
	}
	is_true(good, "a hundred kernels in a row");
	is_true(preserved() == 3, "no page of them is left");
}

/* Start the next kernel just before the store that completes a change. */
static void test_interrupted(void)
{
	struct luo_lsm_ser *out;

	cold_boot();
	load(3, "");
	luo_lsm_set_enforcing(false);
	luo_lsm_set_enforcing(true);
	luo_lsm_set_enforcing(false);
	out = outgoing.blob;
	out->slot = !out->slot;
	kernel_start(NULL, false, false);
	luo_lsm_restore();
	is_true(in_force(3) && luo_lsm_enforcing(), "an incomplete change is not seen");
}

static void test_switches(void)
{
	cold_boot();
	load(3, "");
	luo_lsm_set_enforcing(false);
	kernel_start(NULL, false, false);
	luo_lsm_restore();
	is_true(in_force(3) && !luo_lsm_enforcing(), "permissive goes over");
	kernel_start("1", false, false);
	luo_lsm_restore();
	is_true(in_force(3) && luo_lsm_enforcing(), "unless it is to be enforced");
	luo_lsm_set_locked(LUO_LSM_LOCKED_ALL);
	kernel_hostile();
	is_true(in_force(3) && luo_lsm_is_locked == LUO_LSM_LOCKED_ALL && load(4, "") == -EPERM &&
		luo_lsm_set_enforcing(false) == -EPERM, "lock goes over");

	cold_boot();
	luo_lsm_require_signature = true;
	luo_lsm_set_locked(LUO_LSM_LOCKED_ALL);
	kernel_hostile();
	is_true(!luo_lsm_is_failed_closed && luo_lsm_require_signature && luo_lsm_is_locked &&
		!luo_lsm_unconfigured_allow, "without a policy, too");

	cold_boot();
	load(3, "");
	kernel_start(NULL, false, true);
	luo_lsm_restore();
	is_true(failed_closed() && luo_lsm_newest.version == 3,
		"an unsigned policy is refused where a signature is required");
}

/* "signed": enforcing, and newer policies if they are signed */
static bool locked_but_for_signed(int version)
{
	return luo_lsm_is_locked == LUO_LSM_LOCKED_SIGNED && luo_lsm_enforcing() &&
	       in_force(version) &&
	       luo_lsm_set_enforcing(false) == -EPERM &&
	       luo_lsm_set_locked(LUO_LSM_LOCKED_NONE) == -EPERM &&
	       load(version + 1, "") == -EKEYREJECTED &&
	       load(version, "allow create") == -EKEYREJECTED &&
	       load_signed(version - 1, "") == -ESTALE && in_force(version);
}

static void test_locks(void)
{
	struct luo_lsm_ser *out;

	cold_boot();
	load(3, "allow create");
	luo_lsm_set_enforcing(false);
	is_true(!luo_lsm_set_locked(LUO_LSM_LOCKED_SIGNED) && locked_but_for_signed(3),
		"the lock of signed policies enforces");
	kernel_hostile();
	is_true(locked_but_for_signed(3), "it is handed over, with a policy that is not signed");
	is_true(!load_signed(4, "allow create") && locked_but_for_signed(4),
		"a newer one that is signed is accepted");
	kernel_locked("none", "0");
	is_true(locked_but_for_signed(4), "the command line takes nothing back");
	kernel_locked("all", "0");
	is_true(luo_lsm_is_locked == LUO_LSM_LOCKED_ALL && in_force(4) &&
		load_signed(5, "") == -EPERM &&
		luo_lsm_set_locked(LUO_LSM_LOCKED_SIGNED) == -EPERM, "it can raise the lock");
	kernel_hostile();
	is_true(luo_lsm_is_locked == LUO_LSM_LOCKED_ALL && load_signed(5, "") == -EPERM,
		"which is handed over, too");

	cold_boot();
	kernel_locked("signed", "0");
	is_true(luo_lsm_is_locked == LUO_LSM_LOCKED_SIGNED && luo_lsm_enforcing() &&
		load(2, "") == -EKEYREJECTED && !load_signed(2, "") && locked_but_for_signed(2),
		"a lock on the command line, before any policy");
	cold_boot();
	kernel_locked("sign", "0");
	is_true(luo_lsm_is_locked == LUO_LSM_LOCKED_ALL && luo_lsm_enforcing(),
		"a typing error locks all");

	cold_boot();
	load(3, "allow create");
	luo_lsm_set_locked(LUO_LSM_LOCKED_SIGNED);
	out = outgoing.blob;
	*(u8 *)phys_to_virt(out->slots[out->slot].policy.first.ptr->phys[0]) ^= 1;
	kernel_hostile();
	is_true(failed_closed() && luo_lsm_is_locked == LUO_LSM_LOCKED_SIGNED &&
		load(4, "") == -EKEYREJECTED && !load(3, "allow create") &&
		locked_but_for_signed(3),
		"after failing closed the locked policy itself is accepted");
}

/* What an earlier kernel may have written, and what none writes. */
static void test_lock_flags(void)
{
	static const struct {
		u32 flags;
		enum luo_lsm_locked want;
		const char *what;
	} cases[] = {
		{ 0, LUO_LSM_LOCKED_NONE, "no flag is no lock" },
		{ LUO_LSM_KHO_LOCKED, LUO_LSM_LOCKED_ALL,
		  "a permissive kernel that was locked locks all, and enforces" },
		{ LUO_LSM_KHO_LOCKED | LUO_LSM_KHO_LOCKED_SIGNED, LUO_LSM_LOCKED_SIGNED,
		  "both flags lock but for signed policies" },
		{ LUO_LSM_KHO_LOCKED_SIGNED, LUO_LSM_LOCKED_ALL,
		  "a lock that no kernel writes locks all" },
	};
	struct luo_lsm_state_ser *state;
	struct luo_lsm_ser *out;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		cold_boot();
		load(3, "");
		luo_lsm_set_enforcing(false);
		out = outgoing.blob;
		state = &out->slots[out->slot];
		state->flags |= cases[i].flags;
		luo_lsm_checksum(state, sizeof(*state), state->checksum);
		kernel_hostile();
		is_true(in_force(3) && luo_lsm_is_locked == cases[i].want &&
			luo_lsm_enforcing() == !!cases[i].flags, cases[i].what);
	}
}

static void test_measured(void)
{
	struct luo_lsm_ser *out;

	cold_boot();
	forget_measurements();
	load(3, "allow create");
	is_true(measurements == 1 && measured.version == 3 && measured_policy == luo_lsm_active,
		"a load is measured");
	luo_lsm_set_enforcing(false);
	luo_lsm_set_enforcing(true);
	luo_lsm_set_enforcing(true);
	is_true(measurements == 3 && measured.enforcing, "so are switches, if they change");
	load(2, "");
	luo_lsm_set_locked(LUO_LSM_LOCKED_SIGNED);
	is_true(measurements == 4 && measured.locked == LUO_LSM_LOCKED_SIGNED &&
		measured.changes == 4, "and locks; what is refused is not");
	kernel_hostile();
	is_true(measurements == 5 && measured.changes == 5 && in_force(3),
		"an arrival is, and the numbers go on");
	out = outgoing.blob;
	*(u8 *)phys_to_virt(out->slots[out->slot].policy.first.ptr->phys[0]) ^= 1;
	kernel_hostile();
	load(3, "allow create");
	is_true(measurements == 6 && measured.changes == 6, "also after failing closed");
	is_true(!measured_late, "each before it was in force, with a number of its own");

	luo_lsm_is_failed_closed = true;
	forget_measurements();
	luo_lsm_measure_at_boot();
	is_true(measurements == 1 && measured.failed_closed && measured.changes == 6,
		"the state at boot is measured as it is");
	luo_lsm_is_failed_closed = false;
}

static void test_no_permissive_mode(void)
{
	cold_boot();
	load(3, "");
	luo_lsm_set_enforcing(false);
	no_permissive_mode = true;
	kernel_hostile();
	is_true(in_force(3) && luo_lsm_enforcing() && luo_lsm_is_enforcing,
		"without a permissive mode, one that is handed over becomes enforcing");
	is_true(luo_lsm_set_enforcing(false) == -EOPNOTSUPP && luo_lsm_enforcing(),
		"and cannot be switched on");
	no_permissive_mode = false;
	kernel_hostile();
	is_true(in_force(3) && luo_lsm_enforcing(), "the next kernel enforces, too");
}

static int load_boot(int version)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "policy name=b version=%d\nend\n", version);

	return luo_lsm_policy_load(text, n, LUO_LSM_SOURCE_BOOT);
}

static void test_boot_policy(void)
{
	cold_boot();
	load(7, "");
	kernel_hostile();
	is_true(load_boot(6) == -ESTALE && load_boot(7) == -ESTALE && in_force(7) &&
		!loads_refused, "an older boot policy is not loaded");
	is_true(!load_boot(8) && in_force(8), "a newer one is");
	kernel_hostile();
	is_true(load_boot(8) == -ESTALE && in_force(8) &&
		luo_lsm_active->source == LUO_LSM_SOURCE_HANDED_OVER,
		"the same one is not loaded again");
	luo_lsm_set_locked(LUO_LSM_LOCKED_SIGNED);
	kernel_hostile();
	is_true(!load_boot(9) && in_force(9), "also under the lock of signed policies");
	luo_lsm_set_locked(LUO_LSM_LOCKED_ALL);
	kernel_hostile();
	is_true(load_boot(10) == -EPERM && in_force(9) && !loads_refused,
		"not if all is locked");
	cold_start();
	luo_lsm_param_lock("all", NULL);
	luo_lsm_init_switches();
	is_true(!load_boot(8), "a boot policy is loaded before the boot lock");
	luo_lsm_restore();
	luo_lsm_lock_at_boot();
	is_true(in_force(8) && luo_lsm_is_locked == LUO_LSM_LOCKED_ALL && load(9, "") == -EPERM,
		"and stays");
	cold_boot();
	load(8, "");
	incoming = outgoing;
	((u8 *)outgoing.blob)[0] ^= 1;
	kernel_hostile();
	is_true(failed_closed() && load_boot(9) == -ESTALE && failed_closed(),
		"it is refused if the version is unknown");
	is_true(!load(1, "") && in_force(1), "a policy that is loaded is accepted");
}

/* The memory that the outgoing kernel left, to be restored after each damage. */
struct scene {
	u8 states[PAGES];
	u8 *memory;
	typeof(outgoing) outgoing;
};

static struct scene scene;
static u8 first_digest[32], last_digest[32];

static void scene_take(void)
{
	memcpy(scene.states, states, sizeof(states));
	must(arena_next <= SCENE, "the scene is too small");
	memcpy(scene.memory, arena, SCENE * PAGE_SIZE);
	scene.outgoing = outgoing;
}

static void scene_restore(void)
{
	struct luo_lsm_policy *policy = luo_lsm_active;

	if (policy) {
		luo_policy_free(policy->compiled);
		free(policy->hits);
		free(policy->counts);
		free(policy);
	}
	luo_lsm_active = NULL;
	memcpy(states, scene.states, sizeof(states));
	memcpy(arena, scene.memory, SCENE * PAGE_SIZE);
	arena_next = SCENE;
	outgoing = scene.outgoing;
}

/* The state is exactly what was handed over, or the module failed closed. */
static bool restored_or_closed(int *intact)
{
	if (!luo_lsm_is_failed_closed) {
		++*intact;
		return in_force(5) && luo_lsm_enforcing() &&
		       !memcmp(luo_lsm_active->sha256, last_digest, 32) &&
		       !log_lines;
	}
	if (!failed_closed())
		return false;
	/* The newest version is one that was active, or unknown */
	return (luo_lsm_newest.version == 5 && !memcmp(luo_lsm_newest.digest, last_digest, 32)) ||
	       (luo_lsm_newest.version == 4 && !memcmp(luo_lsm_newest.digest, first_digest, 32)) ||
	       !luo_lsm_newest.version;
}

static void build_scene(void)
{
	/* A cold boot fills the arena from its beginning */
	cold_boot();
	luo_lsm_set_enforcing(false);
	load(4, "allow create");
	memcpy(first_digest, luo_lsm_newest.digest, 32);
	luo_lsm_set_enforcing(true);
	load(5, "allow create,retrieve\ndeny create uid=7");
	memcpy(last_digest, luo_lsm_newest.digest, 32);
	scene_take();
}

static void test_bits(const char *what, u8 *at, size_t size, int want_intact)
{
	int intact = 0, bad = 0;
	char text[128];
	size_t i;
	int bit;

	for (i = 0; i < size; i++) {
		for (bit = 0; bit < 8; bit++) {
			at[i] ^= 1 << bit;
			kernel_hostile();
			if (!restored_or_closed(&intact)) {
				bad++;
				printf("# %s: byte %zu bit %d: %s\n", what, i,
				       bit, luo_lsm_error.message);
			}
			scene_restore();
		}
	}
	is_true(!bad, what);
	snprintf(text, sizeof(text), "%s: %d of %zu bits do not matter", what,
		 intact, size * 8);
	is_true(want_intact < 0 || intact == want_intact, text);
}

static void test_damage(unsigned int seed)
{
	struct luo_lsm_ser *out;
	struct luo_lsm_state_ser *state;
	struct kho_vmalloc_chunk *chunk;
	int intact = 0, bad = 0;
	size_t i, j;

	build_scene();
	out = outgoing.blob;
	state = &out->slots[out->slot];
	chunk = state->policy.first.ptr;
	is_true(preserved() == 3, "damage: three pages are handed over");

	/* The other slot, and 4 reserved bytes */
	test_bits("the page of the state", (u8 *)out, sizeof(*out),
		  8 * (sizeof(*state) + 4));
	test_bits("the list of pages", (u8 *)chunk, PAGE_SIZE, 0);
	test_bits("the policy", phys_to_virt(chunk->phys[0]),
		  state->policy_size, 0);
	test_bits("behind the policy",
		  (u8 *)phys_to_virt(chunk->phys[0]) + state->policy_size, 16,
		  16 * 8);

	for (i = 0; i < 5000; i++) {
		outgoing.size = i;
		kernel_hostile();
		bad += !restored_or_closed(&intact);
		scene_restore();
	}
	is_true(!bad, "all lengths");
	is_true(intact == 4096 - sizeof(*out) + 1, "all lengths: those that do are accepted");

	intact = 0;
	bad = 0;
	for (i = 0; i < 1000; i++) {
		/* No stale copy of the page of the state may be found */
		memset(arena + SCENE * PAGE_SIZE, 0,
		       (PAGES - SCENE) * PAGE_SIZE);
		outgoing.phys += i < 64 ? 1ULL << i : (u64)rand() << (i % 40);
		kernel_hostile();
		bad += !failed_closed();
		scene_restore();
	}
	is_true(!bad, "other addresses");

	srand(seed);
	for (i = 0; i < 20000; i++) {
		u8 *at = rand() % 4 ? (u8 *)out : (u8 *)chunk;

		for (j = rand() % 16 + 1; j; j--)
			at[rand() % (at == (u8 *)out ? sizeof(*out) : 64)] =
				rand() % 3 ? rand() : 0xff;
		kernel_hostile();
		bad += !restored_or_closed(&intact);
		scene_restore();
	}
	is_true(!bad, "random bytes");
}

/* The next kernel refuses a state with good checksums, because of @why. */
static void refused(struct luo_lsm_ser *out, const char *why)
{
	struct luo_lsm_state_ser *state = &out->slots[out->slot];
	struct kho_vmalloc_chunk *chunk = state->policy.first.ptr;
	char text[128];

	if (kho_is_preserved(__pa(chunk), 0))
		sha256((u8 *)chunk, PAGE_SIZE, state->pages_digest);
	luo_lsm_checksum(state, sizeof(*state), state->checksum);
	kernel_hostile();
	snprintf(text, sizeof(text), "a sound checksum, but %s", why);
	is_true(failed_closed() && !strcmp(luo_lsm_error.message, why), text);
	scene_restore();
}

#define REFUSED(why, change)						\
	do {								\
		change;							\
		refused(out, why);					\
	} while (0)

/* A previous kernel that is wrong about what it hands over, and seals that. */
static void test_hostile(void)
{
	struct luo_lsm_ser *out;
	struct luo_lsm_state_ser *state;
	struct kho_vmalloc_chunk *chunk;
	struct kho_vmalloc *pages;
	u64 free_page = (u64)(unsigned long)arena + (PAGES - 1) * PAGE_SIZE;

	build_scene();
	out = outgoing.blob;
	state = &out->slots[out->slot];
	pages = &state->policy;
	chunk = pages->first.ptr;

	REFUSED("bad length of the policy", pages->total_pages = 0);
	REFUSED("bad length of the policy", state->policy_size = UINT64_MAX);
	/* Rounded up to pages, these are none */
	REFUSED("bad length of the policy",
		state->policy_size = UINT64_MAX; pages->total_pages = 0);
	REFUSED("bad length of the policy",
		state->policy_size = 511 * PAGE_SIZE; pages->total_pages = 511);
	REFUSED("bad address of the list of pages", pages->first.phys = free_page);
	REFUSED("bad address of the list of pages", pages->first.phys += 8);
	REFUSED("bad list of pages", pages->order = 1);
	REFUSED("bad list of pages", pages->order = 63);
	REFUSED("bad list of pages", chunk->hdr.next.phys = pages->first.phys);
	REFUSED("bad list of pages", chunk->phys[0] = 0);
	REFUSED("bad list of pages", chunk->phys[0] = free_page);
	REFUSED("bad list of pages", chunk->phys[0] |= 8);
	REFUSED("bad list of pages", chunk->phys[0] = pages->first.phys);
	REFUSED("bad list of pages", chunk->phys[0] = __pa(out));
	REFUSED("bad list of pages", chunk->phys[1] = free_page);
	REFUSED("bad list of pages",
		state->policy_size = 2 * PAGE_SIZE; pages->total_pages = 2);
	REFUSED("bad list of pages",
		state->policy_size = 2 * PAGE_SIZE; pages->total_pages = 2;
		chunk->phys[1] = chunk->phys[0]);
}

static void test_failed_closed(void)
{
	struct luo_lsm_ser *out;

	cold_boot();
	load(5, "allow create");
	out = outgoing.blob;
	*(u8 *)phys_to_virt(out->slots[out->slot].policy.first.ptr->phys[0]) ^= 1;
	kernel_hostile();
	is_true(failed_closed(), "fails closed");
	kernel_hostile();
	is_true(failed_closed() && luo_lsm_newest.version == 5, "so does the next kernel");
	is_true(luo_lsm_set_enforcing(false) == -EPERM, "it stays enforcing");
	is_true(load(4, "") == -ESTALE && load(5, "") == -ESTALE && !luo_lsm_active,
		"no older policy");
	is_true(!luo_lsm_set_locked(LUO_LSM_LOCKED_ALL), "it can be locked");
	is_true(load(6, "") == -EPERM && !luo_lsm_active, "then no newer one either");
	is_true(!load(5, "allow create") && in_force(5) && luo_lsm_is_locked,
		"the very same one is accepted");
	is_true(load(5, "allow create") == -EPERM, "once");
	kernel_hostile();
	is_true(in_force(5) && luo_lsm_is_locked && luo_lsm_enforcing(),
		"and is handed over then");
}

/* Each allocation fails once. */
static void test_memory(void)
{
	bool good = true;
	int nth, err = -1, failed = 0;

	cold_boot();
	load(1, "");
	for (nth = 1; err && nth < 1000; nth++) {
		struct luo_lsm_ser before = *(struct luo_lsm_ser *)outgoing.blob;

		fail_at = nth;
		err = load(2, "allow create uid=1-7 session=a,b*");
		fail_at = 0;
		failed += !!err;
		if (err)
			good &= err == -ENOMEM && in_force(1) &&
				preserved() == 3 &&
				!memcmp(&before, outgoing.blob, sizeof(before));
	}
	is_true(good && !err && in_force(2) && preserved() == 3 && failed > 5,
		"load: all or nothing, here and in the next kernel");

	good = true;
	for (nth = 1; nth < 1000; nth++) {
		kernel_start("0", true, false);
		fail_at = nth;
		luo_lsm_restore();
		err = !fail_at;
		fail_at = 0;
		if (!err)
			break;
		/* Restored, but not handed over again; or failed closed */
		good &= luo_lsm_enforcing() && !luo_lsm_unconfigured_allow &&
			log_lines == 1 && (in_force(2) || luo_lsm_is_failed_closed);
		if (luo_lsm_is_failed_closed)
			good &= luo_lsm_newest.version == 2;
		/* The next change hands the state over again */
		good &= !load(2, "allow create uid=1-7 session=a,b*") &&
			luo_lsm_handover_ready() && in_force(2);
	}
	is_true(good && nth > 5, "restore: failed closed, or complete");

	kho_on = false;
	cold_boot();
	is_true(!load(1, "") && in_force(1) && !preserved() &&
		luo_lsm_handover_ready(), "without KHO everything works");
	is_true(!load(2, "") && !luo_lsm_set_locked(LUO_LSM_LOCKED_ALL), "and can be changed");
	kho_on = true;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	arena = aligned_alloc(PAGE_SIZE, PAGES * PAGE_SIZE);
	scene.memory = malloc(SCENE * PAGE_SIZE);
	if (!arena || !scene.memory)
		return 2;

	test_in_a_row();
	test_switches();
	test_locks();
	test_lock_flags();
	test_measured();
	test_no_permissive_mode();
	test_interrupted();
	test_boot_policy();
	test_damage(argc > 1 ? atoi(argv[1]) : 1);
	test_hostile();
	test_failed_closed();
	test_memory();
	printf("1..%d\n", tests);
	return !!failures;
}
