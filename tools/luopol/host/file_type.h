/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Known types of files that kernels can preserve.
 */

#ifndef _LUOPOL_FILE_TYPE_H
#define _LUOPOL_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

bool type_is_known(const char *name, size_t length, bool prefix);
const char *nearest_type(const char *name, size_t length);
/* All known types, separated by commas. The caller frees the string. */
char *known_types(void);

#endif /* _LUOPOL_FILE_TYPE_H */
