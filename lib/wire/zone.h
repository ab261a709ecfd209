/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone.h - reads master files (RFC 1035 5, RFC 2308 4, RFC 3597 5).
 *
 *	struct zone z = zone_open(text, arena);
 *	while (zone_next(&z, &rr)) ...
 *	if (z.why != NULL) ... z.line ...
 *
 * One pass, no look back, nothing read but the text ($INCLUDE is refused).
 * Names without a final dot belong to $ORIGIN, at first the root.  Types
 * that no question asks for are read over, so that their owner exists.
 */
#ifndef WIRE_ZONE_H
#define WIRE_ZONE_H

#include "base/arena.h"
#include "base/cur.h"

struct zone {
	struct cur in;
	struct arena *arena;
	unsigned line;		/* of what was read last, or is wrong */
	const char *why;	/* NULL: nothing wrong; static text   */
	unsigned parens;
	struct span origin;	/* canonical                          */
	struct span owner;	/* of the last record                 */
	uint32_t ttl;
	bool has_default;	/* $TTL was given                     */
	struct buf scratch;	/* for one record's octets            */
};

struct zone_rr {
	struct span owner;	/* canonical: see dname.h             */
	uint16_t type;
	uint32_t ttl;
	bool has_item;		/* false: a type that is read over    */
	struct span item;	/* as an item of struct assay_answer  */
};

struct zone zone_open(struct span text, struct arena *a);

/* The next record; its spans live in the arena.  False: the end, or z->why,
 * or the arena failed. */
bool zone_next(struct zone *z, struct zone_rr *out);

#endif
