/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h - probation: what looked odd is not believed yet.
 *
 * Such a message waits here and teaches nothing.  It is believed when it has
 * waited for 14 days, or when others answered such messages of three days: one
 * answer proves little, since who is deceived by an intruder answers him.  So
 * the eleventh message of an intruder is as strange as his first.
 *
 * What a person said counts before all that (label.h).  A message that was
 * called bad stays here for a month, and meanwhile nothing odd of its sender
 * is believed, whoever answers; what was held is believed by a person's word
 * alone.
 */
#ifndef BEHAVE_PENDING_H
#define BEHAVE_PENDING_H

#include "behave/example.h"

enum {
	PENDING = 2048,
	PENDING_EACH = 32,		/* of one sender: then the oldest    */
	PROBATION_SECONDS = 14 * 86400,
	PENDING_BAD_SECONDS = 30 * 86400,
	SERIES_SECONDS = 6 * 3600,
	PENDING_DAYS = 3,		/* with an answer, until they prove  */
	PENDING_LOOK = 3600		/* between looks at who has waited   */
};

struct pending_one {
	struct sample sample;
	struct lineup lineup;
	float score[N_HYPOTHESIS + 2];
	float untuned;			/* its p, by the windows             */
	uint64_t spool, number;		/* whose record it is; 0: nobody's   */
	uint8_t size;			/* class at the time                 */
	uint8_t counted;		/* how often it is in the windows    */
	bool has_lineup;
	bool held;			/* it was not delivered              */
	bool answered, heard;		/* heard: that it was, is counted    */
	bool learned, bad;		/* bad: a person said so             */
};

struct pending {
	uint32_t next;
	bool unheard;			/* some answered one is not          */
	float left, left_answered;	/* lately; and of these answered     */
	float owed;			/* behave.c: stands_for()            */
	int64_t looked;
	uint64_t sender[PENDING];	/* 0: does not wait, or no longer    */
	uint64_t id[PENDING];
	int64_t until[PENDING];
	struct pending_one one[PENDING];
};

/* Takes a message in; the one whose place it takes is forgotten. */
void pending_add(struct pending *p, const struct pending_one *one);
/* The next that was answered, once; NULL: none. */
struct pending_one *pending_heard(struct pending *p);
/* The next that may be believed at that time, and no longer waits; NULL:
 * none. */
struct pending_one *pending_due(struct pending *p, int64_t now);
/* If s answers a message that waits, and goes to its sender, from somebody
 * else, he has read it. */
void pending_answered(struct pending *p, const struct sample *s);
/* Does anything of his wait? */
bool pending_is(const struct pending *p, uint64_t sender);
/* The last day on which something of his came that waits; 0: none. */
uint16_t pending_last(const struct pending *p, uint64_t sender);
/* What the sender wrote shortly before, in the same conversation or to the
 * same people, if that waits: a series of messages is one event.  NULL:
 * nothing. */
const struct sample *pending_series(const struct pending *p,
    const struct sample *s);

/* The message of a record, waiting or not; NULL: it never waited, or is
 * forgotten. */
struct pending_one *pending_of(struct pending *p, uint64_t spool,
    uint64_t number);
/* Somebody has said that it is bad; or it waits no longer. */
void pending_bad(struct pending *p, struct pending_one *o, int64_t now);
void pending_end(struct pending *p, struct pending_one *o);

#endif
