/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Suggestions for misspelled words.
 */

#ifndef _LUOPOL_SPELLING_H
#define _LUOPOL_SPELLING_H

#include <stddef.h>

/* The one of @words that is closest to @word, or NULL if none is close. */
const char *nearest_word(const char *word, size_t length, const char *const *words,
			 size_t count);

#endif /* _LUOPOL_SPELLING_H */
