/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seen.h - what is kept of a domain: 16 octets, and not its name.
 *
 *	0	6	hash of the name, keyed
 *	6	2	day first seen here, days since 2000; 0: never
 *	8	2	day registered, days since 1980; 0: not known
 *	10	1	flags
 *	11	1	sum of all others
 *	12	4	how many senders: 8 registers of 4 bits
 *
 * Two records of one name merge to one, in any order and any number of
 * times: the earlier day, the better known registration, the larger
 * registers.  So nodes can share what they have seen.
 */
#ifndef ORIGIN_SEEN_H
#define ORIGIN_SEEN_H

#include "base/buf.h"

enum { SEEN_SIZE = 16 };

enum seen_flag {
	SEEN_RDAP = 1,		/* the registry said when                    */
	SEEN_REFUSED = 2	/* the registry does not say                 */
};

struct seen {
	uint64_t hash;		/* of the name: 48 bits, not 0               */
	uint32_t first;		/* days since 1970; 0: never                 */
	uint32_t registered;	/* days since 1970; 0: not known             */
	uint8_t flags;
	uint32_t senders;	/* registers                                 */
};

/* The name of a domain in a memory with this salt. */
uint64_t seen_hash(const uint8_t salt[16], struct span domain);

/* One sender more. */
void seen_sender(struct seen *s, uint64_t sender_hash);
/* About how many there were: good to a third, up to some ten thousand. */
unsigned seen_senders(const struct seen *s);

/* into and from are of one name. */
void seen_merge(struct seen *into, const struct seen *from);

/* Days that do not fit are brought within. */
void seen_write(struct buf *out, const struct seen *s);
/* False: it is empty, or torn (*torn). */
bool seen_read(struct seen *out, struct span record, bool *torn);

/* How much would be lost with it: by this the least is given up. */
uint64_t seen_worth(const struct seen *s);

#endif
