/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase.h - nothing is known of a person any more.
 *
 * By the hash of an address.  What everybody and the domain count is one
 * sender less, so that a value that nobody else had is gone too; the person
 * is no recipient of anybody, in no pair, conversation, probation, episode,
 * donor or dictionary; octets that no longer belong to anybody are zero.
 *
 * What cannot be found again by the hash stays, and says nothing of a person:
 * two bits of a filter of each conversation, and sums.
 */
#ifndef BEHAVE_ERASE_H
#define BEHAVE_ERASE_H

#include "behave/behave.h"

struct erased {
	bool known;			/* there was a profile               */
	size_t values;			/* of it, that were counted          */
	size_t named;			/* by others: slots, pairs           */
	size_t messages;		/* waiting, donors, conversations    */
};

/* A person by the keys of sample.h: as a sender, as others name him, and of
 * his domain.  Through a list he is another sender, and the same person. */
struct erase_who {
	uint64_t sender;
	uint32_t person;
	uint64_t domain;
};

/* Adds to out. */
void behave_erase(struct behave *b, const struct erase_who *who,
    struct erased *out);

/* Nothing is known of a row any more: it was not what it is from now on. */
void behave_drop_row(struct behave *b, unsigned row);

/* memory_erase.c */
void memory_drop_row(struct memory *m, unsigned row);
void memory_erase(struct memory *m, const struct erase_who *who,
    struct erased *out);

#endif
