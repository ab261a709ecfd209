/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.h - reads what came (a file, a mail) and tells, as a parcel, which
 * reports are in it: aggregate, failure and TLS reports in every wrapping.
 *
 * It is for the inside of walls: everything that opens, expands and parses
 * the bytes of a stranger happens here; nothing is asked of the world.
 * Memory is that of the readers and one frame; a failure or TLS report is
 * held whole, an aggregate report never.
 */
#ifndef SYS_LETTER_H
#define SYS_LETTER_H

#include "base/span.h"

struct letter;

/* NULL: no memory. */
struct letter *letter_new(void);
void letter_free(struct letter *l);

/* file is whole, in memory or mapped; name is what it was called, or absent.
 * The parcel, DONE included, goes to write in pieces.  False: write said
 * no. */
bool letter_read(struct letter *l, struct span file, struct span name,
    assay_write_fn *write, void *ctx);

#endif
