/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suffix.h - the organizational domain of a name, out of the public suffix
 * list, as text that somebody else has read (publicsuffix.org/list).
 *
 * For many names of one message at once, most of which nobody would ask a
 * question about: hosts in Received fields, Message-IDs, links.  What DMARC
 * aligns is not decided here, but by the tree walk (check/orgdomain.h).
 * Without a list a rule of thumb stands in: below a country of two letters
 * some words that registries use are no organization ("co.uk", "com.br").
 */
#ifndef WIRE_SUFFIX_H
#define WIRE_SUFFIX_H

#include "base/arena.h"

struct suffixes;

enum suffix_kind {
	SUFFIX_ICANN,	/* registries: who runs a host                     */
	SUFFIX_PRIVATE	/* and companies that give out names, so that pages
			 * of two customers of one are two                 */
};

/* The list as it is published, with its comments.  NULL: no memory.  Lines
 * that are no rule are passed over; text may go when this returns. */
struct suffixes *suffixes_read(struct span text, struct arena *a);

/* How many rules there are. */
size_t suffixes_count(const struct suffixes *list);

/* The organizational domain of name: a span of it.  name is in lower case,
 * with A-labels, without a final dot; a public suffix is its own, and so is
 * what has no dot.  list may be NULL. */
struct span suffix_org(const struct suffixes *list, struct span name,
    enum suffix_kind kind);

#endif
