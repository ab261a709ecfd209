/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - one message as a line of somebody's aggregate report: who
 * published which policy, where reports were asked for, and the row that
 * the message adds one to (RFC 9990 3.1).
 *
 * Its octets are a key: two messages belong into the same report when their
 * policies have the same octets and their days are the same, and into the
 * same row when their rows have.  So there is one way only to write a
 * tally, and what is not written that way is refused.  It names domains and
 * addresses of hosts, never a local part of who sent or got the message.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "base/arena.h"
#include "report/aggregate.h"

struct tally {
	int64_t day;			/* days since 1970, UTC              */
	bool letter;			/* a report itself, or a bounce of
					 * one: it is counted, but causes no
					 * report (else two reporters write
					 * each other for ever)              */
	struct aggregate_policy policy;
	struct span rua;		/* addresses, "," between them       */
	struct span error;		/* what is wrong with the record, for
					 * its owner (RFC 9990 3.1.5)        */
	struct aggregate_row row;	/* .count does not count             */
};

/* What does not fit its bound is shortened: reasons, signatures and texts;
 * nothing else can be too long. */
void tally_put(struct buf *out, const struct tally *t);

/* The parts, checked to the last octet. */
struct tally_parts {
	int64_t day;
	bool letter;
	struct span policy, rua, error, row;
};
bool tally_split(struct tally_parts *out, struct span in, struct arena *a);

/* Of the parts; spans borrow from in, arrays are the arena's. */
bool tally_policy(struct aggregate_policy *out, struct span in);
bool tally_row(struct aggregate_row *out, struct span in, struct arena *a);

/* The next of a list of addresses; false: no more, or no address (then the
 * rest of the list is left where it is). */
bool tally_address(struct span *list, struct span *out);

#endif
