/* SPDX-License-Identifier: Apache-2.0 */
/*
 * structure.h - what is wrong or strange with a message as a message.
 *
 * Rows of the attack papers ("Composition Kills", "Weak Links", SMTP
 * smuggling) as findings; RFC 5322 3.6 says which fields may stand once.
 */
#ifndef FACTS_STRUCTURE_H
#define FACTS_STRUCTURE_H

#include "facts/facts.h"
#include "wire/message.h"

/* Findings of the header, authors included.  whole: it was read to its end
 * and no limit cut it. */
void structure_header(struct facts *f, const struct header *h, bool whole,
    struct arena *a);

#endif
