/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler's vector types; an octet of a result is all ones where the
 * question is answered with yes.
 */
#include "base/scan_xml.h"

/* So that each scan is one loop with its question inside. */
#define INLINE __attribute__((always_inline)) static inline

enum { WIDE = SCAN_SLACK };

struct octets { uint8_t v __attribute__((vector_size(WIDE))); };
struct words { uint64_t w[WIDE / 8]; };

_Static_assert(sizeof(struct octets) == sizeof(struct words), "same bits");

#define ALL(c) { c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c }
#define MASK(expr) ((uint8_t __attribute__((vector_size(WIDE))))(expr))

INLINE struct octets
load(const uint8_t *p)
{
	struct octets a;

	__builtin_memcpy(&a, p, sizeof(a));
	return a;
}

/* The first octet, in order of memory, that is not zero; or WIDE. */
INLINE size_t
first(struct octets hit)
{
	struct words w;

	__builtin_memcpy(&w, &hit, sizeof(w));
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		if (w.w[0] != 0)
			return (size_t)__builtin_ctzll(w.w[0]) / 8;
		return w.w[1] != 0 ?
		    8 + (size_t)__builtin_ctzll(w.w[1]) / 8 : WIDE;
	}
	if (w.w[0] != 0)
		return (size_t)__builtin_clzll(w.w[0]) / 8;
	return w.w[1] != 0 ? 8 + (size_t)__builtin_clzll(w.w[1]) / 8 : WIDE;
}

INLINE struct octets
unplain(struct octets a)
{
	struct octets r;

	r.v = MASK(a.v == '<') | MASK(a.v == '&') | MASK(a.v == ']') |
	    MASK(a.v > 0x7f) | (MASK(a.v < 0x20) & MASK(a.v != '\t') &
	    MASK(a.v != '\n'));
	return r;
}

INLINE struct octets
unblank(struct octets a)
{
	struct octets r;

	r.v = ~(MASK(a.v == ' ') | MASK(a.v == '\n') | MASK(a.v == '\t') |
	    MASK(a.v == '\r'));
	return r;
}

/* '-' to ':' less '/' and ':' are the digits, '-' and '.'. */
INLINE struct octets
unnamed(struct octets a)
{
	static const struct octets small = { ALL(0x20) };
	struct octets r, low = { .v = a.v | small.v };

	r.v = ~((MASK(low.v >= 'a') & MASK(low.v <= 'z')) |
	    (MASK(a.v >= '-') & MASK(a.v <= '9') & MASK(a.v != '/')) |
	    MASK(a.v == '_'));
	return r;
}

INLINE size_t
scan(struct span s, struct octets (*question)(struct octets))
{
	for (size_t i = 0; i < s.len; i += WIDE) {
		size_t n = first(question(load(s.ptr + i)));

		if (n < WIDE)
			return i + n < s.len ? i + n : s.len;
	}
	return s.len;
}

size_t
scan_xml_plain(struct span s)
{
	return scan(s, unplain);
}

size_t
scan_xml_blank(struct span s)
{
	return scan(s, unblank);
}

size_t
scan_xml_name(struct span s)
{
	return scan(s, unnamed);
}

bool
scan_xml_closes(struct span s, struct span name)
{
	struct octets a, b, differ;

	if (s.len < name.len + 3 || s.ptr[0] != '<' || s.ptr[1] != '/' ||
	    s.ptr[name.len + 2] != '>')
		return false;
	if (name.len > WIDE)
		return bytes_eq(s.ptr + 2, name.ptr, name.len);
	a = load(s.ptr + 2);
	b = load(name.ptr);
	differ.v = MASK(a.v != b.v);
	return first(differ) >= name.len;
}

uint64_t
scan_key(struct span s)
{
	uint64_t w;

	if (s.len == 0)
		return 0;
	__builtin_memcpy(&w, s.ptr, sizeof(w));
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		w = __builtin_bswap64(w);
	return s.len >= 8 ? w : w & (~(uint64_t)0 >> (64 - 8 * s.len));
}
