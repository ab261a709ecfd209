/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pledges.h - own mail that is on its way: asked about by an eval, and not yet
 * noted by store.
 *
 * An account may send so much; who asks is answered before anything is noted,
 * and two hundred may ask at once.  So each who asks leaves a pledge behind,
 * under a lock, and is counted from then on: store takes it away when the
 * message is in the profile.  One that is not settled within PLEDGES_DUE_S was
 * of an eval that was killed, or of a record that there was no room for:
 * store counts it as sent, for all that is known, and it is gone when its hour
 * is over.
 *
 * A file of fixed size that evals and store map.  The lock is the kernel's,
 * which takes it from who dies; what stands in the file is believed by its
 * sum, and never for long.
 */
#ifndef SYS_PLEDGES_H
#define SYS_PLEDGES_H

#include "behave/own.h"

enum {
	PLEDGES = 8192,			/* of 64 messages in each of 64 evals,
					 * twice                             */
	PLEDGES_DUE_S = 120		/* longer than mail is judged, and than
					 * its record lies in the spool      */
};

struct pledges;

struct pledge {
	uint64_t id;			/* of the message; 0: free           */
	uint64_t account;
	int64_t at;			/* seconds                           */
	struct own_way way;
};

/* Opens the file, or makes it.  -1: errno. */
int pledges_make(int dir, const char *name);
/* fd stays in use.  NULL: not such a file, or no memory. */
struct pledges *pledges_open(int fd);
void pledges_close(struct pledges *p);

/* False: somebody has held it for all this time. */
bool pledges_lock(struct pledges *p);
void pledges_unlock(struct pledges *p);

/* Locked.  All of the account but for that message. */
void pledges_sum(const struct pledges *p, uint64_t account, uint64_t but,
    struct own_way *out);
/* In place of what that message had before.  False: there is no room. */
bool pledges_put(struct pledges *p, uint64_t id, uint64_t account,
    int64_t at, const struct own_way *way);
void pledges_settle(struct pledges *p, uint64_t id);
/* Takes out one from before then, or from a time that is to come. */
bool pledges_overdue(struct pledges *p, int64_t now, struct pledge *out);

#endif
