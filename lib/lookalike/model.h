/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - how surprising a label is, and what company it keeps.
 *
 * Learned from lists in the public domain by tools/lookalike-words.py, which
 * says how; all in tenths of a bit.
 */
#ifndef LOOKALIKE_MODEL_H
#define LOOKALIKE_MODEL_H

#include "base/arena.h"

/* The words, to be found fast. */
struct words;
struct words *words_new(struct arena *a);

/* Octets of the longest word that s begins or ends with; 0: none. */
unsigned words_head(const struct words *w, const uint8_t *s, unsigned n);
unsigned words_tail(const struct words *w, const uint8_t *s, unsigned n);

/* How unlikely it is that somebody who thinks of nothing of ours chooses
 * this, of words and letters as names are made of. */
unsigned words_surprise(const struct words *w, const uint8_t *s, unsigned n);

/* The same by letters alone, which is never less: sum[k] of the first k. */
void letters_surprise(uint16_t *sum, const uint8_t *s, unsigned n);

/* How much likelier what stands around a name is in names that were reported
 * than in names that many visit. */
int words_odds(const struct words *w, const uint8_t *s, unsigned n);

/* The same of a public suffix, by its last label. */
int suffix_odds(struct span suffix);

/* The words and the suffixes that are most used to be taken for somebody. */
size_t words_likely(void);
struct span word_likely(size_t i);
size_t suffixes_likely(void);
struct span suffix_likely(size_t i);

#endif
