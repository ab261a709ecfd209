/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact.h - what a report about a stranger's message hides of people
 * (RFC 6590), and what it makes harmless (RFC 9991, "Additional Damage").
 *
 * A local part becomes a token: HMAC-SHA256 under a key of ours, of local
 * part and domain in lower case.  So the same address gives the same token in
 * every report as long as the key lives, and who has not the key cannot try
 * addresses.  "http:" becomes "hxxp:" in any case.  Names of people that are
 * no addresses are not found (RFC 6590 6).
 */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "base/buf.h"

enum { REDACT_TOKEN = 16, REDACT_KEY = 32 };

struct redact {
	bool locals;			/* hide local parts                  */
	uint8_t key[REDACT_KEY];	/* a secret, drawn once              */
};

/* Appends text, a line or a whole body.  Addresses are found by their "@" or
 * "%40", in encoded-words too; one that is hard to tell from its surroundings
 * is hidden with them.  What does not fit sets out->full. */
void redact_put(struct buf *out, struct span text, const struct redact *r);

/* Appends the token of an address, whatever r->locals says. */
void redact_token(struct buf *out, struct span local, struct span domain,
    const struct redact *r);

#endif
