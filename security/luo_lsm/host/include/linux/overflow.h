/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_OVERFLOW_H
#define _LUO_SHIM_LINUX_OVERFLOW_H

#define check_add_overflow(a, b, result)	__builtin_add_overflow(a, b, result)
#define check_mul_overflow(a, b, result)	__builtin_mul_overflow(a, b, result)

#endif /* _LUO_SHIM_LINUX_OVERFLOW_H */
