/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dkim_sign.h - a DKIM-Signature of our own (RFC 6376 3.5, 5; RFC 8301,
 * RFC 8463), as a draft; several drafts of one message share its body
 * hashes and its index.
 *
 * A domain lends its name to what a message says, so a message that says
 * different things to different readers is not signed: several authors, a
 * second Subject, a line that some read as a field and others do not (RFC
 * 6376 8.15).  The reason is in the draft.
 *
 * Fields are named in h= as often as they stand in the message, and once
 * more where a later one must not be believed (RFC 6376 5.4, 8.15).
 */
#ifndef SIGN_DKIM_SIGN_H
#define SIGN_DKIM_SIGN_H

#include "facts/bodyhash.h"
#include "facts/field_index.h"
#include "sign/draft.h"

/* The message, as the evaluation read it. */
struct sign_source {
	const struct header *header;
	const struct facts *facts;
	const struct body_digest *body;	/* two, by enum canon         */
	struct arena *arena;
	struct field_index *index;	/* made when it is needed     */
};

enum sign_times {
	SIGN_EACH = 1,	/* as often as it stands there                   */
	SIGN_GUARD,	/* ... and once more                             */
	SIGN_GUARD_IF,	/* ... and once more, but only if it is there    */
	SIGN_ONCE	/* once, there or not: as a published suite asks */
};

struct sign_field {
	struct span name;
	enum sign_times times;
};

/* What to write.  t, x: Unix seconds, 0: no such tag. */
struct sign_wish {
	struct domain d, selector;
	enum sig_alg alg;
	enum canon header, body;
	struct span identity;	/* i=, or absent                    */
	int64_t t, x;
	const struct sign_field *field;	/* NULL: those of sign_usual() */
	size_t n_field;
	bool plain;		/* tags sorted by name and not folded, so
				 * that the octets are the same everywhere */
};

/* The fields that are signed when nobody says otherwise. */
const struct sign_field *sign_usual(size_t *n);

/* "Name", "Name+" (guard), "Name?" (guard if there): false when it is none
 * of these.  Never Received, Return-Path, ARC or the signature itself. */
bool sign_field_parse(struct sign_field *out, struct span text);

void dkim_begin(struct draft *out, struct sign_source *m,
    const struct sign_wish *w);

/* ---- shared with ARC ---------------------------------------------------- */

/* False: out->refused says why no signature of a message may be made. */
bool sign_possible(struct draft *out, struct sign_source *m,
    const struct sign_wish *w);

/* The names of h= in order.  False: refused, or no memory. */
bool sign_names(struct span *h, struct draft *out, struct sign_source *m,
    const struct sign_wish *w);

/* Hashes the fields that h names, then the draft itself. */
bool sign_digest(struct draft *d, struct sign_source *m, enum canon canon,
    struct span h);

/* h= as words of the sheet, folded behind colons. */
void sign_put_h(struct sheet *s, struct span h);

struct span sign_alg_name(enum sig_alg alg);

#endif
