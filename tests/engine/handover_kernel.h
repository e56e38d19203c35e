/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stand-in for the kernel, as far as handover.c, active.c, switches.c, loading.c
 * and restore.c of security/luo_lsm/ need it. The test beside this provides KHO and
 * the memory that it preserves from "kernel" to "kernel".
 *
 * Physical addresses are addresses in an arena. What the kernel only warns about,
 * such as restoring memory that was not preserved, aborts here.
 */

#ifndef HANDOVER_KERNEL_H
#define HANDOVER_KERNEL_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <openssl/sha.h>

/* ---- Language ---- */

#define __init
#define __ro_after_init
#define __rcu
#define static_assert			_Static_assert
#define offsetofend(type, member) \
	(offsetof(type, member) + sizeof(((type *)0)->member))
#define IS_ALIGNED(x, a)		(!((x) & ((a) - 1)))
#define READ_ONCE(x)			(x)
#define WRITE_ONCE(x, value)		((x) = (value))
/* There is one thread: no barrier. */
#define smp_store_release(p, value)	(*(p) = (value))
#define IS_ERR(p)			((unsigned long)(p) >= -4095UL)
#define PTR_ERR(p)			((long)(p))
#define ERR_PTR(err)			((void *)(long)(err))

/* ---- Configuration: a test may build a kernel without permissive mode ---- */

#undef IS_ENABLED
#define IS_ENABLED(CONFIG_option)	(CONFIG_option)
#define CONFIG_SECURITY_LUO_LSM_DEVELOP	(!no_permissive_mode)
#define CONFIG_SECURITY_LUO_LSM_LOCK_SIGNED	0
#define CONFIG_IMA 1
#define CONFIG_SECURITY_LUO_LSM_LOCK_ALL	0

static bool no_permissive_mode;

/* ---- Locks, references: there is one thread ---- */

struct mutex { int unused; };	/* taken by one thread */
typedef struct { long long n; } atomic64_t;
#define ATOMIC64_INIT(value)	{ (value) }
typedef unsigned int gfp_t;
typedef struct { int n; } refcount_t;
struct list_head { struct list_head *next, *prev; };
struct lsm_prop { int unused; };

static inline long long atomic64_inc_return(atomic64_t *v)
{
	return ++v->n;
}

#define DEFINE_MUTEX(name)		struct mutex name
static inline bool guarded(void *lock) { return lock; }
static inline void guard_rcu(void) { }

#define guard_mutex			guarded
#define guard(kind)			guard_##kind
#define scoped_guard(kind, lock) \
	for (bool once = guarded(lock); once; once = false)
#define DEFINE_FREE(name, type, free)
#define lockdep_is_held(lock)		true
#define lockdep_assert_held(lock)	do { } while (0)
#define rcu_dereference(p)		(p)
#define rcu_dereference_protected(p, c)	(p)
#define rcu_assign_pointer(p, value)	((p) = (value))
#define synchronize_rcu()		do { } while (0)

static inline void refcount_set(refcount_t *r, int n) { r->n = n; }
static inline void refcount_inc(refcount_t *r) { r->n++; }
static inline bool refcount_dec_and_test(refcount_t *r) { return !--r->n; }

/* ---- Boot parameters, messages ---- */

struct kernel_param { int unused; };
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const struct kernel_param *kp);
};

#define KERNEL_PARAM_OPS_FL_NOARG	1
#define module_param_cb(name, ops, arg, perm) \
	static const void *const param_##name = (ops)
#define MODULE_PARM_DESC(name, text) \
	_Static_assert(sizeof(param_##name), text)

int kstrtobool(const char *value, bool *result);
int match_string(const char *const *array, size_t count, const char *string);
#define scnprintf			snprintf
int pr_err(const char *format, ...);

/* ---- SHA-256 ---- */

#define SHA256_DIGEST_SIZE		32

static inline void sha256(const u8 *data, size_t size, u8 *digest)
{
	SHA256(data, size, digest);
}

/* ---- Memory ---- */

typedef u64 phys_addr_t;

#define PAGE_SIZE			4096UL
#define PAGE_ALIGNED(x)			IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define ALIGN_DOWN(x, a)		((x) & ~((a) - 1))
#define PFN_UP(x)			(((x) + PAGE_SIZE - 1) / PAGE_SIZE)
#define __GFP_ZERO			0
#define __GFP_NOWARN			0
#define phys_to_virt(phys)		((void *)(unsigned long)(phys))
#define __pa(virt)			((phys_addr_t)(unsigned long)(virt))

void *kvmemdup(const void *from, size_t size, int gfp);
void *kvcalloc(size_t count, size_t size, int gfp);
#define kzalloc_obj(o)			((typeof(o) *)luo_shim_alloc(1, sizeof(o)))

/* In the arena; the others are not, so kvfree() must tell them apart. */
void *__vmalloc(size_t size, int gfp);
void vfree(const void *memory);
#undef kvfree
#define kvfree				vfree

/* ---- KHO, as far as its ABI goes ---- */

struct kho_vmalloc_chunk;

#define KHO_VMALLOC_SIZE		511

struct kho_vmalloc {
	union {
		u64 phys;
		struct kho_vmalloc_chunk *ptr;
	} first;
	unsigned int total_pages;
	unsigned short flags;
	unsigned short order;
};

struct kho_vmalloc_chunk {
	struct {
		struct {
			u64 phys;
		} next;
	} hdr;
	u64 phys[KHO_VMALLOC_SIZE];
};

#define KHOSER_LOAD_PTR(p)		((p).ptr)

bool kho_is_enabled(void);
bool kho_is_preserved(phys_addr_t phys, unsigned int order);
void *kho_alloc_preserve(size_t size);
void kho_unpreserve_free(void *memory);
void kho_restore_free(void *memory);
int kho_preserve_vmalloc(void *memory, struct kho_vmalloc *preservation);
void kho_unpreserve_vmalloc(struct kho_vmalloc *preservation);
void *kho_restore_vmalloc(const struct kho_vmalloc *preservation);
int kho_add_subtree(const char *name, void *blob, size_t size);
int kho_retrieve_subtree(const char *name, phys_addr_t *phys, size_t *size);

#endif /* HANDOVER_KERNEL_H */
