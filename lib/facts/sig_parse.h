/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sig_parse.h - one signature field, from text to struct sig_facts.
 *
 * Strict by RFC 6376 6.1.1: "any inconsistency or unexpected values MUST
 * cause the header field to be completely ignored".  What is wrong first is
 * the flaw.
 */
#ifndef FACTS_SIG_PARSE_H
#define FACTS_SIG_PARSE_H

#include "facts/facts.h"
#include "wire/message.h"
#include "wire/taglist.h"

enum sig_kind { SIG_DKIM = 1, SIG_AMS, SIG_SEAL };

/* What only those who compute the hashes need of the field. */
struct sig_text {
	const struct field *field;
	struct span h;		/* the list of signed fields           */
	size_t b_from, b_to;	/* the value of b= within field->raw   */
	unsigned instance;	/* ARC: 1..50, or 0                    */
	struct span cv;		/* ARC-Seal                            */
};

/* Fills both.  False: out->flaw says why; the rest is what was legible. */
bool sig_parse(struct sig_facts *out, struct sig_text *text,
    enum sig_kind kind, const struct field *field, struct arena *a);

/* The first thing that is wrong with a signature stays its flaw; false. */
bool sig_flaw(struct sig_facts *s, enum assay_reason why, struct span what);

/* i= of an ARC field: "[CFWS] position [CFWS]" (RFC 8617 3.9); 0: none. */
unsigned arc_instance(struct span value);

/* text without the white space and comments that it begins with. */
struct span skip_cfws(struct span text);

#endif
