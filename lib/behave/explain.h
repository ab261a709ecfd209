/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - why a message is unlike its sender: the largest shares of the
 * suspicion that won, and what spoke against it.
 */
#ifndef BEHAVE_EXPLAIN_H
#define BEHAVE_EXPLAIN_H

#include "behave/behave.h"

enum { EXPLAIN_FOR = 5, EXPLAIN_AGAINST = 1,
	EXPLAIN_MOST = EXPLAIN_FOR + EXPLAIN_AGAINST };

struct because {
	unsigned term;
	float bits;			/* its share; below 0: against       */
	float x;			/* the ratio itself                  */
	bool counted;			/* what follows is known             */
	uint32_t value;			/* of this message                   */
	float seen, total;		/* of this sender: so often, of all  */
	uint16_t seen_day;		/* last (weight.h)                   */
	uint32_t usual;			/* what he does most, and how often  */
	float usual_seen;
	uint16_t usual_day;
};

/* sender is his profile, or NULL.  How many were put. */
size_t behave_explain(struct because out[EXPLAIN_MOST], const struct judge *j,
    const struct score *score, const struct view *v, const struct sample *s,
    const struct profile *sender);

#endif
