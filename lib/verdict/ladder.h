/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ladder.h - how far a policy may go on which grounds.
 *
 * Suspicion has two axes: *who* (this is not the sender's way) and *what*
 * (the message asks for what harms, or pretends).  Each of them alone is
 * wrong too often to keep a message from its reader; that DMARC failed, or
 * that the structure of a message hides its author, is proven.
 */
#ifndef VERDICT_LADDER_H
#define VERDICT_LADDER_H

#include "verdict/policy.h"

enum ladder_axis {		/* bits */
	AXIS_WHO = 1, AXIS_WHAT = 2,
	AXIS_PROVEN = 4			/* DMARC, structure                 */
};

/* What the conditions of a statement rest on. */
unsigned ladder_axes(const struct statement *s);

/* Why a statement may not be: static text, or NULL. */
const char *ladder_objects(const struct statement *s);
/* ... because of the signals of others; *line is that of the statement. */
const char *ladder_objects_to_signals(const struct assay_policy *policy,
    unsigned *line);

/* It rests on suspicion, if on other things as well; what an account may send
 * has days of its own. */
bool ladder_suspects(const struct statement *s);

/* What it cannot take back on suspicion alone is a hold. */
bool ladder_softens(const struct statement *s);

/* The reason of that name, if a policy may act on it; else *why. */
bool ladder_reason(enum assay_reason *out, struct span name,
    const char **why);

/* It is a mandate, and neither over nor spent. */
bool ladder_may_use(const struct run *r, const struct statement *s);

/* Of behaviour, and more than a remark. */
bool ladder_behaves(enum assay_reason reason);

/* defer, reject: the sender has been told; strip: the reader has what nobody
 * wrote. */
bool ladder_final(enum assay_disposition d);

/* Conditions of an exception: it has to name whom it excuses. */
bool names_somebody(const struct condition *c, size_t n);

/* Whether the check ever gives that result. */
bool check_gives(enum condition_kind kind, enum assay_result r);

#endif
