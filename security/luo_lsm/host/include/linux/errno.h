/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_ERRNO_H
#define _LUO_SHIM_LINUX_ERRNO_H

/* glibc itself comes by here for the numbers. */
#include_next <linux/errno.h>

#endif /* _LUO_SHIM_LINUX_ERRNO_H */
