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

/* As numbers with a sign, octets below 0x20 and beyond 0x7f are the small
 * ones. */
INLINE struct octets
special(struct octets a, bool json)
{
	static const struct octets quote = { ALL('"') },
	    slash = { ALL('\\') }, del = { ALL(0x7f) };
	struct octets hit = { .v = (a.v < sp.v) | (a.v == del.v) };

	if (json)
		hit.v |= (a.v == quote.v) | (a.v == slash.v);
	return hit;
}

/* Up to fifteen octets, and 'x' behind them; two reads overlap. */
INLINE struct octets
few(const uint8_t *p, size_t n)
{
	struct octets a = { ALL('x') };
	uint8_t *to = (uint8_t *)&a;

	if (n >= 8) {
		__builtin_memcpy(to, p, 8);
		__builtin_memcpy(to + n - 8, p + n - 8, 8);
	} else if (n >= 4) {
		__builtin_memcpy(to, p, 4);
		__builtin_memcpy(to + n - 4, p + n - 4, 4);
	} else {
		to[0] = p[0];
		to[n / 2] = p[n / 2];
		to[n - 1] = p[n - 1];
	}
	return a;
}

INLINE size_t
scan_special(struct span s, bool json)
{
	size_t i = 0;

	while (i < s.len) {
		struct octets a = { ALL('x') };
		size_t n = s.len - i < WIDE ? s.len - i : WIDE;
		struct words hit;

		if (n == WIDE)
			__builtin_memcpy(&a, s.ptr + i, WIDE);
		else
			a = few(s.ptr + i, n);
		hit = words_of(special(a, json));
		if (hit.w[0] != 0)
			return i + first_octet(hit.w[0]);
		if (hit.w[1] != 0)
			return i + 8 + first_octet(hit.w[1]);
		i += n;
	}
	return s.len;
}

size_t
scan_json(struct span s)
{
	return scan_special(s, true);
}

size_t
scan_visible(struct span s)
{
	return scan_special(s, false);
}
