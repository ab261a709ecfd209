/* SPDX-License-Identifier: Apache-2.0 */
/*
 * near.c - distance of words: insert, drop, replace or swap a letter.
 *
 * Words longer than the row are no typing mistakes of ours.
 */
#include "near.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; three rows are enough for swaps. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[3][LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i - 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t d = up[j - 1] + (a[i - 1] != b[j - 1]);

			d = least(d, least(up[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = least(d, row[(i - 2) % 3][j - 2] + 1);
			now[j] = d;
		}
	}
	return row[la % 3][lb];
}

const char *
near_word(const char *word, const char *const *known, size_t n)
{
	size_t best = strlen(word) / 3 + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, known[i]);

		/* "dmarc" for "dmar", "quarantine" for "quar" */
		if (d > best && strlen(word) >= 3 &&
		    strncmp(known[i], word, strlen(word)) == 0)
			d = best;
		if (d < best || (d == best && found == NULL)) {
			best = d;
			found = known[i];
		}
	}
	return found;
}
