/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remember.h - what somebody remembers of a message's domains, accounts and
 * numbers, as answers that stand in a record: "since=20100 first=20399 ...".
 *
 * Days since 1970; 0, or not said: never, not known.
 */
#ifndef ORIGIN_REMEMBER_H
#define ORIGIN_REMEMBER_H

#include "base/buf.h"
#include "facts/facts.h"
#include "origin/age.h"

enum {
	REMEMBER_TEXT = 160,	/* octets, at most                           */
	DEALING_KEY = 3 * 16 + 2
};

/* All of f but .today and .alike. */
void age_put(struct buf *out, const struct age_facts *f);
/* Members that it does not know are passed over.  False: no such text. */
bool age_get(struct age_facts *out, struct span text);

/* Of an author and an account or number. */
struct dealt {
	uint32_t since;		/* the author writes here                    */
	unsigned days;		/* ... on so many of them, about             */
	uint32_t sort;		/* he gave one of this kind                  */
	uint32_t pair;		/* he gave this one                          */
};

/* The question about it: three hashes, of the author, of him and the kind,
 * of him and what he gave.  False: no such key. */
void dealing_key(struct buf *out, uint64_t dealer, const struct dealing *d);
bool dealing_key_get(uint64_t hash[3], struct span key);

void dealt_put(struct buf *out, const struct dealt *d);
bool dealt_get(struct dealt *out, struct span text);

enum {
	DEALT_SINCE = 14,	/* days until an author is known             */
	DEALT_DAYS = 3,		/* ... and on how many he wrote              */
	DEALT_SETTLED = 7	/* days until what is new is usual: a second
				 * invoice of a thief is as new as the first */
};

/* ASSAY_R_NONE: nothing new, or nobody whom we know.  More mail of an author
 * that does not give this account or number never lowers the level. */
enum assay_reason dealing_judge(unsigned *level, const struct dealing *d,
    const struct dealt *known, uint32_t today);

#endif
