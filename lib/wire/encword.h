/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encword.h - what a reader may show for a display name or a Subject:
 * encoded-words (RFC 2047) decoded, quotes dropped, UTF-8 out.
 *
 * For features and people, never for the author: an address is read from
 * plain syntax alone.  Lenient where mail programs are (encoded-words inside
 * of quotes, or longer than 75), since they show it so.  Controls and
 * characters that hide are left out and reported.
 */
#ifndef WIRE_ENCWORD_H
#define WIRE_ENCWORD_H

#include "base/buf.h"

struct encword_seen {
	bool encoded;		/* at least one encoded-word was decoded */
	bool control;		/* controls; also NUL, CR, LF encoded    */
	bool hidden;		/* bidirectional or invisible characters */
	bool bidi;		/* ... bidirectional ones among them     */
	bool bad;		/* octets that are not in their charset  */
};

/* Appends the text; what does not fit is left out. */
void encword_show(struct buf *out, struct span text,
    struct encword_seen *seen);

#endif
