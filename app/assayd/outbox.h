/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox.h - the reports that we send, in the role store: counts what eval
 * says of messages, makes the reports when their day is over, lets courier
 * find out where they may go and bring them there.
 *
 * outbox.c: the store and counting; outbox_send.c: what is due;
 * outbox_letter.c: a report as a mail; outbox_inner.h is theirs.
 */
#ifndef ASSAYD_OUTBOX_H
#define ASSAYD_OUTBOX_H

#include "role.h"

struct outbox;

/* courier: NULL if nothing is sent.  NULL: no memory. */
struct outbox *outbox_new(struct role *role, struct bus *courier);
/* Courier has said something. */
void outbox_hear(struct outbox *o, const struct msg *m);

/* An entry of a spool: the lines of reports that its message goes into.
 * False: the store cannot be used now; it was told. */
bool outbox_take(struct outbox *o, uint64_t spool, uint64_t number,
    struct span tallies);
/* That spool has dropped so many in all. */
bool outbox_lost(struct outbox *o, uint64_t spool, int64_t day,
    struct span domain, uint64_t messages);
/* What was taken since is on the disk.  False: nothing of it is. */
bool outbox_commit(struct outbox *o);
void outbox_spool_gone(struct outbox *o, uint64_t spool);

/* What waits for its time is due now: of one policy domain, or of all (empty).
 * Answers HURRIED when the disk says so, too. */
void outbox_hurry(struct outbox *o, struct bus *from,
    const struct msg_hurry *m);
/* Does what is due. */
void outbox_work(struct outbox *o);
void outbox_peer(struct outbox *o, enum role_kind kind, bool up);
/* Mails whose end is not known yet. */
bool outbox_busy(const struct outbox *o);

#endif
