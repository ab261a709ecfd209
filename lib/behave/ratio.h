/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ratio.h - bits for somebody else, against this sender, a term each.
 *
 * x = log2 P(value | somebody else) - log2 P(value | this sender), with
 * both out of one back-off by Witten and Bell: sender, then his domain,
 * then everybody.  A sender who always changes a value gets no alarm from
 * a change; a value that nobody can predict cancels out.
 *
 * Trees look at more: how unusual the value of each row is by itself,
 * -log2 P(value | this sender), and what hints.def names.  A ratio near 0
 * says of a value that everybody has the same as of one that nobody has.
 */
#ifndef BEHAVE_RATIO_H
#define BEHAVE_RATIO_H

#include "behave/memory.h"

enum term {
	TERM_ROWS_END = N_ROW - 1,
#define X(id, name, owner, words) TERM_##id,
#include "behave/terms.def"
#undef X
	N_TERM,
	/* what only trees look at, from here on: */
	TERM_ODD = N_TERM,		/* how unusual, a row each           */
	TERM_ODD_END = TERM_ODD + N_ROW - 1,
#define X(id, name, owner, words) HINT_##id,
#include "behave/hints.def"
#undef X
	N_FEATURE
};

#define HINT_NONE_NEW (-4.0f)		/* HINT_NEW_...: from here, 1 each   */
#define RATIO_MOST 12.0f		/* bits, either way                  */

/* The sender never had this value, or one of these. */
bool row_is_new(const struct view *v, const struct sample *s, unsigned row);
void ratio_read(float x[N_FEATURE], const struct view *v,
    const struct sample *s);

#endif
