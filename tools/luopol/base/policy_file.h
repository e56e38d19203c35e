/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read and parse the file of a policy.
 */

#ifndef _LUOPOL_POLICY_FILE_H
#define _LUOPOL_POLICY_FILE_H

#include <stdio.h>

#include "base/source.h"
#include "policy.h"

int source_read(struct source *source, const char *path);
int source_read_from(struct source *source, const char *path, FILE *file);
int source_parse(struct source *source);
int source_load(struct source *source, const char *path);
int source_set_raw(struct source *source, const char *path, char *raw,
		   size_t size);
/* A policy that was parsed, as the kernel has it; luo_policy_free() frees it. */
struct luo_policy *compile_source(const struct source *source);

#endif /* _LUOPOL_POLICY_FILE_H */
