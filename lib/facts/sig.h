/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sig.h - signature fields read off the header: DKIM-Signature (RFC 6376,
 * 8301, 8463, 8616) and the ARC fields (RFC 8617).
 *
 * sig_collect() runs when the header is complete: it parses each field into
 * struct sig_facts, orders its body hash, and computes the hash of the
 * header fields that it covers.  sig_finish() runs when the body has passed
 * and compares.  What is left for the check is a key and one verification.
 * A field that is not in the grammar keeps its place and a flaw, the reason
 * why nobody may rely on it; its d= and s= are then shown only as far as
 * they are domain names (ATTACKS A3, A3b, A4).
 */
#ifndef FACTS_SIG_H
#define FACTS_SIG_H

#include "facts/bodyhash.h"
#include "facts/facts.h"
#include "wire/message.h"

/* Fills f->dkim and f->arc.  f->from must have been filled: signatures of
 * the author's domain are preferred when there are too many. */
void sig_collect(struct facts *f, const struct header *h,
    struct bodyhash *body, struct arena *a,
    const struct assay_limits *limits);

/* Fills what depends on the body. */
void sig_finish(struct facts *f, const struct bodyhash *body,
    struct arena *a);

#endif
