/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit.h - how far a label is from another, and by which slips.
 *
 * Damerau's distance (adjacent letters may change places), weighted: what
 * eyes, fingers or memory confuse costs less.  Two scales of one thing:
 * tenths of an edit are for people, tenths of a bit (how unlikely a slip is,
 * its place included) decide.
 */
#ifndef LOOKALIKE_EDIT_H
#define LOOKALIKE_EDIT_H

#include "base/arena.h"
#include "lookalike/skeleton.h"

enum edit_op {
	EDIT_NONE = 0,
	EDIT_VISUAL,		/* 0 for o, rn for m                        */
	EDIT_BIT,		/* one bit of the octet                     */
	EDIT_KEY,		/* a neighbour on the keyboard              */
	EDIT_VOWEL,		/* another vowel                            */
	EDIT_OTHER,		/* another letter                           */
	EDIT_SWAP,		/* two neighbours change places             */
	EDIT_OMIT,		/* a letter less                            */
	EDIT_OMIT_DOUBLE,	/* ... of two equal ones                    */
	EDIT_INSERT,		/* a letter more                            */
	EDIT_INSERT_END,	/* ... in front or behind                   */
	EDIT_DOUBLE,		/* ... equal to its neighbour               */
	EDIT_HYPHEN,		/* a hyphen more                            */
	EDIT_NO_HYPHEN,		/* a hyphen less                            */
	EDIT_OPS
};

enum {
	EDITS_MAX = 6,		/* told of; more is another word            */
	EDIT_FAR = 500,		/* tenths of a bit: as far as we look       */
	EDIT_CORE = 16		/* octets that may differ between what is
				 * equal at both ends                       */
};

struct edit {
	enum edit_op op;
	uint8_t at;		/* in the candidate's reading               */
	uint8_t is[3], was[3];	/* there, and in the known name; 0 ends     */
};

struct edits {
	struct edit edit[EDITS_MAX];
	uint8_t n;		/* as many as there are, told or not        */
	uint8_t distance;	/* tenths of an edit                        */
};

/* What each letter is to each other. */
struct slips;
struct slips *slips_new(struct arena *a);

/* Tenths of a bit between a[0..an-1] and b[0..bn-1]; EDIT_FAR: too far. */
unsigned slips_price(const struct slips *s, const uint8_t *a, unsigned an,
    const uint8_t *b, unsigned bn);

/* The same, told.  False: too far. */
bool edits_between(struct edits *out, const struct slips *s, const uint8_t *a,
    unsigned an, const uint8_t *b, unsigned bn);

/* One letter for another: by shape, key, bit, or as a vowel. */
bool edit_likely(uint8_t is, uint8_t was);

/* Is it a matter of looks alone? */
bool edits_visual(const struct edits *e);

#endif
