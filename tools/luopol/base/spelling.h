/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words that were misspelled.
 */

#ifndef _LUOPOL_SPELLING_H
#define _LUOPOL_SPELLING_H

#include <stddef.h>

/* The one of @words that @word is probably meant to be, or NULL. */
const char *nearest(const char *word, size_t length, const char *const *words,
		    size_t count);

#endif /* _LUOPOL_SPELLING_H */
