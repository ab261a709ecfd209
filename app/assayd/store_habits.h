/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_habits.h - learning of senders in the role store: what evals put
 * beside their records goes into the memory that they look at, and onto the
 * disk (sys/habits_keep.h).
 */
#ifndef ASSAYD_STORE_HABITS_H
#define ASSAYD_STORE_HABITS_H

#include "role.h"

struct desk;

/* state: the state directory.  NULL: no memory. */
struct desk *desk_new(struct role *role, int state);

/* What stood behind the record of an entry of a spool. */
void desk_take(struct desk *d, uint64_t spool, uint64_t number,
    struct span items);
/* Before the spool hears that it was read: it is in a file. */
void desk_flush(struct desk *d);
/* Somebody else may have the directory still: tries again. */
void desk_work(struct desk *d);
/* The next generation takes over; or all is over, and what is known is
 * kept. */
void desk_end(struct desk *d, bool keep);

#endif
