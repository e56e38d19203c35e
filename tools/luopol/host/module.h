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

/* For commands that use the module's files; set_module_option() is their usage.option. */
#define MODULE_OPTION	{ "module", required_argument, NULL, 'M' }
#define MODULE_HELP \
"  --module DIR   the module's files, instead of /sys/kernel/security/luo_lsm\n"

int set_module_option(int value, const char *argument);
const char *module_directory(void);

/* These return 0, or EXIT_TROUBLE after a message. */
int module_read(const char *name, char **text, size_t *size);
int module_read_policy(struct source *active);
int module_read_flag(const char *name, bool *flag);
int module_status_is(const char *key, const char *value, bool *is);
int module_write_word(const char *name, const char *word);
int module_write_flag(const char *name, bool flag);

/* Returns 0 or a positive errno; prints no message. */
int module_write(const char *name, const char *text, size_t size);
void module_complain(const char *name, int err);
/* Whether there is such a file. */
bool module_has(const char *name);
/*
 * Write @size bytes, if there are any, to a file of the module, and read through the
 * same descriptor what it says then, of any length. Returns 0 or a positive errno; an
 * error of the write alone is in @written. The caller frees @text.
 */
int module_ask(const char *name, const char *question, size_t size, int *written,
	       char **text);

#endif /* _LUOPOL_MODULE_H */
