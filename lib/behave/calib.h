/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calib.h - how many of comparable messages score as high: p.
 *
 * For each class (size of the profile, kind of mail) and suspicion a window
 * of the scores of accepted mail, the latest counting most: each is worth
 * 1/WINDOW less with every one that comes.  The share of them at or above a
 * score is its p (conformal: it errs as often as it says, whatever the
 * scores mean); beyond the highest an exponential tail goes on, so that p
 * can be smaller than one in the window.
 */
#ifndef BEHAVE_CALIB_H
#define BEHAVE_CALIB_H

#include "behave/shapes.h"

enum {
	WINDOW = 20000,			/* scores: as many count, in the end */
	WINDOW_LEAST = 200,		/* fewer say nothing                 */
	SCORE_STEPS = 32,		/* of one nat                        */
	SCORE_BINS = 4096,
	BIN_GROUP = 64
};

/* Instead of taking from all that is there, what comes weighs ever more. */
struct window {
	float unit;			/* what the last one weighed; 0: none */
	float sum;
	float bin[SCORE_BINS];
	float group[SCORE_BINS / BIN_GROUP];
};

/* What a window says of one score. */
struct window_part {
	float n;			/* scores in it                      */
	float above;			/* at or above the score             */
	float top;			/* in the tail, which begins ...     */
	uint16_t edge;			/* ... with this bin                 */
	float excess;			/* how slowly it falls               */
};

/* Scores in it, the faded ones less. */
float window_n(const struct window *w);
void window_add(struct window *w, float score);
/* One of it less, as if it had come now. */
void window_take_back(struct window *w, float score);
/* How fast the tail falls is taken from wide, a window of more of the same:
 * a few hundred scores know where their highest lie, not what lies beyond. */
void window_take(struct window_part *out, const struct window *w,
    const struct window *wide, float score);
/* 1 when the window knows too little. */
float window_part_p(const struct window_part *w, float score);

#endif
