/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits_inner.h - what habits_keep.c (learning) and habits_file.c (the
 * files) share.
 */
#ifndef SYS_HABITS_INNER_H
#define SYS_HABITS_INNER_H

#include <fcntl.h>

#include "base/buf.h"
#include "habits_keep.h"

enum {
	HABITS_ENTRY = HABITS_LESSON + 26, /* octets, at most               */
	HABITS_BATCH = 1 << 20		/* octets that wait for a write      */
};

struct habits_seen {
	uint64_t spool, number;
	uint64_t used;			/* last; 0: the place is free        */
};

/* Who was erased, and what arrived up to when is not learned. */
struct habits_gone {
	uint64_t mark;			/* habits_erase.c                    */
	int64_t before;			/* 0: none                           */
};

enum {
	HABITS_GONE = 128,
	HABITS_GONE_S = 2 * 86400	/* longer no spool waits             */
};

struct habits {
	struct habits_conf conf;
	int lock, journal;
	int64_t end;			/* of the journal, as written        */
	bool dirty;			/* written, not on the disk          */
	bool changed;			/* since the last snapshot           */
	int64_t sync_at, snapshot_at;
	struct habits_head *head;
	uint64_t *block;
	size_t room, octets;
	struct behave b;
	uint64_t generation;		/* of the file that is written       */
	int64_t first;			/* when it began                     */
	struct habits_seen seen[HABITS_SPOOLS];
	uint64_t uses;
	struct habits_gone gone[HABITS_GONE];
	uint64_t heard;			/* of the file of words: octets      */
	struct buf batch;
	struct habits_state state;
};

/* habits_keep.c */
/* live: others look; else nobody sees it before the end. */
struct habits_told habits_learn(struct habits *h, struct sample *s,
    const struct lesson *l, const struct origin *from, bool live);
enum label_end habits_apply(struct habits *h, const struct habits_word *w,
    bool live);
bool habits_is_new(struct habits *h, uint64_t spool, uint64_t number);
bool habits_fresh(struct habits *h, const uint8_t key[HABITS_KEY],
    int64_t first);

/* The block is changed, from now on; no more. */
void habits_change(struct habits *h, bool begins);
/* What was taken goes into the file. */
bool habits_write(struct habits *h);

/* habits_erase.c */
bool habits_is_gone(const struct habits *h, const struct sample *s);

/* habits_file.c.  The snapshot into the block; false: there is none that can
 * be believed. */
bool habits_load(struct habits *h);
/* What assay learn --for-assayd left in start/state: into the block, and away
 * when it is in a snapshot. */
bool habits_start(struct habits *h);
void habits_started(struct habits *h);
/* Of the oldest file that has a head: the key, and h->first. */
bool habits_first_key(struct habits *h, uint8_t key[HABITS_KEY]);
/* All files from the snapshot on. */
void habits_replay(struct habits *h);
/* A new file, behind all others. */
bool habits_begin_file(struct habits *h);
void habits_put_entry(struct habits *h, uint64_t spool, uint64_t number,
    struct span lesson);
void habits_put_word(struct habits *h, const struct habits_word *w);

#endif
