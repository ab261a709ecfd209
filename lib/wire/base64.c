/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/base64.h"

#include "base/ascii.h"

/* 0..63, or NOT: a letter of the alphabet never has the high bit. */
enum { NOT = 0x80 };
#define N NOT
#define N16 N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N
static const uint8_t values[256] = {
	N16, N16,
	N, N, N, N, N, N, N, N, N, N, N, 62, N, N, N, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, N, N, N, N, N, N,
	N, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, N, N, N, N, N,
	N, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, N, N, N, N, N,
	N16, N16, N16, N16, N16, N16, N16, N16,
};

static uint8_t
value(int c)
{
	return values[(uint8_t)c];
}

/* A group of four characters while it fills. */
struct group {
	uint32_t bits;
	unsigned n, pads;
};

/* Writes out a full group: 3, 2 or 1 octets by its padding. */
static void
flush(struct buf *out, struct group *g)
{
	if (g->n + g->pads < 4)
		return;
	g->bits <<= 6 * g->pads;
	buf_byte(out, (uint8_t)(g->bits >> 16));
	if (g->pads < 2)
		buf_byte(out, (uint8_t)(g->bits >> 8));
	if (g->pads < 1)
		buf_byte(out, (uint8_t)g->bits);
	g->bits = 0;
	g->n = 0;
}

/* False when c cannot stand here. */
static bool
take(struct buf *out, struct group *g, int c)
{
	uint8_t v = value(c);

	if (c == '=') {
		/* RFC 4648 4: one or two, after two or three characters. */
		if (g->n < 2 || g->n + g->pads >= 4)
			return false;
		g->pads++;
	} else if (v == NOT || g->pads > 0) {
		return false;
	} else {
		g->bits = g->bits << 6 | v;
		g->n++;
	}
	flush(out, g);
	return true;
}

/* Whole groups, as many as stand together, in blocks; returns how many
 * characters that were. */
static size_t
whole_groups(struct buf *out, struct span text)
{
	uint8_t block[3 * 16];
	size_t i = 0, n = 0;

	while (text.len - i >= 4) {
		uint32_t a = value(span_at(text, i)),
		    b = value(span_at(text, i + 1)),
		    c = value(span_at(text, i + 2)),
		    d = value(span_at(text, i + 3));

		if (((a | b | c | d) & NOT) != 0)
			break;
		block[n] = (uint8_t)(a << 2 | b >> 4);
		block[n + 1] = (uint8_t)(b << 4 | c >> 2);
		block[n + 2] = (uint8_t)(c << 6 | d);
		n += 3;
		i += 4;
		if (n == sizeof(block)) {
			buf_put(out, (struct span){ block, n });
			n = 0;
		}
	}
	buf_put(out, (struct span){ block, n });
	return i;
}

bool
base64_decode(struct buf *out, struct span text, bool skip_fws)
{
	struct group g = { .n = 0 };

	while (text.len > 0) {
		int c;

		if (g.n == 0 && g.pads == 0)
			text = span_skip(text, whole_groups(out, text));
		c = span_at(text, 0);
		text = span_skip(text, 1);
		if (c < 0 || (skip_fws && is_fws(c)))
			continue;
		if (!take(out, &g, c))
			return false;
	}
	return g.n == 0 && !out->full;
}

static uint8_t
letter(uint32_t v)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	return (uint8_t)alphabet[v & 63];
}

void
base64_encode(struct buf *out, struct span bytes)
{
	while (bytes.len > 0) {
		size_t n = bytes.len < 3 ? bytes.len : 3;
		uint32_t bits = 0;

		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 |
			    (uint32_t)(i < n ? span_at(bytes, i) : 0);
		buf_byte(out, letter(bits >> 18));
		buf_byte(out, letter(bits >> 12));
		buf_byte(out, n < 2 ? '=' : letter(bits >> 6));
		buf_byte(out, n < 3 ? '=' : letter(bits));
		bytes = span_skip(bytes, n);
	}
}
