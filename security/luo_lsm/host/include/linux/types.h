/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_TYPES_H
#define _LUO_SHIM_LINUX_TYPES_H

/* Other system headers come by here for __u32 and such. */
#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;

typedef int (*cmp_func_t)(const void *a, const void *b);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);

#define BIT(n)			(1UL << (n))
#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define __weak			__attribute__((weak))
#define noinline		__attribute__((noinline))
#define fallthrough		__attribute__((fallthrough))

#endif /* _LUO_SHIM_LINUX_TYPES_H */
