/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_UNALIGNED_H
#define _LUO_SHIM_LINUX_UNALIGNED_H

#include <linux/types.h>

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *bytes = p;

	return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

#endif /* _LUO_SHIM_LINUX_UNALIGNED_H */
