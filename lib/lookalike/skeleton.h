/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skeleton.h - what a label looks like: UTS #39.
 *
 * Tables: test/lookalike/tables.c makes them of ICU, and `make check` holds
 * them, and what is done with them here, against ICU.
 */
#ifndef LOOKALIKE_SKELETON_H
#define LOOKALIKE_SKELETON_H

#include "base/buf.h"
#include "wire/punycode.h"

enum {
	SKELETON_MAX = 1280,	/* 63 characters, and no prototype of Unicode
				 * 15 has more than 18                     */
	READING_MAX = 64	/* octets of a reading: longer is no label */
};

struct skeleton {
	uint32_t c[SKELETON_MAX];
	size_t n;
};

/* UTS #39 4: two labels are confusable when their skeletons are equal. */
void skeleton_of(struct skeleton *out, const struct points *label);
bool skeleton_eq(const struct skeleton *a, const struct skeleton *b);

/* UTS #39 5.2 */
enum restriction {
	RESTRICTION_ASCII = 0, RESTRICTION_SINGLE_SCRIPT, RESTRICTION_HIGHLY,
	RESTRICTION_MODERATELY, RESTRICTION_MINIMALLY
};
enum restriction restriction_level(const struct points *label);

/* How a hasty person reads a label: letters of ASCII where they are taken
 * for such (accents are overlooked), for others an octet above 127 that
 * stands for the character. */
struct reading {
	uint8_t c[READING_MAX];
	uint8_t n;
	uint8_t foreign;	/* characters that are not ASCII           */
};

/* "letter a", "ae", or that nobody reads it as a letter of ASCII. */
void reading_tell(struct buf *out, uint32_t c);

/* False: longer than a label can be. */
bool reading_of(struct reading *out, struct span label);

#endif
