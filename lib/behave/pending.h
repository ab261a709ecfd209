/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h - probation: what looked odd is not believed yet.
 *
 * Such a message waits here and teaches nothing.  It is believed when
 * somebody else answers it (he has read it), or when it has waited for 14
 * days.  So the second message of an intruder is as strange as his first.
 */
#ifndef BEHAVE_PENDING_H
#define BEHAVE_PENDING_H

#include "behave/example.h"

enum {
	PENDING = 2048,
	PENDING_EACH = 32,		/* of one sender: then the oldest    */
	PROBATION_SECONDS = 14 * 86400,
	SERIES_SECONDS = 6 * 3600,
	PENDING_LOOK = 3600		/* between looks at who has waited   */
};

struct pending_one {
	struct sample sample;
	struct lineup lineup;
	float score[N_HYPOTHESIS + 2];
	float untuned;			/* its p, by the windows             */
	uint8_t size;			/* class at the time                 */
	uint8_t answered, has_lineup;
};

struct pending {
	uint32_t next, answered;	/* how many are answered             */
	float left, left_answered;	/* lately; and of these answered     */
	float owed;			/* behave.c: stands_for()            */
	int64_t looked;
	uint64_t sender[PENDING];	/* 0: an empty place                 */
	uint64_t id[PENDING];
	int64_t until[PENDING];
	struct pending_one one[PENDING];
};

/* Takes a message in; the one whose place it takes is forgotten. */
void pending_add(struct pending *p, const struct pending_one *one);
/* The next that may be believed at that time, taken out; NULL: none. */
const struct pending_one *pending_due(struct pending *p, int64_t now);
/* If s answers a message that waits, and goes to its sender, from somebody
 * else, he has read it. */
void pending_answered(struct pending *p, const struct sample *s);
/* The last day on which something of his came that waits; 0: none. */
uint16_t pending_last(const struct pending *p, uint64_t sender);
/* What the sender wrote shortly before, in the same conversation or to the
 * same people, if that waits: a series of messages is one event.  NULL:
 * nothing. */
const struct sample *pending_series(const struct pending *p,
    const struct sample *s);

#endif
