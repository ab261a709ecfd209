/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tune.h - p, by how often it was wrong lately.
 *
 * A window knows what was usual in its time, and times change: after a quiet
 * year too little is told, when habits change too much.  So how often a p of
 * 1e-2, 1e-3, 1e-4 comes is counted, and each of these three moves: down a
 * step with every message that has it, up by a share of a step with every
 * one that has not, as many as the rate says (adaptive conformal inference:
 * Gibbs and Candes, 2021).  Over any time the rate then is what it says, but
 * for a few messages, whatever the mail does.
 *
 * It is held within a factor of two, so that who floods us with odd messages,
 * or is silent for years, moves it no further; and what nobody answered does
 * not count (behave.c).
 */
#ifndef BEHAVE_TUNE_H
#define BEHAVE_TUNE_H

#include <stdbool.h>

enum { TUNE_LEVELS = 3 };

struct tune {
	/* doublings: above 0, more is told than the windows would */
	float bits[TUNE_LEVELS];
};

/* A genuine message had this p by the windows; 0: they did not decide. */
void tune_hear(struct tune *t, float untuned);
/* It was not genuine. */
void tune_take_back(struct tune *t, float untuned);
/* What it is worth: p stays in order, and 1 stays 1. */
float tune_p(const struct tune *t, float untuned);
/* Such a one can be: it was read from somewhere. */
bool tune_holds(const struct tune *t);

#endif
