/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arc_set.h - the ARC sets of a header (RFC 8617 4, and 5.2 steps 1 to 3).
 *
 * Puts the three kinds of fields together by instance and judges the
 * structure.  If it is sound, the hashes that the seals and the message
 * signatures cover are computed; if not, out->flaw says why and where, and
 * nothing is hashed, because the chain fails whatever they say.
 */
#ifndef FACTS_ARC_SET_H
#define FACTS_ARC_SET_H

#include "facts/sig_hash.h"

/* The three fields of a set, in the order in which they are sealed. */
enum arc_kind { ARC_NONE = -1, ARC_AAR = 0, ARC_AMS, ARC_SEAL, ARC_KINDS };

enum arc_kind arc_kind(const struct field *f);

/* Of a field of that kind: its instance, 0 when it has none. */
unsigned arc_field_instance(const struct field *f, enum arc_kind kind,
    struct arena *a);

void arc_collect(struct sig_work *w, struct arc_facts *out);

#endif
