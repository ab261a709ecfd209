/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - known names by what their labels look like.
 *
 * A hash table of 32-bit slots, 12 bits of the key and 20 of the name's
 * number, open addressing: each name stands there under its two forms and
 * under both without each of their letters, so that one edit of either side
 * meets (a candidate is looked up the same way).  Two filters answer for the
 * many parts of a label that begin like no known name.
 */
#ifndef LOOKALIKE_INDEX_H
#define LOOKALIKE_INDEX_H

#include "lookalike/fold.h"
#include "lookalike/lookalike.h"
#include "lookalike/model.h"

enum {
	LOOK_SHORT = 4,		/* labels of so few letters must be equal:
				 * everything is near them                  */
	LOOK_LONG = 10,		/* letters of a name that is also found by a
				 * half of it, however wrong the other is   */
	LOOK_START = 5,		/* letters by which parts are sought; also
				 * the shortest name that is sought in
				 * the middle of others                     */
	LOOK_CHAIN = 48,	/* slots looked at: chains are short        */
	LOOK_SAME = 12		/* names under one variant; who protects 100
				 * that differ in a digit loses some        */
};

struct known {
	uint8_t length, suffix;	/* of the name; of its suffix               */
	uint8_t n, at;		/* the reading, where it begins in text     */
	uint16_t surprise;	/* of the label (model.h)                   */
	uint8_t text[];		/* the name, then the reading if another    */
};

struct lookalikes {
	struct arena *arena;
	struct words *words;
	struct slips *slips;
	struct powers powers;
	const struct known **known;	/* by number, from 1                */
	uint32_t n, max;
	uint32_t *slot;
	uint64_t slots, used, dropped;	/* slots: a power of two            */
	uint64_t *form, *start, *half;	/* filters                          */
	uint64_t forms, starts, halves;	/* words of them: powers of two     */
};

/* So do halves of long ones. */
#define LOOK_HALF UINT64_C(0x3c6ef372fe94f82b)

/* Names in full stand in the same table. */
static inline uint64_t
look_name_key(struct span name)
{
	uint64_t h = name.len;

	for (size_t i = 0; i < name.len; i++)
		h = h * UINT64_C(0x100000001b3) +
		    (uint64_t)span_at(name, i) + 1;
	h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ h >> 32;
}

static inline bool
look_filter(const uint64_t *filter, uint64_t words, uint64_t m)
{
	uint64_t bits = UINT64_C(1) << (m & 63) | UINT64_C(1) << (m >> 6 & 63);

	return (filter[m >> 20 & (words - 1)] & bits) == bits;
}

static inline struct span
known_name(const struct known *k)
{
	return (struct span){ k->text, k->length };
}

#endif
