/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bodyhash.h - all the body hashes of a message in one pass (RFC 6376
 * 3.4.3, 3.4.4, 3.4.5), while it streams.
 *
 * A canonical form is made once, whatever the number of signatures: each l=
 * is a copy of the running hash at that octet.  Memory is constant; what may
 * still turn out to be at the end of the body (line ends, white space) is
 * kept as counts.
 */
#ifndef FACTS_BODYHASH_H
#define FACTS_BODYHASH_H

#include "crypto/lanes.h"
#include "facts/facts.h"

struct bodyhash;

struct body_digest {
	uint8_t sha256[32];
	uint64_t length;	/* canonical octets in all, whatever l= */
	bool ok;		/* the body has ended and was hashed    */
};

/* NULL: no memory. */
struct bodyhash *bodyhash_new(struct arena *a);

/* Before any data.  Returns a slot; the same one for the same wish; -1
 * beyond LIMIT_BODY_HASHES. */
int bodyhash_want(struct bodyhash *b, enum canon kind, bool has_l,
    uint64_t l);

/* The body, in pieces of any size. */
void bodyhash_data(struct bodyhash *b, struct span bytes);
void bodyhash_end(struct bodyhash *b);

/* ---- many messages at once ------------------------------------------- */

/* Before any data: what is fed is only noted, and must stay where it is
 * until bodyhash_run().  A body in too many pieces is hashed as it comes. */
void bodyhash_defer(struct bodyhash *b);

/* Hashes what n deferred and ended bodies wait for, side by side.  False:
 * no memory (of scratch), or the crypto library failed. */
bool bodyhash_run(struct bodyhash *const *b, size_t n,
    struct lanes_plan plan, struct arena *scratch);

/* ---- results --------------------------------------------------------- */

/* An l= above .length gets the hash of the whole body; the caller judges.
 * Not ok for slot -1. */
struct body_digest bodyhash_get(const struct bodyhash *b, int slot);

#endif
