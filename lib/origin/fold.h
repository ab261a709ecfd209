/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - what of a person's name is left for a reader who is in a hurry.
 *
 * Case, marks on letters, doubled letters, characters that look like a Latin
 * letter (the idea of UTS #39 4), and the ways to write an umlaut all fold
 * to one form, so "Jürgen Möller", "JUERGEN MOLLER" and one with a Cyrillic
 * "o" are the same.  Titles go.  Two names with the same form need not be
 * the same; two that look the same have the same form.  For names of people
 * and firms, never for domains.
 */
#ifndef ORIGIN_FOLD_H
#define ORIGIN_FOLD_H

#include "base/arena.h"
#include "base/limits.h"

struct name_fold {
	struct span word[LIMIT_NAME_WORDS];	/* in order, without titles  */
	size_t n;
	struct span joined;	/* all of them, in order, without blanks     */
	bool mixed;		/* a word of Latin and Greek or Cyrillic     */
	bool styled;		/* letters made as mathematical symbols, full
				 * width or enclosed ones                    */
};

/* text is UTF-8, as encword_show() makes it.  False: no memory. */
bool name_fold(struct name_fold *out, struct span text, struct arena *a);

/* Both have these words, in any order; where one has a single letter, it
 * stands for a word that begins with it (*initials is set). */
bool name_same(const struct name_fold *a, const struct name_fold *b,
    bool *initials);

/* Index of a run of words in a that, put together, are those of part in
 * order; a->n when there is none. */
size_t name_find(const struct name_fold *a, const struct name_fold *part);

#endif
