/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peek.h - a view of a state that somebody else changes meanwhile.
 *
 * Who looks must find out afterwards whether what he saw was whole (a
 * sequence, sys/habits.h), and throws it away if not.  Until then nothing may
 * lead him astray: lengths are looked at once, in a copy, and geometry is
 * what it was when the state was opened.
 */
#ifndef BEHAVE_PEEK_H
#define BEHAVE_PEEK_H

#include "behave/pack.h"

struct peek {
	struct behave behave;
	struct geometry geometry;
	const struct memory_head *from;	/* theirs                            */
	struct memory_head head;
	uint64_t sender[SENDER_OCTETS / 8], domain[DOMAIN_OCTETS / 8];
	uint64_t strangers[DOMAIN_OCTETS / 8], bearer[SENDER_OCTETS / 8];
	struct contact_with with;
	struct sample before;
};

/* block is not written.  False: there is no state, or not a whole one. */
bool peek_open(struct peek *p, const uint64_t *block, size_t octets);

/* What is known, but for .observed, and into news what of said (words.h) the
 * dictionary wants; may be nonsense, if the state was changed meanwhile. */
void peek_known(struct peek *p, struct sample *s, struct span said,
    struct known *out, struct buf *news);

#endif
