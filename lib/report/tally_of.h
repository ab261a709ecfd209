/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_of.h - what a judged message says in an aggregate report.
 */
#ifndef REPORT_TALLY_OF_H
#define REPORT_TALLY_OF_H

#include "report/tally.h"

struct assay_eval;

struct tally_how {
	bool observed;			/* nothing of the verdict was done   */
	struct span report_from;	/* the address of our reports        */
};

/* Of author i (an index of struct dmarc_outcome), after assay_decide().
 * Spans live as long as the evaluation of the message.  False: nobody asked
 * for a report, or the message is not done with (deferred), or came from
 * nowhere. */
bool tally_of(struct tally *out, struct assay_eval *ev,
    const struct assay_verdict *v, size_t i, const struct tally_how *how);

#endif
