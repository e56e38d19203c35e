/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module in the running kernel, by its files in securityfs.
 */

#ifndef _LUOPOL_MODULE_H
#define _LUOPOL_MODULE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/source.h"

/* For commands that talk to the module: take_module_option() is for struct usage. */
#define MODULE_OPTION	{ "module", required_argument, NULL, 'M' }
#define MODULE_HELP \
"  --module DIR   its files, instead of /sys/kernel/security/luo_lsm\n"

int take_module_option(int value, const char *argument);
const char *module_directory(void);

/* These return 0, or EXIT_TROUBLE after a message. */
int module_read(const char *name, char **text, size_t *size);
int module_read_policy(struct source *active);
int module_read_flag(const char *name, bool *flag);
int module_read_status(const char *key, bool *flag);
int module_write_flag(const char *name, bool flag);

/* 0 or an errno, without a message. */
int module_write(const char *name, const char *text, size_t size);
void module_complain(const char *name, int err);

#endif /* _LUOPOL_MODULE_H */
