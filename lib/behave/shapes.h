/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes.h - four suspicions, each a sum of curves.
 *
 * H1 somebody else's machines; H2 stolen credentials; H3 the sender's own
 * client; H4 in his own conversation.  Each may only look at what an
 * attacker of its kind cannot copy: what authentication gave counts in H1
 * alone.  A term's curve lies between two: for a sender hardly known, and
 * for one known well.  Curves bend freely (doc/adr/0038).
 */
#ifndef BEHAVE_SHAPES_H
#define BEHAVE_SHAPES_H

#include "behave/ratio.h"

enum hypothesis { H_INFRA, H_STOLEN, H_CLIENT, H_THREAD, N_HYPOTHESIS };

enum {
	KNOTS = 21,
	SIZES = 6			/* of profiles, by messages          */
};

struct curve {
	float small[KNOTS], large[KNOTS];
};

struct shapes {
	float bias[N_HYPOTHESIS];
	struct curve curve[N_HYPOTHESIS][N_TERM];
	/* sums of squared slopes: how far a knot has been learned */
	float moved_bias[N_HYPOTHESIS];
	struct curve moved[N_HYPOTHESIS][N_TERM];
};

/* A message as the curves see it. */
struct marks {
	uint8_t at[N_FEATURE];		/* knot below                        */
	float part[N_FEATURE];		/* of the way to the next            */
	float size;			/* 0 hardly known .. 1 well          */
};

/* In a curve: a term before N_TERM. */
bool term_counts(unsigned h, unsigned term);
/* Of any feature. */
enum trait_owner term_owner(unsigned term);
struct span term_name(unsigned term);
struct span term_words(unsigned term);
/* 0 .. SIZES-1 */
unsigned profile_size(float messages);

void marks_of(struct marks *out, const float x[N_FEATURE], float messages);
/* One step of learning: is it an impostor? */
void shapes_step(struct shapes *s, unsigned h, const struct marks *m,
    bool impostor);

#endif
