/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike.h - does a domain read like one that is known?
 *
 * The known names (our own, those that we exchange mail with, those that
 * somebody listed) are put into an index, which then never changes.  A look-up
 * costs about a microsecond, whatever the number of names.
 *
 *	ix = lookalike_new(&arena, n);
 *	lookalike_add(ix, name, suffix) ...
 *	lookalike_ready(ix);
 *	if (lookalike_find(ix, name, suffix, &hit)) ...
 *
 * Known names never look like each other, and nothing below a known name
 * looks like anything: it is known.
 *
 * How sure one can be is told in bits: how much likelier it is that somebody
 * made the name to be taken for the known one than that it came to be without
 * a thought of it.  That is said of the pair: who knows many names meets more
 * likeness by chance.  A look-alike by itself is a reason to look closely, no
 * more.
 */
#ifndef LOOKALIKE_LOOKALIKE_H
#define LOOKALIKE_LOOKALIKE_H

#include "base/arena.h"
#include "lookalike/edit.h"

struct lookalikes;

/* For at most n names (n <= LIMIT_LOOKALIKE_NAMES).  NULL: no memory, or
 * too many. */
struct lookalikes *lookalike_new(struct arena *a, size_t n);

/* A registrable name in lower-case A-labels, and how many of its octets are
 * its public suffix ("co.uk": 5; 0: not known, guessed).  False: no name
 * that can be protected, or no room. */
bool lookalike_add(struct lookalikes *ix, struct span name, size_t suffix);

struct lookalike_counts {
	size_t names, entries, slots;
	size_t dropped;		/* variants that found no place: far too many
				 * names are nearly the same                */
	size_t octets;		/* of memory                                */
};
void lookalike_count(const struct lookalikes *ix,
    struct lookalike_counts *out);

/* Known name i of counts.names; its suffix. */
struct span lookalike_name(const struct lookalikes *ix, size_t i,
    size_t *suffix);

enum lookalike_kind {
	LOOKALIKE_NONE = 0,
	LOOKALIKE_HOMOGRAPH,	/* other characters that look the same      */
	LOOKALIKE_VISUAL,	/* letters or pairs of them with such shape */
	LOOKALIKE_HYPHEN,	/* a hyphen more or less                    */
	LOOKALIKE_DOT,		/* a dot more, less, elsewhere              */
	LOOKALIKE_TYPO,		/* slips of the finger or the memory        */
	LOOKALIKE_SUFFIX,	/* the suffix became part of the name       */
	LOOKALIKE_TLD,		/* the same name under another suffix       */
	LOOKALIKE_SUBDOMAIN,	/* the known name in front of another       */
	LOOKALIKE_COMBO,	/* the known name with words around it      */
	LOOKALIKE_KINDS
};

struct lookalike_hit {
	enum lookalike_kind kind;
	struct span name;	/* the known one, of the index              */
	size_t suffix;
	int bits;		/* tenths; above 0: it is one               */
	struct edits edits;
	enum restriction restriction;	/* of the label (UTS #39)           */
	struct span label;	/* of the candidate: what was compared; of a
				 * dot elsewhere, two labels                */
	struct reading reading;	/* as it is read                            */
	uint8_t from, to;	/* its part that is like the known name     */
};

/* name: in lower-case A-labels, of at most 253 octets; suffix as above.
 * False: it reads like none (bits are at most 0), though hit may say which of
 * them is nearest. */
bool lookalike_find(const struct lookalikes *ix, struct span name,
    size_t suffix, struct lookalike_hit *hit);

/* The same of one that may be known itself: is it like another of them? */
bool lookalike_find_other(const struct lookalikes *ix, struct span name,
    size_t suffix, struct lookalike_hit *hit);

/* UTS #39 4: are the two labels confusable? */
bool lookalike_confusable(const struct lookalike_hit *hit);

/* Is this name, or one it is below, among the known?  Which; absent: none. */
bool lookalike_known(const struct lookalikes *ix, struct span name);
struct span lookalike_self(const struct lookalikes *ix, struct span name);

/* The octets of the public suffix as names have them without a list: one
 * label, or two as in co.uk. */
size_t lookalike_suffix(struct span name);

#endif
