/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits.h - what is known of senders, in memory that processes share.
 *
 * store learns (habits_keep.h), every eval looks (DECISIONS 24).  The segment
 * is a memfd of the parent's: a head, then one block (behave/behave.h).  A
 * sequence is odd while the block is changed; who has looked asks it again
 * and looks once more if it has moved.  Nobody waits for a lock, and a store
 * that was killed in between leaves an odd number, by which nobody believes
 * what is there.
 */
#ifndef SYS_HABITS_H
#define SYS_HABITS_H

#include <stdatomic.h>

#include "base/buf.h"

struct geometry;

enum {
	HABITS_HEAD = 4096,		/* octets before the block           */
	HABITS_KEY = 16,
	HABITS_LESSON = 2048,		/* octets of one, at most            */
	HABITS_NEWS = 400,		/* ... of words in it                */
	HABITS_ITEM = 'B'		/* a lesson behind a record begins so */
};

struct habits_head {
	uint64_t magic;
	_Atomic uint64_t sequence;
	_Atomic uint64_t octets;	/* of the block; 0: none yet         */
	_Atomic int64_t observe;	/* until then nothing is done        */
};

/* Two descriptors of a new segment for a block of so many octets: to write,
 * and only to read.  False: errno. */
bool habits_make(size_t octets, int *writer, int *reader);

/* A block of at most so many octets; false: too few. */
bool habits_geometry(struct geometry *out, size_t octets);

/* ---- eval --------------------------------------------------------------- */

struct habits_reader;

/* fd is not needed afterwards.  NULL: not such a segment, or no memory. */
struct habits_reader *habits_reader_new(int fd);
void habits_reader_free(struct habits_reader *r);

/* The key of samples.  False: nothing is there yet. */
bool habits_key(struct habits_reader *r, uint8_t key[HABITS_KEY]);

/* What is known for a sample, as the item of an answer (base64), until the
 * next call.  Absent: it could not be read whole.  said: what the message's
 * values are called (behave/words.h). */
struct span habits_ask(struct habits_reader *r, struct span sample,
    struct span said);
/* What of said is to be learned with it; until the next call. */
struct span habits_news(const struct habits_reader *r);

/* What store learns of a message: its sample, and such words; of one that was
 * kept from its reader, or is not like the account of ours that it comes
 * from, only that it was odd. */
struct lesson {
	struct span sample, news;
	bool kept;
	bool silent;			/* struct origin                     */
};

void lesson_put(struct buf *out, const struct lesson *l);
bool lesson_get(struct lesson *out, struct span in);

#endif
