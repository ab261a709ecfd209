/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imported.h - what a server of ours in front found out about its client.
 *
 * SPF and iprev are of the connection to the first server of ours (RFC 7208
 * F); behind it nobody can check them again, but its Authentication-Results
 * field says what they came to.  DKIM, ARC and DMARC are never imported:
 * everything that they need came with the message.
 *
 * Whom to believe is decided in claims.c.  Here is decided what for: a
 * result counts for the identity of this session alone.
 */
#ifndef FACTS_IMPORTED_H
#define FACTS_IMPORTED_H

#include "facts/facts.h"
#include "wire/authres.h"

/* Appends to f->imported what ar says of a check that nobody above has
 * spoken of. */
void imported_take(struct facts *f, const struct authres *ar,
    struct place place, const struct assay_session *session,
    struct arena *a);

#endif
