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

void arc_collect(struct sig_work *w, struct arc_facts *out);

#endif
