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

#include "behave/excerpt.h"

enum {
	PACK_SAMPLE = 1024,		/* octets, at most                   */
	PACK_ANSWER = 8192
};

/* What a PROFILE question is answered with. */
struct known {
	uint32_t thread, link_news;	/* rows that need memory             */
	bool observed;			/* nothing is done yet, it is told   */
	float limit;			/* p up to here is worth telling     */
	struct view view;
	struct excerpt excerpt;
};

void sample_put(struct buf *out, const struct sample *s);
bool sample_get(struct sample *out, struct span in);

void known_put(struct buf *out, const struct known *a,
    const struct sample *s);
/* s is the sample it is of, and gets the rows that need memory. */
bool known_get(struct known *out, struct span in, struct sample *s);

#endif
