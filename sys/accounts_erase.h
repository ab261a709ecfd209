/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts_erase.h - a person goes out of the file of own accounts.
 *
 * By hashes: the accounts that are the address or its local part, and the
 * address, as other accounts write to it or under it.  A request
 * (request.h) lies beside the file; whoever has the lock of the file does it,
 * brings the file to the disk and only then removes the request, so that a
 * kill at any moment leaves the request or nothing to be asked for.  What was
 * written before and comes later, out of a spool, is not noted.
 */
#ifndef SYS_ACCOUNTS_ERASE_H
#define SYS_ACCOUNTS_ERASE_H

#include "accounts.h"

enum { ACCOUNTS_LOGINS = 2 };

struct accounts_who {
	uint64_t login[ACCOUNTS_LOGINS];
	uint32_t address, author;	/* as recipient and sender; in From  */
};

struct accounts_erased {
	unsigned known;			/* accounts                          */
	unsigned named;			/* by others                         */
	unsigned partners;		/* records of partners.h             */
};

struct accounts_who accounts_who(const uint8_t key[ACCOUNTS_KEY],
    struct span address);
void accounts_erase(struct accounts *a, const struct accounts_who *who,
    int64_t now, struct accounts_erased *out);

/* The key of the file of accounts in this directory; false: there is none
 * that may be read. */
bool accounts_dir_key(int dir, uint8_t key[ACCOUNTS_KEY]);
/* Is there a file of accounts in this directory? */
bool accounts_kept(int dir);
/* As request_ask(). */
bool accounts_erase_ask(int dir, struct span address);
bool accounts_erase_waits(int dir);
/* Does what was asked, by who has the lock.  0: nothing was; 1: it is done;
 * -1: errno.  p: whom he was a partner of, or NULL. */
struct partners;
int accounts_erase_work(struct accounts *a, struct partners *p, int dir,
    int64_t now, struct accounts_erased *out);
/* By who has not, if nobody has it. */
int accounts_erase_alone(int dir, int64_t now);

#endif
