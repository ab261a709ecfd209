/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - why a message is unlike its sender: the largest shares of the
 * suspicion that won, and what spoke against it, in bits and in words.
 *
 * Bits come out of the excerpt, so that a record has them again; what is
 * usual comes out of the profile, and what it is called out of the dictionary
 * (words.h) and the message: those are looked up where they are, and go with
 * the answer (pack.h).
 */
#ifndef BEHAVE_EXPLAIN_H
#define BEHAVE_EXPLAIN_H

#include "behave/excerpt.h"
#include "behave/words.h"

enum { EXPLAIN_FOR = 5, EXPLAIN_AGAINST = 1,
	EXPLAIN_MOST = EXPLAIN_FOR + EXPLAIN_AGAINST,
	EXPLAIN_USUAL = 2 };

/* What a sender does otherwise. */
struct usual {
	uint32_t value;			/* 24 bits                           */
	float seen;			/* so often                          */
	uint16_t day;			/* last (weight.h)                   */
	struct label label;
};

struct because {
	unsigned term;
	float bits;			/* its share; below 0: against       */
	float x;			/* the ratio itself                  */
	bool counted;			/* what follows is known             */
	uint32_t value;			/* of this message                   */
	float seen, total;		/* of this sender: so often, of all  */
	uint16_t seen_day;		/* last                              */
	unsigned n, n_new;		/* of a set: so many, never seen     */
	struct label label;
	struct usual usual[EXPLAIN_USUAL];
	unsigned n_usual;
};

/* How many were put: the largest first, what is against at the end. */
size_t behave_explain(struct because out[EXPLAIN_MOST],
    const struct excerpt *e, const struct score *score, const struct view *v,
    const struct sample *s);
/* What is usual for the sender, whose profile it is. */
void because_usual(struct because *b, size_t n, const struct profile *p,
    uint16_t today);
/* What it is called, by p or NULL; said (words.h) is what the message itself
 * says. */
void because_words(struct because *b, size_t n, const struct profile *p,
    const struct words *w, struct span said, uint16_t today);

/* "time zone of the Date: -0700, never before; always +0100 (158 of 158,
 * last 2 days ago)" */
void because_tell(struct buf *out, const struct because *b,
    const struct view *v, const struct sample *s);
/* The short form for a field: time-zone "-0700" not "+0100" */
void because_name(struct buf *out, const struct because *b);
/* "+5.1" */
void put_bits(struct buf *out, float bits);

#endif
