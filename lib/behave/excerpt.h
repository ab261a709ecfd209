/* SPDX-License-Identifier: Apache-2.0 */
/*
 * excerpt.h - of the judge what one score rests on, and of a score the part
 * that is the same everywhere.
 *
 * A judge has megabytes, a message meets two knots of each curve, one place
 * of each window, and of the forests what their trees say of each term.
 * With the view (memory.h) that is all that a record must hold to give the
 * same score again.
 */
#ifndef BEHAVE_EXCERPT_H
#define BEHAVE_EXCERPT_H

#include "behave/behave.h"

/* The two knots between which a term lies. */
struct excerpt_knots {
	float small[2], large[2];
};

/* What the trees of a forest said, by term; they add up. */
struct excerpt_trees {
	float bias;
	float share[N_LOOK];
};

struct excerpt {
	float bias[N_HYPOTHESIS];
	struct excerpt_knots knots[N_HYPOTHESIS][N_TERM];
	struct window_part window[N_WINDOW];
	bool grown;			/* there are forests                 */
	struct excerpt_trees trees[N_FOREST];
	struct window_part wide;	/* of W_FOREST, all sizes together   */
	struct tune tune;
	struct window_part contact;	/* of first contacts                 */
};

void excerpt_take(struct excerpt *out, const struct judge *j,
    const struct view *v, const struct sample *s);
/* As behave_score(). */
void excerpt_score(struct score *out, const struct excerpt *e,
    const struct view *v, const struct sample *s);
/* One feature's share of the suspicion that decides, in nats: of both
 * forests, or before they grow of the likeliest of the four.  How unusual a
 * value of a row is counts with the row. */
float excerpt_share(const struct excerpt *e, const struct score *score,
    unsigned term, const struct marks *m);

#endif
