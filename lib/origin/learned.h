/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learned.h - who belongs to us, as our own mail has shown: domains that mail
 * goes both ways with, names of our own people, and who forwards mail to us.
 *
 * An image that does not change, made anew when more is known.  It adds to
 * what the operator said is ours, and takes nothing away: a domain that we
 * write with can be bought, or made for that, so it may look like another as
 * much as before.  Only what the operator names looks like nothing.
 *
 * Of people there are hashes alone.
 */
#ifndef ORIGIN_LEARNED_H
#define ORIGIN_LEARNED_H

#include "lookalike/lookalike.h"
#include "origin/fold.h"
#include "origin/bond.h"

struct learned {
	struct lookalikes *alike;	/* NULL: none                        */
	const uint64_t *person, *way;	/* in order                          */
	size_t n_person, n_way;
	uint8_t key[16];
};

/* Into a, which must live as long; so must the hashes.  False: no memory. */
bool learned_make(struct learned *out, const struct learned_in *in,
    struct arena *a);

/* The name of a person, whatever the order of its words; 0: it says too
 * little, or what an office is called. */
uint64_t learned_name(const uint8_t key[16], const struct name_fold *f);

enum colleague { COLLEAGUE_NO, COLLEAGUE_ROUGHLY, COLLEAGUE_YES };

/* Roughly: among other words. */
enum colleague learned_colleague(const struct learned *l,
    const struct name_fold *f);

bool learned_way(const struct learned *l, uint64_t way);

#endif
