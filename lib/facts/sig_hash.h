/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sig_hash.h - the hash of what a signature covers of the header.
 *
 * RFC 6376 3.7 step 2: the fields that h= names, each taken from the bottom
 * up, then the signature field itself with its b= emptied and without its
 * last CRLF.  The octets hashed for all signatures of a message are counted
 * against LIMIT_HEADER_HASHED.
 */
#ifndef FACTS_SIG_HASH_H
#define FACTS_SIG_HASH_H

#include "facts/field_index.h"
#include "facts/sig_parse.h"

/* One message at work. */
struct sig_work {
	const struct header *header;
	struct field_index *index;
	struct bodyhash *body;
	struct arena *arena;
	size_t left;		/* octets of header that may be hashed */
};

/* Makes the index when it is first needed.  False: no memory. */
bool sig_work_begin(struct sig_work *w);

/* Takes octets from what may be hashed. */
bool sig_work_spend(struct sig_work *w, size_t octets);

/* Fills s->header_hash and orders the body hash (s->slot). */
void sig_hash(struct sig_work *w, struct sig_facts *s,
    const struct sig_text *text);

/* After sig_hash(): which important fields the signature leaves open. */
void sig_coverage(struct sig_work *w, struct sig_facts *s);

/* The body is complete: compares. */
void sig_body(struct sig_facts *s, const struct bodyhash *body);

#endif
