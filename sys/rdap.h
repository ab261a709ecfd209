/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdap.h - when a domain was registered, as its registry tells by RDAP
 * (RFC 9082, RFC 9083), and whom to ask (RFC 9224).
 *
 * Words alone: who connects is somebody else.  What comes from outside is
 * bounded before it is parsed.
 */
#ifndef SYS_RDAP_H
#define SYS_RDAP_H

#include "wire/domain.h"

enum {
	RDAP_ANSWER = 256 << 10,	/* octets: real ones have 2 to 20 KB  */
	RDAP_BOOTSTRAP = 1 << 20,	/* octets: the file has 60 KB         */
	RDAP_URL = 600,
	RDAP_BURST = 5			/* queries to a registry at once, then
					 * one a second                       */
};

/* The URL to ask about name, from the file of RFC 9224 3: the service with
 * the longest label-wise match, https before http.  False: no registry there
 * answers for it, or (*why, static text) the file is none. */
bool rdap_url(struct buf *out, struct span bootstrap, struct domain name,
    const char **why);

enum rdap_kind {
	RDAP_REGISTERED = 1,	/* .day                                      */
	RDAP_NO_DAY,		/* the registry knows it and does not say    */
	RDAP_NOT_IT		/* no answer about this name                 */
};

struct rdap_says {
	enum rdap_kind kind;
	uint32_t day;		/* since 1970                                */
};

/* RFC 9083 5.3, 4.5.  A name that was registered anew is as old as that. */
void rdap_read(struct rdap_says *out, struct span answer,
    struct domain name);

/* How long to wait, in milliseconds, before a registry is asked again; 0:
 * not at all, and the query is counted. */
struct rdap_bucket { int64_t full_at; };
int64_t rdap_wait(struct rdap_bucket *b, int64_t now_ms);

#endif
