/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - a signature field while it has no signature yet.
 *
 * Who writes the field reads hostile mail and holds no key; who holds the
 * key sees 32 octets.  So a field is made in two steps: a draft with an
 * empty b= and the digest to be signed, then the field with b= filled in,
 * which the digest does not cover (RFC 6376 3.7).
 */
#ifndef SIGN_DRAFT_H
#define SIGN_DRAFT_H

#include "facts/facts.h"

struct draft {
	enum assay_reason refused;	/* not 0: nothing to sign, and why  */
	struct span detail;		/* what was in the way: "Subject"   */
	struct span name;		/* of the field                     */
	struct span before, after;	/* b=, both parts of the body       */
	bool plain;			/* no folding                       */
	uint8_t digest[32];
};

/* The body of the field, folded with CRLF and a tab, without the last CRLF;
 * what stands between it and the name is ": ".  Absent: no memory, or
 * signature is empty. */
struct span draft_finish(const struct draft *d, struct span signature,
    struct arena *a);

/* ---- for those who make drafts ----------------------------------------- */

enum { SHEET_WIDTH = 78, SHEET_INDENT = 8 };	/* RFC 5322 2.1.1 */

/* Text being folded.  Words longer than a line stand in a line alone. */
struct sheet {
	struct buf *out;
	size_t column;
	bool plain;
	bool begun;
};

/* Begins behind "Name: ". */
struct sheet sheet_of(struct buf *out, struct span name, bool plain);

/* A word; apart: with white space before it, unless it is the first. */
void sheet_word(struct sheet *s, struct span word, bool apart);

/* "name=value;" as a word apart. */
void sheet_tag(struct sheet *s, const char *name, struct span value);
void sheet_number(struct sheet *s, const char *name, uint64_t value);

#endif
