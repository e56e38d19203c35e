/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_LIMITS_H
#define _LUO_SHIM_LINUX_LIMITS_H

/* glibc itself comes by here for PATH_MAX. */
#include_next <linux/limits.h>
#include <stdint.h>

#ifndef INT_MAX
#define INT_MAX		__INT_MAX__
#endif
#define U8_MAX		UINT8_MAX
#define U16_MAX		UINT16_MAX
#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define S64_MAX		INT64_MAX

#endif /* _LUO_SHIM_LINUX_LIMITS_H */
