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

/* The text of a parameter of such a value, for a file name: sections and
 * percent-encoding (RFC 2231 3, 4), and the encoded-words that RFC 2047 5 (3)
 * forbids there and senders write; as UTF-8 that may be shown, what hides or
 * controls left out, at most LIMIT_FILE_NAME octets.  Absent: not there. */
struct span mime_param(struct span value, struct span name, struct arena *a);

/* The name of the next parameter, "name*0" as it stands, and what is behind
 * it; *value begins as that of a field.  False: there is none. */
bool mime_param_next(struct span *value, struct span *name);

/* The n-th parameter of just that name, from 0 on, as a file name that may be
 * shown: some readers take the last one, some know no RFC 2231.  Absent: there
 * are not so many. */
struct span mime_param_plain(struct span value, struct span name, size_t n,
    struct arena *a);

/* As mime_param(), and what was left out. */
struct encword_seen;
struct span mime_param_seen(struct span value, struct span name,
    struct encword_seen *seen, struct arena *a);

#endif
