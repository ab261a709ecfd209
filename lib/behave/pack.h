/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.h - a sample, and what was known of it, as octets: for the wire, the
 * journal and the record.
 *
 * The first octet is a version, which changes with the rows.  What is read
 * is believed to nothing: places in sets hold, floats are finite.
 */
#ifndef BEHAVE_PACK_H
#define BEHAVE_PACK_H

#include "base/cur.h"
#include "behave/explain.h"
#include "behave/layout.h"

enum {
	PACK_SAMPLE = 1024,		/* octets, at most                   */
	PACK_ANSWER = 8192
};

/* What a PROFILE question is answered with. */
struct known {
	uint32_t thread, link_news;	/* rows that need memory             */
	bool observed;			/* nothing is done yet, it is told   */
	float limit;			/* p up to here is worth telling     */
	float contact_limit;		/* ... of first contacts             */
	struct view view;
	struct excerpt excerpt;
	/* of an odd message: what is usual, and words (explain.h)           */
	struct because because[EXPLAIN_MOST];
	size_t n_because;
};

/* Above that nobody asks why. */
#define KNOWN_ODD 0.05f

void sample_put(struct buf *out, const struct sample *s);
bool sample_get(struct sample *out, struct span in);

struct layout sample_layout(struct span in);
struct layout known_layout(struct span in);

void known_put(struct buf *out, const struct known *a,
    const struct sample *s);
/* s is the sample it is of, and gets the rows that need memory. */
bool known_get(struct known *out, struct span in, struct sample *s);

/* pack_why.c: the part of known that is words.  If the message is odd, what
 * is usual for its sender (or NULL) and what that is called. */
void known_why(struct known *k, const struct sample *s,
    const struct record *sender, const struct words *w, struct span said);
void because_put(struct buf *out, const struct because *b, size_t n);
size_t because_get(struct because out[EXPLAIN_MOST], struct cur *c);
/* What was looked up for the same terms goes into b. */
void because_same(struct because *b, size_t n, const struct because *from,
    size_t n_from);

/* pack.c: a float that is a number. */
void buf_float(struct buf *out, float v);
float cur_float(struct cur *c);

#endif
