/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taglist.h - tag lists: "v=1; a=rsa-sha256; ..." (RFC 6376 3.2).
 *
 * The shape of DKIM-Signature, of the ARC fields, of key records and of
 * DMARC records.  Strict: what is not in the grammar sets .bad, and so does
 * more than LIMIT_TAGS; a name that comes twice sets .duplicate.  Two things
 * are allowed beyond it, because every signer that folds writes them and no
 * reader minds: white space behind the last ";", and octets above 0x7f in a
 * value (RFC 8616 5).
 */
#ifndef WIRE_TAGLIST_H
#define WIRE_TAGLIST_H

#include "base/arena.h"

/* Both without white space around them; folding inside value is kept. */
struct tag { struct span name, value; };

struct taglist {
	struct tag *tag;	/* as written, those that are in the grammar */
	size_t n;
	bool bad;		/* not a tag list                            */
	bool duplicate;		/* RFC 6376 3.2: the entire list is invalid  */
	struct span what;	/* of text: the first thing that was wrong   */
};

/* True when text is a tag list without duplicates.  The tags are spans of
 * text, the array lives in the arena.  When false, the tags are those that
 * could be read: good enough to name what is refused. */
bool taglist_parse(struct taglist *out, struct span text, struct arena *a);

/* The first tag of that name, or NULL.  RFC 6376 3.2: case matters. */
const struct tag *taglist_get(const struct taglist *list, struct span name);

/* Its value; absent when there is no such tag. */
struct span taglist_value(const struct taglist *list, struct span name);

/* Steps through a colon-separated list ("h=from : to"): cuts *rest at the
 * first colon, returns what stood before it without white space around. */
struct span taglist_item(struct span *rest);

/* word is an item of the colon-separated list; ASCII case does not matter. */
bool taglist_has_item(struct span list, struct span word);

#endif
