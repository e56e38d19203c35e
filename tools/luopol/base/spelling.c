// SPDX-License-Identifier: GPL-2.0
/*
 * Suggestions for misspelled words.
 */

#include <string.h>

#include "base/spelling.h"

#define WORD_MAX	32	/* bytes of a word that is compared with others */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edit distance: letters to insert, remove, replace or swap to turn @a into @b. */
static size_t distance(const char *a, size_t m, const char *b, size_t n)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= m; i++)
		d[i][0] = i;
	for (j = 0; j <= n; j++)
		d[0][j] = j;
	for (i = 1; i <= m; i++) {
		for (j = 1; j <= n; j++) {
			d[i][j] = smaller(smaller(d[i - 1][j], d[i][j - 1]) + 1,
					  d[i - 1][j - 1] +
					(a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = smaller(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[m][n];
}

/* The one of @words that is closest to @word, or NULL if none is close. */
const char *nearest_word(const char *word, size_t length, const char *const *words,
			 size_t count)
{
	size_t best = length < 5 ? 2 : 3, found, i;
	const char *name = NULL;

	for (i = 0; i < count && length <= WORD_MAX; i++) {
		if (!words[i] || strlen(words[i]) > WORD_MAX)
			continue;
		found = distance(word, length, words[i], strlen(words[i]));
		if (!found)
			return NULL;
		if (found < best && found < length) {
			best = found;
			name = words[i];
		}
	}
	return name;
}
