/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calib.h - how many of comparable messages score as high: p.
 *
 * For each class (size of the profile, kind of mail) and suspicion a window
 * of the last scores of accepted mail.  The share of them at or above a
 * score is its p (conformal: it errs as often as it says, whatever the
 * scores mean); beyond the highest an exponential tail goes on, so that p
 * can be smaller than one in the window.
 */
#ifndef BEHAVE_CALIB_H
#define BEHAVE_CALIB_H

#include "behave/shapes.h"

enum {
	WINDOW = 20000,			/* scores                            */
	WINDOW_LEAST = 200,		/* fewer say nothing                 */
	SCORE_STEPS = 32,		/* of one nat                        */
	SCORE_BINS = 4096,
	BIN_GROUP = 64
};

struct window {
	uint32_t n, next;
	uint16_t bin[SCORE_BINS];
	uint16_t group[SCORE_BINS / BIN_GROUP];
	uint16_t ring[WINDOW];
};

/* What a window says of one score. */
struct window_part {
	uint32_t n;			/* scores in it                      */
	uint32_t above;			/* at or above the score             */
	uint32_t top;			/* in the tail, which begins ...     */
	uint16_t edge;			/* ... with this bin                 */
	float excess;			/* how slowly it falls               */
};

void window_add(struct window *w, float score);
/* How fast the tail falls is taken from wide, a window of more of the same:
 * a few hundred scores know where their highest lie, not what lies beyond. */
void window_take(struct window_part *out, const struct window *w,
    const struct window *wide, float score);
/* 1 when the window knows too little. */
float window_part_p(const struct window_part *w, float score);

#endif
