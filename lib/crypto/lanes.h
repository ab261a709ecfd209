/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lanes.h - SHA-256 of many byte streams side by side.
 *
 * Where the CPU has wide vectors, 4, 8 or 16 streams take hardly longer than
 * one.  A stream gives its octets piece by piece when it is asked, so that a
 * canonical form can be made and hashed without ever being stored; streams
 * of unequal length leave their lane to the next, and the last few are
 * finished one by one.  Every width gives the same hashes.
 */
#ifndef CRYPTO_LANES_H
#define CRYPTO_LANES_H

#include "base/span.h"

enum lanes_width { LANES_1 = 1, LANES_4 = 4, LANES_8 = 8, LANES_16 = 16 };

struct lane_job {
	/* The next piece, valid until the next call; empty: that was all. */
	struct span (*next)(void *self);
	void *self;
	uint8_t sha256[32];		/* the result */
};

struct lanes_plan {
	enum lanes_width width;
	unsigned alone;		/* fewer streams than this go one by one */
};

/* What this CPU does best.  Looks at the CPU each time: ask once. */
struct lanes_plan lanes_best(void);

/* Whether this CPU can do it. */
bool lanes_can(enum lanes_width width);

/* Hashes all n; give long streams first, so that they run together.  False:
 * the crypto library failed. */
bool lanes_run(struct lane_job *job, size_t n, struct lanes_plan plan);

/* ---- between the files of this module --------------------------------- */

/* state: 8 rows of a width of columns; p: as many messages; n blocks. */
typedef void lanes_blocks_fn(uint32_t *state, const uint8_t *const *p,
    size_t n);
lanes_blocks_fn lanes4_blocks, lanes8_blocks, lanes16_blocks;

/* NULL for LANES_1 and for what was not built for this architecture. */
lanes_blocks_fn *lanes_blocks(enum lanes_width width);

#endif
