/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool.h - records on their way from an eval to store (DECISIONS 22).
 *
 * A ring in a file, with one producer and one consumer.  The answer to the
 * mail server does not wait for a disk: eval copies the record into the
 * mapped file, which is there still when any process, or all of them, are
 * killed.  All of the file is allocated first, so that a full disk is found
 * then and not by a signal later.  When the ring is full the record is
 * dropped, and counted by day and policy domain.
 *
 * The consumer never maps the file: the producer, who reads the bytes of
 * strangers, may have been taken over and could cut it short.  It reads with
 * pread(), believes no number, skips and counts what is torn, and moves the
 * tail when what it has read is safe elsewhere.  So a record comes at least
 * once; a number in each tells the second time from the first.
 */
#ifndef SYS_SPOOL_H
#define SYS_SPOOL_H

#include "base/span.h"

enum {
	SPOOL_LEAST = 256 << 10,	/* octets of the smallest ring       */
	SPOOL_RECORD = 1 << 20,		/* octets of the longest record, which
					 * may not take half of its ring    */
	SPOOL_DOMAIN = 52,		/* octets of a domain in the count of
					 * what was dropped: longer ones, and
					 * those beyond SPOOL_DROPS, are ""  */
	SPOOL_DROPS = 128,		/* pairs of day and domain           */
	SPOOL_SALT = 16
};

/* Opens name below dir, or makes it, octets long, all of it allocated; an
 * old one keeps what is in it.  salt is for a new one.  The descriptor has
 * the exclusive lock of the file.  -1: errno; EWOULDBLOCK: somebody else
 * uses it. */
int spool_make(int dir, const char *name, uint64_t octets,
    const uint8_t salt[SPOOL_SALT]);

/* ---- the producer ------------------------------------------------------- */

struct spool;

/* fd is not needed afterwards.  NULL: not a spool, or no memory. */
struct spool *spool_open(int fd);
void spool_close(struct spool *s);
const uint8_t *spool_salt(const struct spool *s);

/* id: the message's; day: days since 1970.  False: there was no room, and
 * that was counted. */
bool spool_put(struct spool *s, uint64_t id, struct span domain, int64_t day,
    struct span record);

/* Octets of a record that leaves half of what is free to others. */
size_t spool_room(const struct spool *s);

/* ---- the consumer ------------------------------------------------------- */

struct spool_reader;

struct spool_entry {
	uint64_t id, number;
	bool old;			/* it was there before this reader */
	struct span record;		/* until the next call             */
};

struct spool_drop {
	int64_t day;
	char domain[SPOOL_DOMAIN + 1];	/* printable, or "" */
	uint64_t count;
	uint64_t total;			/* with those told before */
};

/* fd is borrowed for as long as the reader lives.  NULL: as above. */
struct spool_reader *spool_reader_new(int fd);
void spool_reader_free(struct spool_reader *r);

/* The next record that was not read yet. */
bool spool_next(struct spool_reader *r, struct spool_entry *out);
/* The last one was not taken: it comes again with the next call. */
void spool_keep(struct spool_reader *r);
/* What was read so far is safe: the producer may write over it.  False:
 * errno. */
bool spool_done(struct spool_reader *r);
/* What was read since then comes once more. */
void spool_again(struct spool_reader *r);

/* Of the file, since it was made: with the number of an entry it tells that
 * entry from every other. */
uint64_t spool_identity(const struct spool_reader *r);

struct spool_state {
	uint64_t waiting, size;		/* octets                            */
	uint64_t torn;			/* entries skipped, since it is open */
};
struct spool_state spool_state(struct spool_reader *r);

/* Drops that were not told yet, one at a time; spool_told() when they are
 * safe elsewhere. */
bool spool_next_drop(struct spool_reader *r, struct spool_drop *out);
bool spool_told(struct spool_reader *r);

#endif
