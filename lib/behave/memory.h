/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h - everything that is known of everybody, in one block.
 *
 * The block is the caller's and holds no pointers, so that it can be a
 * file.  All of it is bounded: records live in units of 32 octets, and
 * the least used makes room for a new one; the tables of values, pairs and
 * letters are buckets of one or a few cache lines, in which the least
 * counted, then the oldest gives way.
 *
 * memory_view() takes out of it what scoring one message needs, and no
 * more: that is the answer a score is computed from, live or replayed.
 */
#ifndef BEHAVE_MEMORY_H
#define BEHAVE_MEMORY_H

#include "behave/burst.h"
#include "behave/house.h"
#include "behave/record.h"
#include "behave/ties.h"

enum {
	UNIT_WORDS = 4,			/* uint64_t in a unit of a record    */
	UNIT_CLASSES = DOMAIN_OCTETS / (UNIT_WORDS * 8) + 1,
	BUCKET = 8,
	VIEWS = 4			/* of one sender, at once            */
};

struct geometry {
	uint32_t units;			/* of records                        */
	uint32_t index;			/* powers of two, from here on       */
	uint32_t values, pairs, letters;/* buckets                           */
};

/* One value of everybody, or one pair. */
struct cell {
	uint32_t tag;
	uint16_t count, day;
};

/* One message that was seen: who wrote it, and to whom (a Bloom filter). */
struct letter {
	uint32_t tag, author;
	uint16_t day, spare[3];
	uint64_t people[2];
};

struct memory_head {
	uint64_t magic;
	struct geometry geometry;
	uint32_t units_used, units_free, hand;
	/* Records move to the front, a few at a time: below gap they have,
	 * from gap_end on not yet; 0: none has to. */
	uint32_t gap, gap_end;
	uint32_t free[UNIT_CLASSES];	/* first free run of each size + 1   */
	uint32_t senders, domains;
	uint64_t messages, evicted;
	uint32_t total[N_ROW], types[N_ROW];	/* of everybody: senders     */
	uint32_t hour[PROFILE_HOURS];
	struct news news;		/* senders among everybody           */
};

struct memory_entry {
	uint32_t tag, unit;		/* unit + 1; 0: empty                */
};

struct memory {
	struct memory_head *head;
	struct memory_entry *index;
	struct cell *value, *pair;
	struct letter *letter;
	uint64_t *unit;
	struct house *house;		/* the caller's own; NULL: none      */
};

struct level {
	float total, types;
};

struct tally {
	float sender, domain, everybody;
	uint16_t day;			/* of the sender, last               */
	bool seen;			/* by somebody                       */
};

struct view {
	float n;			/* messages of the sender            */
	uint16_t today, first_day, last_day;
	struct level sender[N_ROW], domain[N_ROW], everybody[N_ROW];
	struct tally one[N_ROW], many[SAMPLE_MANY];
	float reverse[SAMPLE_SET];	/* recipients who wrote to him       */
	float hour[PROFILE_HOURS], hour_all[PROFILE_HOURS];
	struct mates mates;
	struct contact_view contact;	/* contact.c sets it                 */
};

/* Octets of a block. */
size_t memory_size(const struct geometry *g);
/* A block of zeros becomes an empty memory; g is NULL for one that was a
 * memory before.  False: it is none. */
bool memory_open(struct memory *m, uint64_t *block, size_t octets,
    const struct geometry *g);

/* The record of a sender or a domain, until something is learned; NULL. */
const struct record *memory_find(const struct memory *m, uint64_t key);

/* Sets the rows of s that need memory, then takes the view. */
void memory_view(const struct memory *m, struct sample *s, struct view *v);
/* Of up to VIEWS messages of one sender that came at one time: what is asked
 * of his records, of all at once. */
void memory_views(const struct memory *m, struct sample *s, struct view *v,
    unsigned n);
/* Of one, with the records of the sender and of his domain, or NULL. */
void memory_view_of(const struct memory *m, const struct record *e,
    const struct record *d, struct sample *s, struct view *v);
/* Counts s. */
void memory_learn(struct memory *m, const struct sample *s);
/* s was not its sender's: what it taught of him is taken back.  That one more
 * of a domain used a value stays. */
void memory_unlearn(struct memory *m, const struct sample *s, uint16_t today);
/* s exists, whoever wrote it: its Message-ID can be answered. */
void memory_letter(struct memory *m, const struct sample *s);

#endif
