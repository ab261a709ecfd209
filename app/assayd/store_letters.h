/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_letters.h - report mail in the role store: kept first, then given to
 * the role reader, and what that says taken into the store of reports.
 *
 * A letter leaves the inbox when it is in the store, be it as reports, as a
 * duplicate, or set aside with the reason.  What the reader says is collected
 * and believed in nothing (parcel.h); then one transaction takes all of it.
 */
#ifndef ASSAYD_STORE_LETTERS_H
#define ASSAYD_STORE_LETTERS_H

#include "inbox.h"
#include "role.h"

struct letters;

/* state: the directory of the role.  NULL: errno. */
struct letters *letters_open(struct role *role, int state);

/* LETTER from a role: its octets to the disk, then KEPT. */
void letters_take(struct letters *l, struct bus *from,
    const struct msg_letter *m, int fd);

/* The reader died, or is there again. */
void letters_reader(struct letters *l, bool up);

#endif
