/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_FUZZ_LINUX_CRC32_H
#define _LUO_FUZZ_LINUX_CRC32_H

#include <linux/types.h>
#include <zlib.h>

/* The library inverts before and after, the kernel does not. */
static inline u32 crc32_le(u32 crc, const void *data, size_t len)
{
	return ~crc32(~crc, data, len);
}

#endif /* _LUO_FUZZ_LINUX_CRC32_H */
