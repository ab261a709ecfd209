/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bodyscan.h - lone newline characters, NUL and smuggled messages in a body
 * (RFC 5321 2.3.8, 4.1.1.4; ATTACKS.md 6).
 *
 * Runs that hold nothing odd are passed sixteen octets a step; around an odd
 * one a small automaton looks for what some server takes for the end of the
 * message: a line that holds one dot, with at least one of its two line ends
 * not CRLF.  How the body is cut into pieces changes nothing.
 */
#ifndef FACTS_BODYSCAN_H
#define FACTS_BODYSCAN_H

#include "facts/facts.h"

enum bodyscan_state { SCAN_TEXT = 0, SCAN_BREAK, SCAN_DOT, SCAN_AFTER,
    SCAN_VERB };

struct bodyscan {
	struct facts *facts;
	struct arena *arena;
	size_t at;			/* place of the next octet      */
	int before, last;		/* the two octets before it     */
	enum bodyscan_state state;
	size_t dot_at, n_after;
	bool tainted;			/* not both line ends are CRLF  */
	uint8_t verb[16];
	size_t n_verb;
	bool told_newline, told_nul, told_twin, told_smuggling;
};

/* at: place of the first octet of the body. */
void bodyscan_init(struct bodyscan *b, struct facts *f, size_t at,
    struct arena *a);

void bodyscan_data(struct bodyscan *b, struct span bytes);
void bodyscan_end(struct bodyscan *b);

#endif
