/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_part.h - the parts of a whole message that lies in memory or is
 * mapped (RFC 2045, RFC 2046), one after the other, and what is in them.
 *
 *	struct part_walk w;
 *	struct part p;
 *
 *	part_walk_start(&w, message, true, arena);
 *	while (part_next(&w, &p)) {
 *		struct part_reader r;
 *		part_open(&r, &p);
 *		while (part_read(&r, &out)) { use(out); out.len = 0; }
 *	}
 *	if (w.why != NULL) refuse(w.why);
 *
 * The message is passed once (a message in a message twice), nothing is
 * copied but types and names, and a large attachment is never decoded whole.
 * Broken multiparts are read as facts/outline.c reads them: an outer boundary
 * ends inner parts, a boundary may stand where the empty line is missing.
 */
#ifndef WIRE_MIME_PART_H
#define WIRE_MIME_PART_H

#include "base/arena.h"
#include "base/limits.h"

enum part_encoding {
	PART_PLAIN = 0,		/* 7bit, 8bit, binary, none, or unknown      */
	PART_BASE64,
	PART_QP
};

/* A part that is no multipart.  Spans of the message but type and name. */
struct part {
	struct span type;	/* "text/plain": lower case, a safe token    */
	struct span name;	/* file name as UTF-8 that may be shown, from
				 * filename= or name=, or absent; it may hold
				 * "/" and "..": never a path                */
	enum part_encoding encoding;
	bool bad_encoding;	/* a word that RFC 2045 6.1 does not know    */
	struct span header;	/* its header lines                          */
	struct span content;	/* as it stands in the message, encoded      */
	unsigned depth;		/* 0: the message itself                     */
	unsigned alternative;	/* number of the outermost multipart/alternative
				 * that it is in, from 1 on; 0: none         */
	bool cut;		/* the message ends before the part does     */
	bool top;		/* its header is that of a message           */
	bool sealed;		/* in a multipart that is signed or encrypted
				 * as it stands (RFC 1847)                   */
};

struct part_level {
	struct span boundary;	/* absent: a message in the message          */
	struct span header;
	bool digest;		/* RFC 2046 5.1.5                            */
	unsigned alternative;	/* as of a part                              */
	bool begun;		/* its boundary has been met                 */
	bool sealed;		/* as of a part                              */
};

enum part_state { PART_IN_HEADER = 1, PART_IN_BODY, PART_AT_END };

struct part_walk {
	struct span message;
	struct arena *arena;
	bool into_messages;
	bool split;		/* the header is .top, .message the body     */
	struct span top;
	unsigned n_alternative;	/* met so far                                */
	enum part_state state;
	size_t at;
	struct part_level level[LIMIT_MIME_DEPTH];
	unsigned n_level, n_part;
	bool doubts;		/* set by who asks for .doubt                */
	const char *doubt;	/* not NULL: readers differ, static          */
	const char *why;	/* not NULL: given up, one clause, static    */
};

/* into_messages: a message/rfc822 that is not encoded is walked through;
 * otherwise it is a part like another.  The arena gets a few hundred octets
 * a part. */
void part_walk_start(struct part_walk *w, struct span message,
    bool into_messages, struct arena *a);

/* The same of a message whose header (without the empty line) and body lie
 * apart; spans of parts are spans of either. */
void part_walk_split(struct part_walk *w, struct span header,
    struct span body, struct arena *a);

/* False: there are no more, or .why.  Parts nested deeper than
 * LIMIT_MIME_DEPTH, or more than LIMIT_REPORT_PARTS, end the walk. */
bool part_next(struct part_walk *w, struct part *out);

/* What a part holds, in pieces. */
struct part_reader {
	struct span rest;
	enum part_encoding encoding;
	bool bad;		/* some of it was not in its encoding        */
	uint8_t quad[4];	/* base64: characters that wait for more     */
	uint8_t n_quad;
	size_t keep;		/* QP: white space known to stay             */
};

enum { PART_READ_MIN = 4 };	/* octets of room without which nothing moves */

void part_open(struct part_reader *r, const struct part *p);

/* Appends what fits.  False: nothing was left (or no room to begin with).
 * Lenient as RFC 2045 6.7 and 6.8 ask: what is not base64 is passed over, "="
 * ends it; what is not quoted-printable stands for itself. */
bool part_read(struct part_reader *r, struct buf *out);

/* All of it, at most max octets: a span of the message if nothing had to be
 * decoded, else in the arena.  *more: there was more than that. */
struct span part_text(const struct part *p, size_t max, bool *more,
    struct arena *a);

#endif
