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
	TREES = 480,
	TREE_DEPTH = 5,
	TREE_LEAVES = 1 << TREE_DEPTH,
	LOOK_SIZE = N_FEATURE,		/* place of the size of the profile  */
	N_LOOK,
	LOOK_ROOM = 128,		/* octets: two lines of the cache    */
	LOOK_BINS = 64,
	NO_ASK = LOOK_ROOM - 1,		/* a place that is always 0          */
	VALUE_STEPS = 16384		/* of a nat                          */
};

/* A message as trees see it: a bin for each feature. */
struct look {
	uint8_t bin[LOOK_ROOM];
};

/* Node 1 is the root, i has 2i and 2i + 1; leaves begin at TREE_LEAVES.
 * Where no question is left, NO_ASK goes left, and all below say the same.
 * Values are whole numbers, so that they add up in any order. */
struct tree {
	uint8_t ask[TREE_LEAVES];	/* a place in a look, or NO_ASK      */
	uint8_t most[TREE_LEAVES];	/* up to it: left, beyond: right     */
	int16_t value[2 * TREE_LEAVES];	/* VALUE_STEPS of a nat              */
};

struct forest {
	uint32_t n;			/* trees; 0: none has grown yet      */
	float bias;
	struct tree tree[TREES];
};

void look_of(struct look *out, const struct marks *m);
/* May this forest ask that? */
bool look_counts(unsigned kind, unsigned place);

/* The node below. */
static inline unsigned
tree_next(const struct tree *t, unsigned node, const struct look *l)
{
	return 2 * node + (l->bin[t->ask[node] % LOOK_ROOM] > t->most[node]);
}

/* What the whole tree says is the value there. */
static inline unsigned
tree_leaf(const struct tree *t, const struct look *l)
{
	unsigned half = tree_next(t, tree_next(t, 1, l), l);

	_Static_assert(TREE_DEPTH == 5, "a step each");
	return tree_next(t, tree_next(t, tree_next(t, half, l), l), l);
}

/* What each place says; with the bias they add up to what the forest says,
 * exactly. */
void forest_shares(const struct forest *f, const struct look *l,
    float share[N_LOOK]);
/* Their sum, to the bit. */
float forest_sum(const struct forest *f, const struct look *l);

/* log (part e^a + (1 - part) e^b), in nats; of_a, if given, is how much of
 * it is a's. */
float either(float part, float a, float b, float *of_a);

#endif
