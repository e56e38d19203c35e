/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_FUZZ_LINUX_ALIGN_H
#define _LUO_FUZZ_LINUX_ALIGN_H

#define ALIGN(x, a)	(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))

#endif /* _LUO_FUZZ_LINUX_ALIGN_H */
