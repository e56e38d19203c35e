/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_FUZZ_LINUX_IO_H
#define _LUO_FUZZ_LINUX_IO_H

#define phys_to_virt(phys)	((void *)(uintptr_t)(phys))

#endif /* _LUO_FUZZ_LINUX_IO_H */
