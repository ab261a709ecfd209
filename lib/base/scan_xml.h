/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_xml.h - looking through XML text sixteen octets at a time.
 *
 * Outside the proven kernel: vector code, tested against one octet at a
 * time.  Every span given here lies in a room of its owner that goes on,
 * readable, for SCAN_SLACK octets behind the end of the span; what they are
 * does not matter.  This is what makes short names and values cheap: one
 * load, no tail.
 */
#ifndef BASE_SCAN_XML_H
#define BASE_SCAN_XML_H

#include "base/buf.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { SCAN_SLACK = 16 };

/* Index of the first octet that is not plain: '<', '&', ']', a control other
 * than HTAB and LF, anything beyond ASCII; or the length. */
size_t scan_xml_plain(struct span s);

/* Index of the first octet that is not white space (XML 1.0 2.3, S). */
size_t scan_xml_blank(struct span s);

/* Index of the first octet that cannot go on a name of ASCII: not a letter, a
 * digit, '.', '-' or '_' (XML 1.0 2.3, NameChar without the colon). */
size_t scan_xml_name(struct span s);

/* The length of the name if s begins with "<name>", else 0. */
size_t scan_xml_open(struct span s);

/* ---- inline ----------------------------------------------------------- */

/* Of a result, an octet is all ones where the question is answered yes. */
struct scan_octets { int8_t v __attribute__((vector_size(SCAN_SLACK))); };

static inline struct scan_octets
scan_load(const uint8_t *p)
{
	struct scan_octets a;

	__builtin_memcpy(&a, p, sizeof(a));
	return a;
}

/* A bit for each octet, the first one lowest. */
static inline uint32_t
scan_bits(struct scan_octets hit)
{
#if defined(__SSE2__)
	return (uint32_t)_mm_movemask_epi8((__m128i)hit.v);
#else
	/* each octet leaves one bit, and the product adds them up on top */
	static const uint64_t pick = UINT64_C(0x8040201008040201),
	    sum = UINT64_C(0x0101010101010101);
	uint64_t w[2];

	__builtin_memcpy(w, &hit, sizeof(w));
	for (int i = 0; i < 2; i++) {
		if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
			w[i] = __builtin_bswap64(w[i]);
		w[i] = (w[i] & pick) * sum >> 56;
	}
	return (uint32_t)(w[0] | w[1] << 8);
#endif
}

/* The first octet of a hit, or SCAN_SLACK. */
static inline size_t
scan_first(struct scan_octets hit)
{
	return (size_t)__builtin_ctz(scan_bits(hit) | 1u << SCAN_SLACK);
}

/* p[0..n-1] and q[0..n-1] are the same; n is at most SCAN_SLACK. */
static inline bool
scan_same_few(const uint8_t *p, const uint8_t *q, size_t n)
{
	struct scan_octets a = scan_load(p), b = scan_load(q),
	    differ = { .v = a.v != b.v };

	return scan_first(differ) >= n;
}

/* s begins with known, which is not empty and lies in such a room, too. */
static inline bool
scan_xml_same(struct span s, struct span known)
{
	size_t i = 0;

	if (s.len < known.len || known.len == 0)
		return false;
	for (; known.len - i > SCAN_SLACK; i += SCAN_SLACK)
		if (!scan_same_few(s.ptr + i, known.ptr + i, SCAN_SLACK))
			return false;
	return scan_same_few(s.ptr + i, known.ptr + i, known.len - i);
}

/* s begins with the end tag of name: "</name>". */
static inline bool
scan_xml_closes(struct span s, struct span name)
{
	size_t n = name.len;

	if (s.len < n + 3 || s.ptr[0] != '<' || s.ptr[1] != '/' ||
	    s.ptr[n + 2] != '>')
		return false;
	if (n <= SCAN_SLACK)
		return scan_same_few(s.ptr + 2, name.ptr, n);
	return bytes_eq(s.ptr + 2, name.ptr, n);
}

/* As span_skip(), where the next thing waits for it: a jump, not a choice. */
static inline struct span
scan_skip(struct span s, size_t n)
{
	if (__builtin_expect(n > s.len, 0))
		n = s.len;
	return (struct span){ s.ptr + n, s.len - n };
}

/* As scan_xml_plain(); text of one load needs no loop. */
static inline size_t
scan_xml_text(struct span s)
{
	struct scan_octets a = scan_load(s.ptr), hit;
	size_t n;

	hit.v = (a.v == '<') | (a.v == '&') | (a.v == ']') |
	    ((a.v < ' ') & (a.v != '\t') & (a.v != '\n'));
	n = scan_first(hit);
	if (__builtin_expect(n == SCAN_SLACK, 0))
		n = scan_xml_plain(s);
	if (__builtin_expect(n > s.len, 0))
		n = s.len;
	return n;
}

/* s begins with "<name>", n octets of name.  If plain text (*text octets) and
 * the end tag stand behind it, the length of all that, else 0. */
static inline size_t
scan_xml_leaf(struct span s, size_t n, size_t *text)
{
	struct span name = { s.ptr + 1, n }, in = scan_skip(s, n + 2);
	size_t t = scan_xml_text(in);

	*text = t;
	return scan_xml_closes(scan_skip(in, t), name) ? t + 2 * n + 5 : 0;
}

/* The first eight octets as a number, the first one lowest; zeros behind the
 * end of a shorter span. */
static inline uint64_t
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

/* The same of constants, for the labels of a switch. */
#define SCAN_KEY(a, b, c, d, e, f, g, h) ((uint64_t)(a) | \
	(uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
	(uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | \
	(uint64_t)(h) << 56)

/* As buf_put; the room of b goes on for SCAN_SLACK octets, too. */
static inline void
scan_put(struct buf *b, struct span s)
{
	if (s.len > SCAN_SLACK || b->full || s.len > b->cap - b->len) {
		buf_put(b, s);
		return;
	}
	if (s.len > 0)
		__builtin_memcpy(b->ptr + b->len, s.ptr, SCAN_SLACK);
	b->len += s.len;
}

#endif
