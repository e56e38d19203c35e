/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of the module, as its file status tells it.
 */

#ifndef _LUOPOL_STATUS_H
#define _LUOPOL_STATUS_H

#include <linux/types.h>

/**
 * struct status - Lines "KEY: VALUE".
 * @text:   The text, in which both end in NUL.
 * @keys:   The keys, in the kernel's order.
 * @values: Their values.
 * @count:  How many there are.
 */
struct status {
	char *text;
	char **keys;
	char **values;
	u32 count;
};

/* Returns 0, or EXIT_TROUBLE after a message. */
int status_read(struct status *status);
void status_destroy(struct status *status);
/* The value of a key, or NULL. */
const char *status_value(const struct status *status, const char *key);

#endif /* _LUOPOL_STATUS_H */
