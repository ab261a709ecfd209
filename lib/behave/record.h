/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - a profile as it lies in a memory: the same, in fewer octets.
 *
 * Most of a profile follows from the rest of it.  What was in every message
 * counts as much as the messages; what was seen once has a weight that is
 * its day; a domain of one person has each value once.  A record keeps a value
 * and two bits of each slot, and more only where it does not follow.  Opening
 * it gives back the profile that was packed, to the bit.
 *
 * A score needs a few values of each row and no profile: record_row() walks
 * from row to row and record_find() looks in the one that is reached.  What is
 * read may be torn (peek.h): whatever stands there, reading stays in it.
 */
#ifndef BEHAVE_RECORD_H
#define BEHAVE_RECORD_H

#include "behave/profile.h"

enum {
	SENDER_SLOTS = 288,
	DOMAIN_SLOTS = 2048,		/* more than all budgets together    */
	SENDER_OCTETS = 2560,		/* of a record, at most              */
	DOMAIN_OCTETS = 11264
};

struct record {
	uint64_t key;
	uint16_t first_day, last_day;
	weight messages;
	uint16_t units;			/* it lies in: memory.c              */
	uint16_t n_slot, n_more;
	uint8_t of_domain;
	uint8_t hours[3];		/* bits: of which there is a weight  */
	uint8_t row[N_ROW];		/* slots of it, and what is told     */
	/* uint8_t high[n_slot], how[n_slot / 4];
	 * uint16_t low[n_slot], more[n_more] */
	uint8_t rest[];
};

/* Room for a profile with so many slots, as an array of uint64_t. */
#define PROFILE_WORDS(slots) \
	((sizeof(struct profile) + (slots) * sizeof(struct slot) + 7) / 8)

/* Octets of a record, 0 if what it says of itself is more than room. */
size_t record_octets(const struct record *r, size_t room);

/* Into out, which has room for so many slots. */
void record_open(struct profile *out, const struct record *r, size_t slots);
/* A sender's into such a room, or NULL as r is. */
struct profile *record_profile(uint64_t room[PROFILE_WORDS(SENDER_SLOTS)],
    const struct record *r);
/* Into out, which has room for DOMAIN_OCTETS.  Octets; .units is left. */
size_t record_pack(struct record *out, const struct profile *p);

/* Reading a record row by row; of NULL, nothing is found. */
struct record_look {
	const struct record *record;
	const uint8_t *high, *how;
	const uint16_t *low, *more;
	uint16_t once;			/* a weight: once, on the first day  */
	unsigned slot, at;		/* of the row behind this one        */
	/* this row */
	unsigned first, n, begins;
	uint16_t total, types;
};

struct found {
	uint16_t count, day;
};

void record_look(struct record_look *k, const struct record *r);
/* Rows in their order, each once. */
void record_row(struct record_look *k, unsigned row);
struct found record_find(const struct record_look *k, uint32_t value);
/* What each value of this row counts; so many of them at most. */
unsigned record_counts(const struct record_look *k, uint16_t *count,
    unsigned most);
/* The weight of an hour. */
void record_hours(weight hour[PROFILE_HOURS], const struct record *r);

#endif
