/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types of files that kernels preserve.
 */

#ifndef _LUOPOL_FILE_TYPE_H
#define _LUOPOL_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

bool type_is_known(const char *name, size_t length, bool prefix);
const char *nearest_type(const char *name, size_t length);
/* With commas between them; the caller frees it. */
char *known_types(void);

#endif /* _LUOPOL_FILE_TYPE_H */
