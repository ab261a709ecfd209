/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - labels with what eyes confuse made equal; keys of the index.
 *
 * Two forms.  Light: one letter for one, hyphens left out, so that one edit
 * of the label is at most one edit of the form.  Deep: also pairs of letters
 * that look like one (rn and m, cl and d) and letters that differ by a stroke
 * (c and e), so that many changes of that kind become none.  A form by itself
 * proves nothing; what it finds is compared by edit.h.
 */
#ifndef LOOKALIKE_FOLD_H
#define LOOKALIKE_FOLD_H

#include "lookalike/skeleton.h"

struct form {
	uint8_t c[READING_MAX];
	uint8_t from[READING_MAX];	/* of the reading: where each stood */
	uint8_t to[READING_MAX];
	uint8_t n;
};

/* Of the octets from..to-1 of r. */
void fold_light(struct form *out, const struct reading *r, unsigned from,
    unsigned to);
void fold_deep(struct form *out, const struct reading *r, unsigned from,
    unsigned to);
bool form_eq(const struct form *a, const struct form *b);

/* A polynomial over the octets of a form, so that the key of a part, or of
 * the form without one of them, costs one step.  before[i]: of the first i;
 * power[i]: of the base. */
struct powers { uint64_t of[READING_MAX + 1]; };
struct sums { uint64_t before[READING_MAX + 1]; };
void powers_make(struct powers *out);
void form_sums(struct sums *out, const struct form *f);
/* Of c[from..to-1]; mixed: any of its bits may be used. */
uint64_t form_key(const struct powers *p, const struct sums *s, unsigned from,
    unsigned to);
/* Of the whole, n octets, without c[i]. */
uint64_t form_key_without(const struct powers *p, const struct sums *s,
    unsigned n, unsigned i);

#endif
