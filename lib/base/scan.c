/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler's vector types: two loads, one octet apart, give every octet
 * its successor.  Clean text goes by in steps of 64 octets.
 */
#include "base/scan.h"

/* So that stop_at_cr is a constant of each copy. */
#define INLINE __attribute__((always_inline)) static inline

enum { WIDE = 16, STEP = 64 };

struct octets { int8_t v __attribute__((vector_size(WIDE))); };
struct words { uint64_t w[WIDE / 8]; };

_Static_assert(sizeof(struct octets) == sizeof(struct words), "same bits");

#define ALL(c) { c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c }
static const struct octets sp = { ALL(' ') }, tab = { ALL('\t') },
    cr = { ALL('\r') };

/* The first of eight octets, in order of memory, that is not zero. */
INLINE size_t
first_octet(uint64_t w)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (size_t)__builtin_ctzll(w) / 8;
	return (size_t)__builtin_clzll(w) / 8;
}

/* Which octets of p[0..15] are untidy; reads p[16]. */
INLINE struct octets
untidy(const uint8_t *p, bool stop_at_cr)
{
	struct octets a, b, hit;

	__builtin_memcpy(&a, p, sizeof(a));
	__builtin_memcpy(&b, p + 1, sizeof(b));
	hit.v = (a.v == tab.v) | ((a.v == sp.v) &
	    ((b.v == sp.v) | (b.v == cr.v)));
	if (stop_at_cr)
		hit.v |= (a.v == cr.v);
	return hit;
}

INLINE struct words
words_of(struct octets v)
{
	struct words w;

	__builtin_memcpy(&w, &v, sizeof(w));
	return w;
}

/* Whether p[0..63] are tidy; reads p[64]. */
INLINE bool
tidy_step(const uint8_t *p, bool stop_at_cr)
{
	struct octets hit = { .v = untidy(p, stop_at_cr).v |
	    untidy(p + WIDE, stop_at_cr).v |
	    untidy(p + 2 * WIDE, stop_at_cr).v |
	    untidy(p + 3 * WIDE, stop_at_cr).v };
	struct words w = words_of(hit);

	return (w.w[0] | w.w[1]) == 0;
}

/* Looks at WIDE octets a step, from i until something untidy, or end, or too
 * little is left. */
INLINE size_t
narrow(struct span s, size_t i, size_t end, bool stop_at_cr)
{
	for (; i < end && s.len - i > WIDE; i += WIDE) {
		struct words w = words_of(untidy(s.ptr + i, stop_at_cr));

		if (w.w[0] != 0)
			return i + first_octet(w.w[0]);
		if (w.w[1] != 0)
			return i + 8 + first_octet(w.w[1]);
	}
	return i;
}

/* Untidy text often is so within a few octets, so that the long steps come
 * only behind one clean STEP. */
INLINE size_t
scan(struct span s, bool stop_at_cr)
{
	size_t i = narrow(s, 0, STEP, stop_at_cr);

	if (i == STEP) {
		while (s.len - i > STEP && tidy_step(s.ptr + i, stop_at_cr))
			i += STEP;
		i = narrow(s, i, s.len, stop_at_cr);
	}
	for (; i < s.len; i++) {
		int c = span_at(s, i), next = span_at(s, i + 1);

		if (c == '\t' || (stop_at_cr && c == '\r') ||
		    (c == ' ' && (next == ' ' || next == '\r')))
			return i;
	}
	return s.len;
}

size_t
scan_tidy(struct span s)
{
	return scan(s, false);
}

size_t
scan_tidy_line(struct span s)
{
	return scan(s, true);
}
