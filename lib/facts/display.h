/* SPDX-License-Identifier: Apache-2.0 */
/*
 * display.h - what a display name pretends (RFC 9989 2.2, 11.4): findings
 * for people and for later features, never about the author domain.
 */
#ifndef FACTS_DISPLAY_H
#define FACTS_DISPLAY_H

#include "facts/facts.h"
#include "wire/address.h"

/* Looks at the display name of a From mailbox. */
void display_check(struct facts *f, const struct mailbox *box,
    struct place place, struct arena *a);

/* Takes off *text what ends with the next address in it, as people read one:
 * an "@" with something before it and a name of two labels or more behind
 * it.  The name, or absent: there is none. */
struct domain display_next_address(struct span *text, struct arena *a);

/* text, once decoded, holds something that looks like an address. */
bool display_holds_address(struct span text, struct arena *a);

#endif
