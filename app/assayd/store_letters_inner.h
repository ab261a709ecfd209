/* SPDX-License-Identifier: Apache-2.0 */
/* store_letters_inner.h - shared by store_letters.c (kept) and store_read.c
 * (read). */
#ifndef ASSAYD_STORE_LETTERS_INNER_H
#define ASSAYD_STORE_LETTERS_INNER_H

#include "store/ingest.h"
#include "store_letters.h"

struct letters {
	struct role *role;
	struct inbox *inbox;
	int dir;
	bool trouble;			/* told once, until it is over       */

	struct store *store;		/* NULL: letters wait                */
	struct ingest *ingest;
	struct bus *reader;
	bool up;			/* the reader is there               */
	struct timer timer;
	bool store_trouble;
	unsigned refused;		/* times, the letter that is first   */
	bool full;			/* the store; told once              */
	int64_t aged;			/* day of the last time; 0: never    */

	bool reading;			/* the letter that is being read:    */
	struct letter now;
	uint64_t id, offset;
	unsigned deaths;
};

/* store_full.c: whether the store has all the octets that it may have; then
 * it is looked at again later. */
bool letters_full(struct letters *l);

/* store_read.c */
void letters_parcel(void *ctx, struct bus *bus, struct msg *m);
void letters_timer(void *ctx);

#endif
