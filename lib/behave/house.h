/* SPDX-License-Identifier: Apache-2.0 */
/*
 * house.h - how the others of a domain write.
 *
 * What a colleague sends under somebody's name is new of that sender in many
 * ways, and together these ways are a colleague's: that tells more than each
 * of them.  So of everybody who wrote lately the value of each row is kept
 * that he had at least twice, in 16 bits, beside those of others of his
 * domain; and a message in which something is new is laid beside all of them.
 *
 * Nothing is kept of rows that say whom somebody writes to.
 */
#ifndef BEHAVE_HOUSE_H
#define BEHAVE_HOUSE_H

#include "behave/sample.h"

enum {
	HOUSES = 1024,			/* a power of two                    */
	HOUSE_MATES = 16,		/* of one place                      */
	HOUSE_NEW = 2			/* rows; less is no question         */
};

/* One sender; domain 0: none. */
struct mate {
	uint32_t domain, person;
	uint32_t stamp;			/* of all, the last one is largest   */
	uint16_t value[N_ROW];		/* 0: none was there twice           */
};

struct house {
	uint32_t stamp;
	struct mate mate[HOUSES][HOUSE_MATES];
};

/* In which rows a message is as each of the others writes: a bit each. */
struct mates {
	uint8_t n;
	uint32_t who[HOUSE_MATES];
	uint64_t same[HOUSE_MATES];
};

/* Rows that are looked at. */
bool mate_counts(unsigned row);

void house_look(struct mates *out, const struct house *h,
    const struct sample *s);
/* As if he were nobody of theirs. */
void mates_without(struct mates *m, uint32_t person);
/* s was learned; had: the rows whose value its sender had before. */
void house_learn(struct house *h, const struct sample *s, uint64_t had);
void house_forget(struct house *h, uint32_t person);

#endif
