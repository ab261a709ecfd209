/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forwarded.h - mail that an old address of a recipient sends on.
 *
 * It comes from the forwarder's machine, whoever wrote it.  What its author's
 * server was is in the field that the forwarder wrote on top (RFC 5321 4.4),
 * which is believed as far as the forwarder is: that is decided elsewhere.
 */
#ifndef TRAITS_FORWARDED_H
#define TRAITS_FORWARDED_H

#include "traits/traits.h"

struct forwarded {
	struct span by;			/* the forwarder's organization      */
	struct traits_in before;	/* the message as it got it          */
};

/* in says whose machine brought it, and that its name is its own (.rdns);
 * author: the organization in From.  Room for an address in a.  False: it was
 * not forwarded, or nobody can tell by whom. */
bool forwarded_find(struct forwarded *out, const struct traits_in *in,
    struct span author, struct arena *a);

#endif
