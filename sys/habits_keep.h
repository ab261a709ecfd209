/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits_keep.h - learning, and what of it outlives us.
 *
 * In a directory: `snapshot`, the block with a checksum, written beside
 * itself and renamed; and files `learned.NNNNNNNN`, what was learned since, a
 * sample an entry, each with a checksum under the key.  A snapshot names the
 * first file that is not in it.  At start the one is read and the others are
 * learned once more, which gives the same state to the bit, as learning asks
 * nobody and its chance has a seed.  What is damaged is told and left out,
 * never believed; of a file, everything behind it.
 *
 * Where there is no snapshot, start/state (behave_file.h) is taken in, once:
 * what was learned from an archive.
 *
 * An entry also says which entry of which spool it was, so that what comes
 * twice is learned once.  What a person said of a message is an entry, too,
 * and how far the file of such words was read is kept with it.
 */
#ifndef SYS_HABITS_KEEP_H
#define SYS_HABITS_KEEP_H

#include "behave/label.h"
#include "behave/peek.h"
#include "habits.h"

enum {
	HABITS_SPOOLS = 160,		/* whose last number is remembered   */
	HABITS_SYNC_MS = 1000,
	HABITS_SNAPSHOT_MS = 900000
};

struct habits_conf {
	int fd;				/* the segment, to write             */
	int dir;			/* both borrowed                     */
	float alerts;			/* a day                             */
	int64_t observe;		/* seconds from the first day on     */
};

/* What became of one sample. */
struct habits_told {
	bool learned;			/* false: it was known, or is none   */
	bool scored, alert;		/* alert: opens an episode           */
	uint32_t episode;		/* 0: none                           */
	float p;
	unsigned h;
};

struct habits_state {
	uint64_t learned, replayed, refused;
	uint64_t senders, waiting;	/* waiting: on probation             */
	uint64_t discarded;		/* octets of files, not believed     */
	bool bad_snapshot, fresh;
	bool started, bad_start;	/* with what an archive taught       */
	int64_t observe;		/* until then                        */
};

struct habits;

/* NULL: errno; EWOULDBLOCK: another process has the directory. */
struct habits *habits_open(const struct habits_conf *conf, int64_t now);
/* keep: with a snapshot. */
void habits_close(struct habits *h, bool keep);

/* A lesson that stood behind entry number of a spool. */
struct habits_told habits_take(struct habits *h, uint64_t spool,
    uint64_t number, struct span lesson);

/* A person's word on the message of such an entry. */
struct habits_word {
	uint64_t spool, number;
	int64_t at;			/* Unix seconds                      */
	uint64_t end;			/* where it ends in the file         */
	bool bad;
};

/* False: too much waits to be written, nothing was done. */
bool habits_hear(struct habits *h, const struct habits_word *w,
    enum label_end *end);
/* How far the file of words was read. */
uint64_t habits_heard(const struct habits *h);

/* Writes what was taken; it survives a kill now, and within HABITS_SYNC_MS
 * the end of the machine.  Makes a snapshot when it is time.  ms: of a steady
 * clock.  False: errno, and when too much waits nothing more is learned. */
bool habits_flush(struct habits *h, int64_t ms);

struct habits_state habits_state(const struct habits *h);
/* What a directory holds where nobody learns, in memory of its own; nothing
 * there is changed.  NULL: it is there, .block is to be freed; else why not. */
struct habits_copy {
	struct behave behave;
	uint64_t *block;
	uint64_t discarded;		/* octets of files, not believed     */
};
const char *habits_read(struct habits_copy *out, int dir);

/* Now: what was learned is in it, and files that it holds go. */
bool habits_snapshot(struct habits *h);

#endif
