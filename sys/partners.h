/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partners.h - whom our own mail shows to belong to us: a file that is mapped.
 *
 * Domains that our accounts write to, and that answer; the names that our
 * accounts write under; who forwards mail to one of us.  Each is known from
 * the third day on: what a thief says in one evening makes nobody a partner.
 * store writes, every eval takes an image of it when it has changed
 * (lib/origin/learned.h).
 *
 * It is allocated whole and never grows: records of 128 octets in buckets of
 * eight, of which the one that is worth least makes room, unless it is known
 * and busy.  A record is one
 * write with a sum, so who is killed leaves no half of it.  People are hashes
 * under the key of the accounts; the name of a domain is there when mail goes
 * both ways with it, not before.
 */
#ifndef SYS_PARTNERS_H
#define SYS_PARTNERS_H

#include "accounts_erase.h"
#include "origin/bond.h"

enum {
	PARTNERS_ITEM = 'P',		/* behind a record: bonds            */
	PARTNERS_ANSWERED = 8192,	/* domains: who writes with more than
					 * that has a list of its own        */
	PARTNERS_PEOPLE = 4096,		/* as many as there may be accounts  */
	PARTNERS_WAYS = 4096,		/* old addresses of one in two       */
	PARTNERS_DAYS = 3,		/* .. of each direction              */
	PARTNERS_OF = 3,		/* domains whose mail somebody brought,
					 * until he is known to do that      */
	PARTNERS_NAMES = 8,		/* that an account writes under: more
					 * are those of others, as a desk
					 * writes under its customers'       */
	PARTNERS_LATELY = 30,		/* days in which it did              */
	PARTNERS_BUSY = 60,		/* days for which nobody new takes the
					 * place of who is known             */
	PARTNERS_KEEP = 400,		/* days without mail                 */
	PARTNERS_KINDS = 3
};

enum partners_kind { PARTNER_DOMAIN, PARTNER_PERSON, PARTNER_WAY };

struct partners;

/* Opens the file, or makes it.  False: errno. */
bool partners_make(int dir, const char *name, int *writer, int *reader);

/* fd is not needed afterwards by a reader; a writer borrows it.  Of another
 * key it begins anew.  NULL: not such a file, or no memory. */
struct partners *partners_open(int fd, const uint8_t key[ACCOUNTS_KEY],
    bool write);
void partners_close(struct partners *p);

/* Changes when more is known, or less. */
uint64_t partners_generation(const struct partners *p);
/* All that is known on that day (behave/weight.h), until the next call. */
struct learned_in partners_image(struct partners *p, uint16_t today);

/* Bonds of a message of that day.  How many became known by them; *failed:
 * the disk refuses (errno). */
unsigned partners_take(struct partners *p, struct span bonds, uint16_t day,
    bool *failed);
void partners_count(const struct partners *p,
    unsigned known[PARTNERS_KINDS]);
bool partners_sync(struct partners *p);

/* A person is gone: out of what he is alone in, all of it.  False: errno. */
bool partners_erase(struct partners *p, const struct accounts_who *who,
    unsigned *records);

#endif
