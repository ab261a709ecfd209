/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_canon.h - canonical forms the obvious way, to test the fast one by.
 *
 * Written line by line from the words of RFC 6376 3.4, with no thought of
 * speed; out must have room for twice the input and four octets.
 */
#ifndef TEST_SLOW_CANON_H
#define TEST_SLOW_CANON_H

#include "base/buf.h"
#include "facts/facts.h"

void slow_body(struct buf *out, enum canon kind, struct span body);

/* raw: a field with its CRLF. */
void slow_field(struct buf *out, enum canon kind, struct span raw);

/* raw without octets from..to-1 and without the final CRLF. */
void slow_sig_field(struct buf *out, enum canon kind, struct span raw,
    size_t from, size_t to);

#endif
