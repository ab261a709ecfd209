/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field_index.h - the fields of a header by name, bottom up.
 *
 * A signature names the fields it covers; each name takes the next field of
 * that name from the bottom (RFC 6376 5.4.2).  The index is built once a
 * message and serves all signatures: n log n for n fields whatever their
 * names are, log n for each name taken.
 */
#ifndef FACTS_FIELD_INDEX_H
#define FACTS_FIELD_INDEX_H

#include "base/arena.h"
#include "wire/message.h"

struct field_index;

/* NULL: no memory.  What is no field is not in it.  The header must
 * outlive it. */
struct field_index *field_index_new(const struct header *h, struct arena *a);

/* A new signature begins: nothing is taken, and own (an index into
 * header.field) counts as not there, as RFC 6376 3.5 asks for h=. */
void field_index_begin(struct field_index *ix, size_t own);

/* The next field of that name from the bottom; NULL when there is none
 * left, which is fine: it adds nothing to the hash (RFC 6376 3.5 h=). */
const struct field *field_index_take(struct field_index *ix,
    struct span name);

/* How many fields of that name there are, without own, and how many of
 * them were taken since field_index_begin(). */
struct field_use { size_t present, taken; };
struct field_use field_index_use(const struct field_index *ix,
    struct span name);

#endif
