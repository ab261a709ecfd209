/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory of one lifetime, with a hard limit.
 *
 * Everything an evaluation allocates dies with its arena; nothing above
 * this room calls free().  An allocation that fails (limit, or no memory)
 * returns NULL and sets .failed, which stays until arena_reset(): the glue
 * looks at it after each step and returns ASSAY_LIMIT or ASSAY_NOMEM, so a
 * check that meets NULL need only stop early, with any result.
 *
 * Objects are zeroed and aligned for any type; buffers are not zeroed, as
 * nobody reads what was not put there.  Under ASan the gap behind
 * each allocation is poisoned.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/buf.h"
#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *first, *now;
	size_t used, limit;	/* octets asked of malloc; the cap on them */
	bool failed;		/* some allocation was refused             */
	bool nomem;		/* ... because malloc said no              */
};

struct arena_mark {
	struct arena_block *block;
	size_t at;
};

void arena_init(struct arena *a, size_t limit);
void arena_free(struct arena *a);
/* An arena that is itself on the heap, for objects that own their arena. */
struct arena *arena_new(size_t limit);
void arena_delete(struct arena *a);
/* Forgets everything but keeps the first block for the next use. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
/* n objects of size octets; guards the product. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* A copy of s; absent stays absent; {NULL,0} with .failed when refused. */
struct span arena_dup(struct arena *a, struct span s);
/* A buffer of cap octets; cap 0 (and .full at the first put) when refused. */
struct buf arena_buf(struct arena *a, size_t cap);
/* Gives back the unused end of b, if it was the newest allocation. */
struct span arena_done(struct arena *a, struct buf *b);

/* Scratch: what was allocated since the mark is forgotten. */
struct arena_mark arena_mark(const struct arena *a);
void arena_back(struct arena *a, struct arena_mark m);

#endif
