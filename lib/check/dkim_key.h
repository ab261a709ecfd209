/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dkim_key.h - a DKIM key record (RFC 6376 3.6.1, RFC 8463 4.2).
 */
#ifndef CHECK_DKIM_KEY_H
#define CHECK_DKIM_KEY_H

#include "check/keep.h"
#include "crypto/key.h"

struct dkim_key {
	enum assay_reason flaw;	/* not 0: of no use to anybody, and why */
	enum key_type type;
	unsigned bits;		/* 0: no key                            */
	bool sha1, sha256;	/* allowed by h=                        */
	bool testing, strict;	/* t=y, t=s                             */
	struct public_key *key;	/* when there is no flaw                */
};

/* Reads a TXT record.  False: no memory, now or in the crypto library.  When
 * true, dkim_key_drop() must be called before the arena goes. */
bool dkim_key_parse(struct dkim_key *out, struct span text,
    struct arena *a);

/* Takes a struct dkim_key. */
void dkim_key_drop(const void *key);

/* The parsed record: from keep, or parsed and put there.  Without a keep it
 * is *room, parsed into the arena, and must be dropped.  NULL: no memory. */
const struct dkim_key *dkim_key_get(struct assay_keep *keep,
    struct span text, struct dkim_key *room, struct arena *a);

#endif
