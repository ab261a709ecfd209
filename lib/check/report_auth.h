/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_auth.h - may a report go to this address (RFC 9990 4, RFC 7489
 * 7.1)?  A destination outside the organization that asks for reports must
 * have said yes in the DNS, or anybody could flood it with our mail.
 *
 * Not a check of its own: restartable like one, called by whoever sends
 * reports and by the command that shows a domain.
 */
#ifndef CHECK_REPORT_AUTH_H
#define CHECK_REPORT_AUTH_H

#include "check/orgdomain.h"

enum report_answer {
	REPORT_YES = 1,
	REPORT_NO,		/* RFC 9990 4: the URI MUST be ignored      */
	REPORT_UNKNOWN		/* an answer is missing: ask again later    */
};

enum report_kind { REPORT_AGGREGATE = 1, REPORT_FAILURE };

struct report_auth {
	enum report_answer answer;
	const char *why;		/* one clause; static               */
	struct span query;		/* asked of the destination, absent:
					 * no need                          */
	const struct dmarc_uri *uri;	/* to use instead, or NULL          */
	size_t n_uri;
};

/* policy: where the record stands; dest: one of its rua or ruf. */
enum step report_authorized(struct report_auth *out, struct run *r,
    struct domain policy, const struct dmarc_uri *dest,
    enum report_kind kind);

#endif
