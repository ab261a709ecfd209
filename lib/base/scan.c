/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen octets a step with the compiler's vector types: two loads, one
 * octet apart, give every octet its successor.
 */
#include "base/scan.h"

enum { WIDE = 16 };

struct octets { uint8_t v __attribute__((vector_size(WIDE))); };
struct words { uint64_t w[WIDE / 8]; };

_Static_assert(sizeof(struct octets) == sizeof(struct words), "same bits");

#define ALL(c) { c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c }
static const struct octets sp = { ALL(' ') }, tab = { ALL('\t') },
    cr = { ALL('\r') };

/* The first of eight octets, in order of memory, that is not zero. */
static inline size_t
first_octet(uint64_t w)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (size_t)__builtin_ctzll(w) / 8;
	return (size_t)__builtin_clzll(w) / 8;
}

/* Index of the first untidy octet of p[0..15], or WIDE; reads p[16]. */
static inline size_t
untidy(const uint8_t *p, bool stop_at_cr)
{
	struct octets a, b, hit;
	struct words w;

	__builtin_memcpy(&a, p, sizeof(a));
	__builtin_memcpy(&b, p + 1, sizeof(b));
	hit.v = (uint8_t __attribute__((vector_size(WIDE))))
	    ((a.v == tab.v) | ((a.v == sp.v) &
	    ((b.v == sp.v) | (b.v == cr.v))));
	if (stop_at_cr)
		hit.v |= (uint8_t __attribute__((vector_size(WIDE))))
		    (a.v == cr.v);
	__builtin_memcpy(&w, &hit, sizeof(w));
	if ((w.w[0] | w.w[1]) == 0)
		return WIDE;
	return w.w[0] != 0 ? first_octet(w.w[0]) : 8 + first_octet(w.w[1]);
}

static inline size_t
scan(struct span s, bool stop_at_cr)
{
	size_t i = 0;

	while (s.len - i > WIDE) {
		size_t at = untidy(s.ptr + i, stop_at_cr);

		i += at;
		if (at < WIDE)
			return i;
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
