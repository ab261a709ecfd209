/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/base64.h"

#include "base/ascii.h"

/* 0..63, or -1. */
static int
value(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
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
	int v = value(c);

	if (c == '=') {
		/* RFC 4648 4: one or two, after two or three characters. */
		if (g->n < 2 || g->n + g->pads >= 4)
			return false;
		g->pads++;
	} else if (v < 0 || g->pads > 0) {
		return false;
	} else {
		g->bits = g->bits << 6 | (uint32_t)v;
		g->n++;
	}
	flush(out, g);
	return true;
}

bool
base64_decode(struct buf *out, struct span text, bool skip_fws)
{
	struct group g = { .n = 0 };

	for (size_t i = 0; i < text.len; i++) {
		int c = span_at(text, i);

		if (skip_fws && is_fws(c))
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
