/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.h - what of a message may be known from before: its domains, and the
 * accounts and numbers that it gives, as facts that a check asks about.
 */
#ifndef ORIGIN_KNOWN_H
#define ORIGIN_KNOWN_H

#include "content/content.h"
#include "facts/facts.h"
#include "wire/message.h"

struct known_in {
	const struct header *header;	/* NULL: it could not be read        */
	struct span mail_from;		/* of SMTP, or absent                */
	const struct content *content;
	const uint8_t *key;		/* 16 octets: of hashes (seen.h)     */
};

/* Fills f->named, f->dealer, f->dealing. */
void known_read(struct facts *f, const struct known_in *in, struct arena *a);

#endif
