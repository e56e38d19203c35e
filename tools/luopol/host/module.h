/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module in the running kernel, by its files in securityfs.
 */

#ifndef _LUOPOL_MODULE_H
#define _LUOPOL_MODULE_H

#include <getopt.h>

#include "luopol.h"

/* For commands that talk to the module, which take it by struct usage's option. */
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

/*
 * permissive.c: denials are not binding for @seconds, and are again after that,
 * whatever happens to the caller.
 */
int permissive_for(u32 seconds);
int read_time(const char *text, u32 *seconds);

#endif /* _LUOPOL_MODULE_H */
