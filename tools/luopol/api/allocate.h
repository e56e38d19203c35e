/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all else in every file of the library: what it allocates belongs to the
 * call of the library that it is for. See call.h.
 */

#ifndef _LUOPOL_ALLOCATE_H
#define _LUOPOL_ALLOCATE_H

#include <stdlib.h>

void *call_calloc(size_t count, size_t size);
void *call_reallocarray(void *old, size_t count, size_t size);
void call_free(void *memory);

#define calloc		call_calloc
#define reallocarray	call_reallocarray
#define free		call_free

#endif /* _LUOPOL_ALLOCATE_H */
