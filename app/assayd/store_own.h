/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_own.h - our own accounts in the role store: what evals put beside
 * their records goes into the file that they look at (sys/accounts.h), and of
 * an account that is used unlike itself somebody is told, once an episode.
 */
#ifndef ASSAYD_STORE_OWN_H
#define ASSAYD_STORE_OWN_H

#include "role.h"

struct own_desk;

/* courier: NULL: no mail can be sent.  state: where requests are.  NULL: no
 * memory. */
struct own_desk *own_desk_new(struct role *role, struct bus *courier,
    int state);

/* What stood behind the record of an entry of a spool. */
void own_desk_take(struct own_desk *d, uint64_t spool, uint64_t number,
    struct span items);
/* Another generation may have the file still: tries again; tells what is to
 * be told. */
void own_desk_work(struct own_desk *d);
void own_desk_peer(struct own_desk *d, enum role_kind kind, bool up);
/* Is this about a mail of ours?  Then it is taken. */
bool own_desk_delivered(struct own_desk *d, const struct msg_delivered *m);
/* The next generation takes over, or all is over. */
void own_desk_end(struct own_desk *d);

#endif
