/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_HEX_H
#define _LUO_SHIM_LINUX_HEX_H

static inline int hex_to_bin(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif /* _LUO_SHIM_LINUX_HEX_H */
