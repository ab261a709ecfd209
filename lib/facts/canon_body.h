/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canon_body.h - body canonicalisation (RFC 6376 3.4.3, 3.4.4) as a reader:
 * bytes go in, runs of canonical octets come out.
 *
 *	canon_body_feed(&c, chunk);
 *	while ((run = canon_body_next(&c)).len > 0)
 *		...
 *
 * Text that is canonical as it stands comes out where it lies, uncopied;
 * short pieces are gathered in a small stage.  Memory is constant: line ends
 * and white space that may yet turn out to be at an end are kept as counts.
 * A bare CR or LF ends no line and is an octet like any other.
 */
#ifndef FACTS_CANON_BODY_H
#define FACTS_CANON_BODY_H

#include "facts/facts.h"

enum { CANON_STAGE = 1024 };

struct canon_body {
	enum canon kind;
	bool ended;		/* no more input                          */
	bool finished;		/* and the last CRLF is out               */
	bool content;		/* something is out                       */
	bool cr;		/* the input so far ends with a CR        */
	bool bare;		/* that CR was bare and is still to go    */
	bool wsp;		/* relaxed: a SP is owed, behind ...      */
	uint64_t ends;		/* line ends owed before the next content */
	uint64_t tail;		/* simple: line ends behind rest          */
	struct span rest;	/* of the chunk                           */
	struct span run;	/* goes out after the stage               */
	uint8_t stage[CANON_STAGE];
};

void canon_body_init(struct canon_body *c, enum canon kind);

/* Everything fed before must have been read. */
void canon_body_feed(struct canon_body *c, struct span chunk);

/* The body ends here; what is still owed comes out of canon_body_next(). */
void canon_body_end(struct canon_body *c);

/* The next canonical octets, valid until the next call; empty: the chunk is
 * used up. */
struct span canon_body_next(struct canon_body *c);

#endif
