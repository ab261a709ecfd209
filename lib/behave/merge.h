/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.h - what two nodes know, as one state.
 *
 * Of everything that is counted the larger counts: profiles, values of
 * everybody, pairs, letters, who knows whom, who carries which name, and what
 * values are called.  So it does not matter in which order nodes come
 * together, how often, or who has had it from whom, as long as there is room;
 * the result is the same to the octet.  Beyond that who was seen least is left
 * out.
 *
 * What judges (curves, trees, windows, what waits) cannot be added up: it is
 * that of the node that has seen more.  Who knows whom lies in tables as large
 * as the index: of a node with a smaller index they are left out.
 */
#ifndef BEHAVE_MERGE_H
#define BEHAVE_MERGE_H

#include "base/arena.h"
#include "behave/behave.h"

/* Of a block for both. */
void merge_geometry(struct geometry *out, const struct behave *a,
    const struct behave *b);
/* Into out, an empty state of that geometry.  False: they do not have one key,
 * so that nothing of one can be found in the other, or no memory. */
bool behave_merge(struct behave *out, const struct behave *a,
    const struct behave *b, struct arena *room);

/* merge_memory.c: the part that is counted. */
bool memory_merge(struct memory *out, const struct memory *a,
    const struct memory *b, struct arena *room);

/* merge_graph.c: who knows whom, and names, beside what is there. */
void graph_merge(struct graph *to, const struct graph *from);

/* words.c: what values are called, beside what is there. */
void words_merge(struct words *to, const struct words *from);

#endif
