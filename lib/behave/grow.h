/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grow.h - growing a forest, a tree at a time.
 *
 * Gradient boosting with the logistic loss over the trainer's examples: a
 * sender's own messages against the impostors made of other people's.  Each
 * tree sees a share of the rows and of the terms (by chance, from a seed),
 * looks at bins and not at values, and takes a small step.
 *
 * A season takes one call a tree, so that whoever learns a message pays for
 * one at most; the examples must not change meanwhile.
 */
#ifndef BEHAVE_GROW_H
#define BEHAVE_GROW_H

#include "behave/forest.h"
#include "behave/trainer.h"

enum {
	GROW_ROWS = EXAMPLES * N_HYPOTHESIS	/* own, and three kinds      */
};

/* First and second derivative of the loss, as whole numbers in the upper and
 * the lower half: what one side of a cut has, the other has not, exactly. */
typedef uint64_t grow_slope;

/* Room to work in; nothing of it is needed between seasons. */
struct grower {
	struct chance chance;
	uint32_t rows, own;		/* own come first                    */
	uint32_t kind;
	struct look look[GROW_ROWS];
	float weight[GROW_ROWS], sum[GROW_ROWS];
	grow_slope slope[GROW_ROWS];
	/* the rows that this tree sees, those of a node together */
	uint16_t order[GROW_ROWS], spare[GROW_ROWS];
	/* of each node, by place that this tree may ask */
	grow_slope bin[TREE_LEAVES][N_LOOK][LOOK_BINS];
	struct forest forest;		/* that grows                        */
};

/* Takes the examples; the forest is empty then. */
void grow_begin(struct grower *g, const struct trainer *t, unsigned kind,
    uint64_t seed);
/* One tree more.  False: it was the last. */
bool grow_tree(struct grower *g);

#endif
