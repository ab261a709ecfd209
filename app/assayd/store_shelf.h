/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_shelf.h - what the role store remembers of the domains that mail
 * speaks of, and of accounts and numbers (sys/recall.h).
 */
#ifndef ASSAYD_STORE_SHELF_H
#define ASSAYD_STORE_SHELF_H

#include "role.h"

struct shelf;

/* state: the state directory.  NULL: no memory, or nothing is to be
 * remembered (*off). */
struct shelf *shelf_new(struct role *role, int state, bool *off);

/* What stood behind the record of an entry of a spool. */
void shelf_take(struct shelf *s, struct span items);
/* To the disk, now and then: what a lost machine forgets is seen again. */
void shelf_work(struct shelf *s);

#endif
