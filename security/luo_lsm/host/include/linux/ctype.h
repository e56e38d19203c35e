/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SHIM_LINUX_CTYPE_H
#define _LUO_SHIM_LINUX_CTYPE_H

#include <ctype.h>

#endif /* _LUO_SHIM_LINUX_CTYPE_H */
