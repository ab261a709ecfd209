/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variants.h - the names that somebody would register to be taken for one.
 *
 * In a fixed order, kind by kind; some come twice.
 *
 *	variants_begin(&v, name, suffix);
 *	while (variants_next(&v, &out)) ...
 */
#ifndef LOOKALIKE_VARIANTS_H
#define LOOKALIKE_VARIANTS_H

#include "base/buf.h"

enum variant_kind {
	VARIANT_OMIT = 0, VARIANT_DOUBLE, VARIANT_SWAP, VARIANT_HYPHEN,
	VARIANT_REPLACE,	/* shapes, keys, bits, vowels              */
	VARIANT_PAIR,		/* rn for m                                */
	VARIANT_FOREIGN,	/* accents and other scripts               */
	VARIANT_END,		/* a letter more behind                    */
	VARIANT_DOT,		/* wwwexample.com, the suffix in the name  */
	VARIANT_SUFFIX,		/* another suffix                          */
	VARIANT_WORD,		/* words in front and behind               */
	VARIANT_KINDS
};

struct variants {
	struct span label, suffix;
	enum variant_kind kind;
	unsigned i, k;
};

/* name: registrable, lower-case A-labels; suffix: octets of its suffix. */
void variants_begin(struct variants *v, struct span name, size_t suffix);

/* The next one, instead of what is in out, which has 254 octets.  False:
 * that was all. */
bool variants_next(struct variants *v, struct buf *out);

#endif
