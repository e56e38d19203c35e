/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write files so that readers see the old text or the new one.
 */

#ifndef _LUOPOL_REPLACE_H
#define _LUOPOL_REPLACE_H

#include <stddef.h>

/*
 * Put a file in the place of that at @path, by rename(): it keeps mode and owner, or has
 * @mode if there is none. What is no regular file, such as a device, is not replaced.
 * Returns 0, or EXIT_TROUBLE after a message.
 */
int replace_file(const char *path, const char *text, size_t size, unsigned int mode);
/* Follows no symbolic link, and replaces none: for folders that others may write to. */
int replace_entry(const char *path, const char *text, size_t size, unsigned int mode);

#endif /* _LUOPOL_REPLACE_H */
