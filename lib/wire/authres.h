/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authres.h - the Authentication-Results field (RFC 8601), both ways.
 *
 * Reading: the field body with its folding.  A comment is never data.  What
 * the grammar does not allow makes the whole field unparsable, but for four
 * habits of real senders: a final ";", an unquoted value with characters
 * that want quoting (addresses, base64), "action=none" without a ptype, and
 * "_" in keywords.  Methods, ptypes and results we do not know are kept.
 *
 * Writing: nothing that was given can change the number of fields, results
 * or properties.  A value that is neither a token nor an address is quoted;
 * one with octets outside of printable ASCII is left out.
 */
#ifndef WIRE_AUTHRES_H
#define WIRE_AUTHRES_H

#include "base/arena.h"

struct authres_prop {
	struct span ptype;		/* absent: written without one      */
	struct span property, value;	/* value: quotes taken off          */
};

struct authres_result {
	struct span method, result, reason;
	uint64_t version;		/* of the method; 1 when not said   */
	struct authres_prop *prop;
	size_t n_prop;
};

struct authres {
	struct span authserv_id;	/* decoded; absent: not legible     */
	uint64_t version;		/* 1 when not said                  */
	bool unknown_version;		/* nothing behind it was read       */
	bool none;			/* "; none"                         */
	struct authres_result *result;
	size_t n_result;
};

/* False: the field does not parse; authserv_id is still what was legible.
 * A version other than 1 is true with unknown_version. */
bool authres_parse(struct authres *out, struct span body, struct arena *a);

/* The receiver= of a Received-SPF field (RFC 7208 9.1).  False: the field
 * does not parse.  True and absent: it names no receiver. */
bool received_spf_receiver(struct span *out, struct span body,
    struct arena *a);

struct authres_writer {
	struct buf *b;
	size_t column;
	bool any;
};

/* id is the authserv-id; what cannot stand in a field becomes "invalid". */
void authres_begin(struct authres_writer *w, struct buf *b, struct span id);

/* method, result, ptype and property are words of ours: literals. */
void authres_method(struct authres_writer *w, struct span method,
    struct span result);

/* False: value is absent or cannot be written and was left out. */
bool authres_reason(struct authres_writer *w, struct span value);
bool authres_prop(struct authres_writer *w, struct span ptype,
    struct span property, struct span value);

/* Writes "; none" when there was no method. */
void authres_end(struct authres_writer *w);

#endif
