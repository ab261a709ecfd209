/* SPDX-License-Identifier: Apache-2.0 */
/* tally_inner.h - what an aggregate and a failure report ask of a judged
 * message alike: tally_of.c, failure_of.c. */
#ifndef REPORT_TALLY_INNER_H
#define REPORT_TALLY_INNER_H

#include "check/dmarc_record.h"
#include "eval.h"

/* What was answered about TXT at that name; never NULL. */
const struct assay_answer *tally_answer(struct assay_eval *ev,
    struct span name);

/* The record that held for the author; NULL: there is no one. */
const struct dmarc_record *tally_record(struct assay_eval *ev,
    const struct dmarc_author *author);

/* Those of a rua or ruf that are addresses, in order, "," between them. */
struct span tally_addresses(struct assay_eval *ev,
    const struct dmarc_uri *uri, size_t n);

/* Whose mail it was.  False: that is not known. */
bool tally_source(struct assay_addr *out, const struct assay_eval *ev);

/* It is of the type that reports and bounces have (RFC 6522). */
bool tally_is_report(const struct assay_eval *ev);

#endif
