/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - what each source is, and why.
 *
 * A short list of rules, tried in order; the first that speaks decides.
 * Each rests on a habit of mail that a postmaster can check, says so in a
 * comment, and leaves its numbers in the opinion.  No weights are learned.
 *
 * RFC 9990 has no "forwarded" any more, so forwarding is inferred: most of
 * all from where a key signs.  The place that most of a key's mail comes
 * from is its home; the same signature elsewhere has passed through.
 *
 * Bounds: only a place that the domain itself names (SPF, MX, a name in DNS
 * that points back) or a person is ever "ours"; not knowing is an answer.
 */
#ifndef SOURCES_JUDGE_H
#define SOURCES_JUDGE_H

#include "sources/fold.h"

struct source_court {
	const struct source_decision *decision;	/* of persons               */
	size_t n_decision;
	bool have_asn;			/* there was a table of networks    */
};

/* Fills .opinion of every source.  False: no memory. */
bool sources_judge(struct sources *s, const struct source_court *court);

#endif
