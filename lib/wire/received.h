/* SPDX-License-Identifier: Apache-2.0 */
/*
 * received.h - reads a Received field (RFC 5321 4.4).
 *
 * Servers write it in many ways; what they have in common is "from NAME
 * (what was seen)  by NAME ... with PROTOCOL ... ; date".  What the client
 * said of itself (HELO) is never taken for what the server saw: the address
 * is looked for in the server's own comment first.
 */
#ifndef WIRE_RECEIVED_H
#define WIRE_RECEIVED_H

#include "base/span.h"

struct received {
	bool from;			/* there was a from clause           */
	struct span helo;		/* what the client called itself     */
	struct assay_addr client;	/* family 0: not to be read          */
	struct span by;			/* who wrote the field               */
	struct span with;		/* "ESMTPS", "LMTP", ...             */
	bool commented, exim;		/* how the from clause is written    */
};

/* value: behind the colon, folding and all.  False: no field of that kind. */
bool received_parse(struct received *out, struct span value);

#endif
