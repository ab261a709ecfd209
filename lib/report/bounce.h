/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bounce.h - a delivery status notification (RFC 3464), read for what became
 * of a mail of ours.
 *
 * Anybody may write one.  What it is about is said by the Message-ID of the
 * mail that it returns, in which the sender of that mail has put something
 * that nobody else can know: whether it is so, he finds out himself.  The
 * addresses that it names are not read, for it proves nothing about them.
 */
#ifndef REPORT_BOUNCE_H
#define REPORT_BOUNCE_H

#include "base/arena.h"

enum bounce_action {		/* RFC 3464 2.3.3                            */
	BOUNCE_UNSAID = 0,	/* or no word of the RFC                     */
	BOUNCE_FAILED, BOUNCE_DELAYED, BOUNCE_DELIVERED, BOUNCE_RELAYED,
	BOUNCE_EXPANDED
};

/* Of the recipient that it went worst for: our mails have one, but who got
 * one may have sent it on to several.  Values are one line, LIMIT_BOUNCE_TEXT
 * octets at most. */
struct bounce {
	enum bounce_action action;
	unsigned status;	/* 2, 4 or 5; 0: unsaid, or none             */
	struct span code;	/* "5.1.1", or absent                        */
	struct span diagnostic;	/* of a server, or absent                    */
	struct span message_id;	/* of the mail, without <>; or absent        */
};

/* A whole message, with LF or CRLF.  False: it is none. */
bool bounce_read(struct bounce *out, struct span message, struct arena *a);

/* It will never be delivered there (RFC 3463 3.1: 5.X.X). */
bool bounce_is_hard(const struct bounce *b);

#endif
