/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a policy, as a terminal may get them: what must not reach one is replaced.
 */

#ifndef _LUOPOL_EXCERPT_H
#define _LUOPOL_EXCERPT_H

#include <stdio.h>

#include "base/source.h"

/* Print line @line, without a line feed. */
void print_line(FILE *out, const struct source *source, u32 line);

/*
 * Print a line, or of a long one the part around byte @to, and below it a caret and tildes
 * behind that, @carets in all.
 */
void print_excerpt(FILE *out, const char *text, size_t length, size_t to, size_t carets);

#endif /* _LUOPOL_EXCERPT_H */
