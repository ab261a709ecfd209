/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_ask.h - what a program asks of the HTTP interface: the path and the
 * session in its query, and the token in its header.  See assay-http(7).
 *
 *	/v1/check?client=192.0.2.1&helo=mx.example.org&mail_from=a@ex.org
 *
 * The request line is read here and not by the HTTP library, octet by octet:
 * %XX is an octet (RFC 3986 2.1), "+" is itself, and what could not stand in
 * an SMTP command (control characters) is refused.
 */
#ifndef SYS_HTTP_ASK_H
#define SYS_HTTP_ASK_H

#include "base/arena.h"
#include "stats.h"

enum { HTTP_ASK_RCPTS = 1000 };	/* as many as a message has */

struct http_ask {
	enum stat_path path;
	struct assay_addr client;	/* family 0: not said           */
	struct span helo, auth_user, queue_id;	/* absent: not said     */
	struct span mail_from;		/* without <>; empty: the null one */
	struct span *rcpt;
	size_t n_rcpt;
};

/* What is wrong with a request. */
struct http_fault {
	const char *what;		/* a sentence, static text      */
	const char *near;		/* the parameter that was meant */
	struct span where;		/* of the target, or absent     */
};

/* target: the request target as it came.  False: *fault says why. */
bool http_ask_parse(struct http_ask *out, struct span target,
    struct arena *a, struct http_fault *fault);

/* The token of "Bearer TOKEN" (RFC 6750 2.1); absent: it is none. */
struct span http_bearer(struct span authorization);

#endif
