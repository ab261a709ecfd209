/* SPDX-License-Identifier: Apache-2.0 */
/*
 * excerpt.h - of the judge what one score rests on, and of a score the part
 * that is the same everywhere.
 *
 * A judge has megabytes, a message meets two knots of each curve and one
 * place of each window.  With the view (memory.h) that is all that a record
 * must hold to give the same score again.
 */
#ifndef BEHAVE_EXCERPT_H
#define BEHAVE_EXCERPT_H

#include "behave/behave.h"

/* The two knots between which a term lies. */
struct excerpt_knots {
	float small[2], large[2];
};

struct excerpt {
	float bias[N_HYPOTHESIS];
	struct excerpt_knots knots[N_HYPOTHESIS][N_TERM];
	struct window_part window[N_WINDOW];
};

void excerpt_take(struct excerpt *out, const struct judge *j,
    const struct view *v, const struct sample *s);
/* As behave_score(). */
void excerpt_score(struct score *out, const struct excerpt *e,
    const struct view *v, const struct sample *s);
/* One term's share of a suspicion, in nats. */
float excerpt_share(const struct excerpt *e, unsigned h, unsigned term,
    const struct marks *m);

#endif
