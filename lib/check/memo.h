/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo.h - questions asked, answers had; only grows.
 *
 * A check that needs an answer asks here.  NULL means "not yet": the check
 * returns STEP_WAIT and is run again from the top when answers have come
 * (ARCHITECTURE.md, restartable checks).  Warm sources are asked at once,
 * so a question they know never costs a pass (DECISIONS 1).
 */
#ifndef CHECK_MEMO_H
#define CHECK_MEMO_H

#include "check/keep.h"

struct memo_row {
	struct assay_question q;	/* key in the arena                 */
	struct assay_answer a;		/* kind 0: open                     */
	uint16_t id;			/* index of this row                */
	bool borrowed;			/* the answer is a warm source's    */
	uint16_t chain;			/* the next of the bucket, as there */
	enum keep_kind made_as;		/* made: which parser made it       */
	const void *made;		/* of the answer, to save doing it
					 * again in the next pass           */
};

struct memo {
	struct arena *arena;
	struct memo_row **row;
	size_t n, cap, max;
	size_t open;			/* rows without an answer           */
	bool full;			/* a question beyond max was asked  */
	uint16_t bucket[64];		/* id + 1 of the newest row; 0: none */
	struct assay_oracle warm[4];
	size_t n_warm;
};

void memo_init(struct memo *m, struct arena *a, size_t max);

/* The row, asked now if it is new.  NULL when the memo is full: treat as a
 * temporary failure, the evaluation reports the limit. */
struct memo_row *memo_ask(struct memo *m, enum assay_qkind kind,
    uint16_t type, struct span key);

/* Copies the answer in.  False: no such question, or no memory. */
bool memo_answer(struct memo *m, const struct assay_question *q,
    const struct assay_answer *a);

/* Remembers what was made of the answer of row id. */
void memo_made(struct memo *m, uint16_t id, enum keep_kind as,
    const void *made);

/* It, or NULL. */
static inline const void *
memo_made_of(const struct memo_row *row, enum keep_kind as)
{
	return row->made_as == as ? row->made : NULL;
}

#endif
