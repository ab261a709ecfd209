/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forest.h - what terms say together: boosted trees.
 *
 * A curve weighs one term; a tree asks several, one after the other ("a new
 * client, and new people, and a link that nobody knows").  A forest is a sum
 * of small trees and says, in nats, how much likelier a message is somebody
 * else's.  There are two: one for other machines, which may look at
 * everything, and one for other hands on the same account, which never sees
 * what authentication and the provider say: a pass counts for nothing there.
 *
 * Each node keeps what its tree would have said there, so a sum comes apart
 * into shares of the terms, which add up to it.
 */
#ifndef BEHAVE_FOREST_H
#define BEHAVE_FOREST_H

#include "behave/shapes.h"

enum forest_kind { FOREST_MACHINES, FOREST_HANDS, N_FOREST };

enum {
	TREES = 240,
	TREE_DEPTH = 5,
	TREE_ASKS = (1 << TREE_DEPTH) - 1,
	TREE_NODES = (1 << (TREE_DEPTH + 1)) - 1,
	LOOK_SIZE = N_TERM,		/* place of the size of the profile  */
	N_LOOK,
	LOOK_BINS = 32,
	NO_ASK = 255
};

/* A message as trees see it: a bin for each term. */
struct look {
	uint8_t bin[N_LOOK];
};

struct tree {
	uint8_t ask[TREE_ASKS + 1];	/* a place in a look, or NO_ASK      */
	uint8_t most[TREE_ASKS + 1];	/* up to it: left, beyond: right     */
	float value[TREE_NODES + 1];	/* node i has 2i + 1 and 2i + 2      */
};

struct forest {
	uint32_t n;			/* trees; 0: none has grown yet      */
	float bias;
	struct tree tree[TREES];
};

void look_of(struct look *out, const struct marks *m);
/* May this forest ask that? */
bool look_counts(unsigned kind, unsigned place);

float forest_sum(const struct forest *f, const struct look *l);
/* Adds to share what each place did to the sum. */
void forest_shares(const struct forest *f, const struct look *l,
    float share[N_LOOK]);

/* log (part e^a + (1 - part) e^b), in nats; of_a, if given, is how much of
 * it is a's. */
float either(float part, float a, float b, float *of_a);

#endif
