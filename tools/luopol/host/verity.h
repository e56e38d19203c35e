/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fs-verity digests of files on this machine.
 */

#ifndef _LUOPOL_VERITY_H
#define _LUOPOL_VERITY_H

#include <stdbool.h>

#include "policy.h"

/*
 * The digest of the file at @path below @root, as the kernel knows it and a policy writes
 * it. False if the file has no fs-verity, or cannot be opened.
 */
bool find_verity(const char *root, const char *path,
		 char digest[LUO_POLICY_VERITY_MAX + 1]);
/* Whether @text is a digest that a policy can name. */
bool is_verity(const char *text);

#endif /* _LUOPOL_VERITY_H */
