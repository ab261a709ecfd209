/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - the header of a message, split into fields (RFC 5322 2.2).
 *
 * Byte exact: the raw spans of the fields, put together, are the header, and
 * every field knows its place.  Only CRLF ends a line; a lone CR or LF stays
 * where it is, inside its field, and is noted.  What no grammar allows is
 * still a field, marked malformed, so that nothing is hidden.  Linear in the
 * octets, whatever they are.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "base/arena.h"

struct field {
	struct span raw;	/* whole, with its CRLF                       */
	struct span name;	/* as written, before the colon, without
				 * white space behind it; empty: no colon     */
	struct span value;	/* behind the colon, folding kept, without
				 * the last CRLF                              */
	size_t at;		/* place in the message                       */
	bool malformed;		/* no field by RFC 5322, nor by its 4.5       */
};

enum notice_kind {
	NOTICE_LEADING_WSP = 1,	/* the first line begins with white space     */
	NOTICE_MBOX_FROM,	/* the first line is mbox's "From ..."        */
	NOTICE_NO_COLON,	/* a line that is no field                    */
	NOTICE_BAD_NAME,	/* octets outside ftext in a name             */
	NOTICE_FOLDED_NAME,	/* the name is folded before the colon        */
	NOTICE_SPACE_COLON,	/* white space before the colon: obsolete
				 * syntax, RFC 5322 4.5, and no flaw          */
	NOTICE_BARE_CR,		/* CR without LF                              */
	NOTICE_BARE_LF,		/* LF without CR                              */
	NOTICE_BARE_EMPTY,	/* ... that makes an empty line: the end of the
				 * header for who ends lines there            */
	NOTICE_NUL,
	NOTICE_LONG_LINE,	/* more than LIMIT_HEADER_LINE octets         */
	NOTICE_LAST		/* how many kinds there are                   */
};

/* The first of each kind, and how often it was met. */
struct notice {
	size_t count, at, field;	/* field: its index                   */
};

struct header {
	struct span raw;	/* all lines, without the empty one behind    */
	struct field *field;
	size_t n;
	bool ended;		/* the empty line was there                   */
	bool capped;		/* more fields than max_fields: not read      */
	size_t body_at;		/* place of the first octet of the body       */
	struct notice notice[NOTICE_LAST];
};

/* Splits raw, which begins at octet 0 of the message and may run into the
 * body.  False: no memory, and nothing else. */
bool header_parse(struct header *out, struct span raw, size_t max_fields,
    struct arena *a);

/* Takes the next field off *rest, which ends at an empty line or at its own
 * end.  For small headers inside of a message; .at is 0. */
bool field_next(struct span *rest, struct field *out);

/* RFC 5322 3.6.8: ftext = %d33-57 / %d59-126 */
static inline bool
is_ftext(int c)
{
	return c > 32 && c < 127 && c != ':';
}

/* The name is this one; case does not matter (RFC 5322 1.2.2).  A malformed
 * field is none of any name. */
static inline bool
field_is(const struct field *f, struct span name)
{
	return f->name.len == name.len && !f->malformed &&
	    span_ieq(f->name, name);
}

/* What would be left of the name without the octets that no name may have
 * is this name: how a careless reader may take it (ATTACKS.md A7). */
bool field_resembles(const struct field *f, struct span name);

#endif
