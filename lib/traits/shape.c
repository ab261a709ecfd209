/* SPDX-License-Identifier: Apache-2.0 */
/* shape.c - what a text looks like, without what it says. */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"

enum { ID_PARTS = 15, ID_TEXT = 60, ID_RUN = 2 };

static int
shape_of(int c)
{
	if (is_digit(c))
		return '9';
	if (is_alpha(c))
		return c >= 'a' ? 'a' : 'A';
	if (c == ' ' || is_vchar(c))
		return c;
	return c >= 0x80 ? 'u' : '?';
}

void
put_shape(struct buf *b, struct span text, size_t n)
{
	int before = -1;

	for (size_t i = 0; i < text.len && n > 0; i++) {
		int c = shape_of(span_at(text, i));

		if (c == before)
			continue;
		buf_byte(b, (uint8_t)c);
		before = c;
		n--;
	}
}

/* ---- identifiers --------------------------------------------------------- */

enum { DIGIT = 1, HEX_LOWER = 2, HEX_UPPER = 4, LOWER = 8, UPPER = 16 };

static unsigned
kinds_of(struct span token)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < token.len; i++) {
		int c = span_at(token, i);

		if (is_digit(c))
			kinds |= DIGIT;
		else if (c >= 'a')
			kinds |= c <= 'f' ? HEX_LOWER : LOWER;
		else
			kinds |= c <= 'F' ? HEX_UPPER : UPPER;
	}
	return kinds;
}

/* hex: letters of the hexadecimal digits next to it: then a token that drew
 * digits alone is no decimal number. */
static void
put_token(struct buf *b, struct span token, unsigned hex)
{
	unsigned kinds = kinds_of(token);
	char kind = 'm';
	size_t n = token.len;

	if (kinds == DIGIT)
		kind = hex == HEX_LOWER ? 'h' : hex == HEX_UPPER ? 'H' : 'd';
	else if ((kinds & ~(unsigned)(DIGIT | HEX_LOWER)) == 0)
		kind = 'h';
	else if ((kinds & ~(unsigned)(DIGIT | HEX_UPPER)) == 0)
		kind = 'H';
	else if ((kinds & (LOWER | HEX_LOWER)) == 0 ||
	    (kinds & (UPPER | HEX_UPPER)) == 0)
		kind = 'w';
	buf_byte(b, (uint8_t)kind);
	if (kind == 'w' || (kind == 'm' && n <= 8))
		return;
	/* the length of what is drawn at random varies a little */
	if (kind == 'm')
		n = n / 4 * 4 < ID_TEXT ? n / 4 * 4 : ID_TEXT;
	buf_u64(b, n);
}

static size_t
run(struct span s, bool alnum)
{
	size_t n = 0;

	while (n < s.len && is_alnum(span_at(s, n)) == alnum)
		n++;
	return n;
}

/* Nothing of what is written outside of ASCII. */
static void
put_separator(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.len && i < ID_RUN; i++) {
		int c = span_at(s, i);

		buf_byte(b, (uint8_t)(c == ' ' || is_vchar(c) ? c : '?'));
	}
}

/* Which hexadecimal digits there are beside others, of both kinds. */
static unsigned
hex_of(struct span text)
{
	unsigned found = 0;

	for (size_t i = 0; i < ID_PARTS && text.len > 0; i++) {
		size_t n = run(text, i % 2 == 0);
		unsigned kinds = kinds_of(span_head(text, i % 2 ? 0 : n));

		if (n > 2 && (kinds == (DIGIT | HEX_LOWER) ||
		    kinds == (DIGIT | HEX_UPPER)))
			found |= kinds & ~(unsigned)DIGIT;
		text = span_skip(text, n);
	}
	return found;
}

void
put_id_shape(struct buf *b, struct span text)
{
	unsigned hex = hex_of(text);

	/* Gmail: "CA" and base64 with "+", "-", "_", "=" anywhere */
	if (span_starts(text, SPAN("CA")) && text.len > 40) {
		buf_str(b, "CA+m");
		return;
	}
	for (size_t i = 0; i < ID_PARTS && text.len > 0; i++) {
		size_t n = run(text, i % 2 == 0);

		if (i % 2 == 1)
			put_separator(b, span_head(text, n));
		else if (n > 0)
			put_token(b, span_head(text, n), hex);
		text = span_skip(text, n);
	}
}
