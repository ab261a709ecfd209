/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strip.h - what would have to be cut out of a message so that nothing in it
 * can run: which octets go, and what stands there instead.
 *
 * Parts are cut whole, header and content, at the boundaries of the multipart
 * that they are in (RFC 2046 5.1.1); a text says what was there, in the same
 * place, so that every other octet of the message stays what it is and every
 * other part the number that it has.  What cannot be cut so is not cut: a
 * message that is nothing but the file, parts whose end is missing or that are
 * signed or encrypted as they stand (RFC 1847); nor anything where two mail
 * programs may find other parts.  Links are left alone: they are somebody's
 * words.
 *
 * Pure: the same octets give the same plan.  Nothing is decided here; a policy
 * says whether (verdict/policy.h).
 */
#ifndef CONTENT_STRIP_H
#define CONTENT_STRIP_H

#include "base/limits.h"
#include "content/content.h"

struct strip_in {
	struct span message;	/* all of it                                 */
	struct span by;		/* whose filter says so: a host name, or
				 * absent                                    */
	struct span id;		/* how the mail server calls the message, or
				 * absent                                    */
	bool lf;		/* lines end with LF                         */
};

struct strip_cut {
	size_t begin, end;	/* octets of the message that go ...         */
	struct span text;	/* ... for these: header and text of a part  */
	struct span name;	/* printable ASCII; absent: it had none      */
	enum content_type type;
	const char *why;	/* static                                    */
	size_t size;		/* decoded                                   */
	uint8_t sha256[32];	/* ... and of that                           */
};

struct strip {
	struct strip_cut cut[LIMIT_STRIP];	/* by place, apart           */
	size_t n;
	size_t body;		/* where the body begins                     */
	const char *unclean;	/* not NULL: nothing may be cut; static text */
};

/* False: the arena refused.  n 0 and no unclean: there is nothing to cut. */
bool strip_plan(struct strip *out, const struct strip_in *in,
    struct arena *a);

/* Octets of message, from place at on, as they stand once it is done: of
 * *next, the first cut that is not passed (0 at first).  Absent: the end. */
struct span strip_piece(const struct strip *s, struct span message,
    size_t *at, size_t *next);

#endif
