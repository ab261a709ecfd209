/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_route.h - where a report about a domain goes: each address that its
 * record names, if the host there agreed (RFC 9990 4; the same of failure
 * reports, RFC 9991 5).
 *
 * Works like an evaluation: it is stepped, names the questions that it needs
 * answered, and is stepped again.
 */
#ifndef REPORT_REPORT_ROUTE_H
#define REPORT_REPORT_ROUTE_H

#include "base/arena.h"

enum destination_answer {
	DESTINATION_YES = 1,
	DESTINATION_NO,		/* it MUST be ignored                       */
	DESTINATION_UNKNOWN	/* the DNS did not answer: ask again later  */
};

struct destination {
	enum destination_answer answer;
	struct span address;
	const char *why;	/* one clause; static                       */
};

struct report_route;

/* domain: where the record stands; addresses: of its rua, or its ruf
 * (failures), "," between them, of which at most LIMIT_REPORT_URIS count.
 * NULL: no memory. */
struct report_route *report_route_new(const struct assay_options *options,
    bool failures, struct span domain, struct span addresses);
void report_route_free(struct report_route *r);

/* ASSAY_OK: it is known; ASSAY_PENDING: there are questions. */
enum assay_status report_route_step(struct report_route *r);

/* The first open question at or behind *i, which then stands behind it. */
bool report_route_question(const struct report_route *r, size_t *i,
    struct assay_question *out);
/* False: nobody asked. */
bool report_route_answer(struct report_route *r,
    const struct assay_question *q, const struct assay_answer *a);

/* After ASSAY_OK.  No two have the same address. */
size_t report_route_known(const struct report_route *r,
    const struct destination **out);
/* Nobody will answer any more: all of them, UNKNOWN. */
size_t report_route_unknown(struct report_route *r, const char *why,
    const struct destination **out);

/* Who shares a bound on what is sent because of them: the last two labels.
 * Not the organizational domain: by RFC 9989 4.10 its owner decides with psd=
 * where that is, and would decide how many he has.  Under a registry like
 * co.uk strangers share a bound. */
struct span report_family(struct span domain);

/* Does a DMARC record ask for aggregate reports to this address?  Of no
 * record (RFC 9989 4.7): ROUTE_NO_RECORD. */
enum route_asks { ROUTE_NO_RECORD = 0, ROUTE_ASKS_OTHERS, ROUTE_ASKS };
enum route_asks report_route_asks(struct span record, struct span address,
    struct arena *a);

#endif
