/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qp.h - quoted-printable (RFC 2045 6.7) and the Q encoding of encoded-words
 * (RFC 2047 4.2).
 */
#ifndef WIRE_QP_H
#define WIRE_QP_H

#include "base/buf.h"

/* Appends the decoded text, never more octets than went in.  What is not
 * quoted-printable is kept as it stands (RFC 2045 6.7 (2)) and makes the
 * answer false, as a full buffer does. */
bool qp_decode(struct buf *out, struct span text);

/* The same for the text of a Q encoded-word: "_" is a space. */
bool qp_decode_word(struct buf *out, struct span text);

/* Appends text in quoted-printable, lines of at most 76 characters, ended
 * by CRLF only where the text has CRLF. */
void qp_encode(struct buf *out, struct span text);

#endif
