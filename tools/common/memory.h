/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for programs that can do nothing without: when there is none left they
 * say so and end.
 */

#ifndef _TOOLS_MEMORY_H
#define _TOOLS_MEMORY_H

#include <stddef.h>

/* What out_of_memory() exits with; EXIT_FAILURE, unless a program sets it. */
extern int out_of_memory_status;

_Noreturn void out_of_memory(void);

void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size);
void *xgrow(void *array, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* _TOOLS_MEMORY_H */
