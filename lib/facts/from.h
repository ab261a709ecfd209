/* SPDX-License-Identifier: Apache-2.0 */
/*
 * from.h - who the author is (RFC 5322 3.6.2, RFC 9989 5.3.1, 11.5).
 *
 * Every field that any reader might take for a From field is counted; the
 * authors are those of the fields that are understood whole.  Whatever makes
 * the author ambiguous is an S1 finding, and then from.unusable is set.
 */
#ifndef FACTS_FROM_H
#define FACTS_FROM_H

#include "facts/facts.h"
#include "wire/message.h"

/* All From fields of the header. */
void from_collect(struct facts *f, const struct header *h, struct arena *a);

/* The value of one From field, which begins at octet at of the message. */
void from_value(struct facts *f, struct span value, size_t at,
    struct arena *a);

#endif
