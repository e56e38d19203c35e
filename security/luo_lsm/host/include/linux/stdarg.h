/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_STDARG_H
#define _LUO_SHIM_LINUX_STDARG_H

#include <stdarg.h>

#endif /* _LUO_SHIM_LINUX_STDARG_H */
