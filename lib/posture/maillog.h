/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maillog.h - what large receivers refused, by lines of Postfix's log.
 *
 * Each line stands alone: who sent the mail stands in another one.
 */
#ifndef POSTURE_MAILLOG_H
#define POSTURE_MAILLOG_H

#include "base/span.h"

enum maillog_code {
	MAILLOG_26,		/* X.7.26: neither SPF nor DKIM (RFC 7372)  */
	MAILLOG_9,		/* X.7.9: Yahoo, by DMARC policy            */
	MAILLOG_515,		/* X.7.515: Microsoft, authentication level */
	MAILLOG_CODES
};

struct maillog_line {
	enum maillog_code code;
	bool bounced;			/* or deferred                      */
	struct span receiver;		/* name of the relay; may be empty  */
	struct span day;		/* "2026-11-30" or "Nov 30"         */
};

/* False: the line tells of no such refusal. */
bool maillog_read(struct maillog_line *out, struct span line);

/* "5.7.26", ...; what to do about it.  Static. */
const char *maillog_code_name(enum maillog_code code);
const char *maillog_advice(enum maillog_code code);

#endif
