/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline.h - which parts a message has (RFC 2046 5.1), read as it streams.
 *
 * Nothing is decoded or kept: a part is its type, its place and its depth.
 * Without a boundary to look for the body costs nothing; with one, only
 * lines that begin with "--" are looked at.  The outline follows what mail
 * programs do with broken multiparts: an outer boundary ends inner parts.
 */
#ifndef FACTS_OUTLINE_H
#define FACTS_OUTLINE_H

#include "facts/facts.h"
#include "wire/message.h"

struct outline;

/* Of a message whose header is h.  NULL: no memory. */
struct outline *outline_new(struct facts *f, const struct header *h,
    struct arena *a);

/* The body, in pieces of any size. */
void outline_data(struct outline *o, struct span bytes);
void outline_end(struct outline *o);

#endif
