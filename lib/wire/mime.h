/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime.h - the fields that say what a MIME part is (RFC 2045 5, RFC 2183).
 *
 * Lenient, as mail programs are: what cannot be read is text/plain (RFC 2045
 * 5.2) or not there.  Of two equal parameters the first counts.
 */
#ifndef WIRE_MIME_H
#define WIRE_MIME_H

#include "base/arena.h"

struct mime_type {
	struct span type;	/* "text/plain": lower case, a safe token     */
	struct span boundary;	/* of a multipart, or absent: none usable     */
	bool multipart;
	bool named;		/* name=, name*=                              */
	bool bad;		/* there was nothing to read                  */
};

/* value of a Content-Type field.  Spans live in the arena, or are static. */
void mime_type_read(struct mime_type *out, struct span value,
    struct arena *a);

struct mime_disposition {
	bool attachment;
	bool named;		/* filename=, filename*=                      */
};

/* value of a Content-Disposition field. */
void mime_disposition_read(struct mime_disposition *out, struct span value);

#endif
