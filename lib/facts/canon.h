/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canon.h - header canonicalisation (RFC 6376 3.4.1, 3.4.2), straight into
 * a hash.
 *
 * raw is a whole field as it stands in the message, from its name to its
 * final CRLF, folding and all.  A bare CR or LF is an octet like any other
 * (BRIEF C8: nothing is repaired).
 */
#ifndef FACTS_CANON_H
#define FACTS_CANON_H

#include "crypto/sha.h"
#include "facts/facts.h"

/* The field, with one CRLF at its end. */
void canon_field(struct sha256 *sha, enum canon kind, struct span raw);

/* The field that carries the signature: the octets b_from .. b_to-1 of raw
 * are left out, and the final CRLF.  RFC 6376 3.7: the value of b= goes
 * with all white space around it, so b_from is right behind the "=" and b_to
 * at the ";" or at the end of the value. */
void canon_sig_field(struct sha256 *sha, enum canon kind, struct span raw,
    size_t b_from, size_t b_to);

#endif
