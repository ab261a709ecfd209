/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure_of.h - a judged message as failure reports (RFC 9991): whether any
 * is wanted, by whom, and its letter.
 */
#ifndef REPORT_FAILURE_OF_H
#define REPORT_FAILURE_OF_H

#include "report/arf_out.h"
#include "report/arf_when.h"

struct assay_eval;

struct failure_how {
	bool observed;			/* nothing of the verdict was done   */
	struct span report_from;	/* the address of our reports        */
	enum arf_show show;
	uint8_t key[REDACT_KEY];	/* of the tokens; a secret           */
	struct span reporter;		/* our authserv-id                   */
	struct span user_agent;
	struct span message;		/* from its first octet on; absent:
					 * the header that was kept          */
};

struct failure_wish {
	unsigned want;			/* ARF_WANT_: of each a report       */
	struct span domain;		/* where the record stands           */
	struct span ruf;		/* addresses, "," between them       */
};

/* Of author i (an index of struct dmarc_outcome), after assay_decide().
 * Spans live as long as the evaluation of the message.  False: none is
 * wanted, or may be sent, or the message is not done with (deferred). */
bool failure_wanted(struct failure_wish *out, struct assay_eval *ev,
    const struct assay_verdict *v, size_t i, const struct failure_how *how);

/* The letter (arf_letter()) about it of that kind, one of the bits, in the
 * arena of the evaluation; incidents: so many like it, with this one.
 * Absent: there is no room for it. */
struct span failure_letter(struct assay_eval *ev,
    const struct assay_verdict *v, size_t i, unsigned kind,
    uint32_t incidents, const struct failure_how *how);

#endif
