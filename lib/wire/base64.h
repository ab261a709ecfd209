/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.h - RFC 4648 section 4, both ways.
 *
 * Decoding is strict: the alphabet and its padding, whole groups of four,
 * nothing behind the padding.  The bits that padding leaves over may be
 * anything (RFC 4648 3.5 lets us choose; other verifiers take them).
 */
#ifndef WIRE_BASE64_H
#define WIRE_BASE64_H

#include "base/buf.h"

/* Appends what text says.  skip_fws: SP, HTAB, CR and LF may stand anywhere
 * (RFC 6376 2.10, RFC 2045 6.8).  False: not base64, or out is full; what
 * was appended then means nothing. */
bool base64_decode(struct buf *out, struct span text, bool skip_fws);

/* An upper bound of what n characters decode to. */
static inline size_t
base64_room(size_t n)
{
	return n / 4 * 3 + 3;
}

/* Appends bytes as text with padding, in one line. */
void base64_encode(struct buf *out, struct span bytes);

#endif
