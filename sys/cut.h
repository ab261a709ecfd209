/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut.h - which octets of a message go, and what stands there instead, as
 * eval tells it to front (lib/content/strip.h).
 */
#ifndef SYS_CUT_H
#define SYS_CUT_H

#include "base/buf.h"

struct cut {
	uint64_t begin, end;	/* of the message; end > begin or text       */
	struct span text;
};

/* A list begins with where the body begins. */
void cuts_begin(struct buf *list, uint64_t body);
void cuts_put(struct buf *list, const struct cut *c);

/* What of a message is sent, piece by piece. */
struct cuts {
	struct span rest;	/* of the list                               */
	uint64_t at;		/* the next octet                            */
	struct cut next;
	bool has_next;
};

/* False: not such a list, or not of a message of so many octets: cuts lie in
 * its body, apart and in order, or nothing that eval says could make front
 * read what is not there. */
bool cuts_open(struct cuts *c, struct span list, uint64_t size);
/* message is all of it, of the size that was opened.  False: the end. */
bool cuts_piece(struct cuts *c, struct span message, struct span *piece);

#endif
