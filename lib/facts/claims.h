/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claims.h - what the message, on arrival, says others found out.
 *
 * Authentication-Results and Received-SPF fields that claim to be ours are
 * forged or stale: the facts name each, so that a mail server can remove it
 * before our own field goes on top (RFC 8601 5).  So are fields that do not
 * parse: a careless reader may take them for ours.  None is used by a check
 * but those of a server in front (facts/imported.h).
 * ARC-Authentication-Results stay, or the chain would break.
 */
#ifndef FACTS_CLAIMS_H
#define FACTS_CLAIMS_H

#include "facts/facts.h"
#include "wire/message.h"

/* Fills f->claim, f->imported and adds at most one finding of each kind. */
void claims_collect(struct facts *f, const struct header *h,
    struct arena *a, const struct assay_session *session,
    const struct assay_options *options);

#endif
