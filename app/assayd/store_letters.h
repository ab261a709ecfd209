/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_letters.h - report mail in the role store: kept first, read later.
 */
#ifndef ASSAYD_STORE_LETTERS_H
#define ASSAYD_STORE_LETTERS_H

#include "inbox.h"
#include "role.h"

struct letters;

/* state: the directory of the role.  NULL: errno. */
struct letters *letters_open(struct role *role, int state);
void letters_close(struct letters *l);

/* LETTER from a role: its octets to the disk, then KEPT. */
void letters_take(struct letters *l, struct bus *from,
    const struct msg_letter *m, int fd);

#endif
