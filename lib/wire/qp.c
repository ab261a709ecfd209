/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/qp.h"

#include "base/ascii.h"

/* Octets of "=XX" or of a soft line break at the head of s; 0: neither. */
static size_t
escape(struct span s, int *octet)
{
	int high = hex_value(span_at(s, 1)), low = hex_value(span_at(s, 2));
	size_t i = 1;

	*octet = -1;
	if (high >= 0 && low >= 0) {
		*octet = high * 16 + low;
		return 3;
	}
	/* RFC 2045 6.7 (5), and white space that transport added (3) */
	while (is_wsp(span_at(s, i)))
		i++;
	if (span_at(s, i) == '\r' && span_at(s, i + 1) == '\n')
		return i + 2;
	return 0;
}

/* SP and HTAB at the end of a line were added in transport (6.7 (3)). */
static size_t
trailing_wsp(struct span s)
{
	size_t i = 0;

	while (is_wsp(span_at(s, i)))
		i++;
	return i > 0 && (i == s.len || span_at(s, i) == '\r') ? i : 0;
}

static bool
decode(struct buf *out, struct span s, bool word)
{
	bool clean = true;

	while (s.len > 0) {
		int c = span_at(s, 0), octet;
		size_t n = c == '=' ? escape(s, &octet) : 0, run = 0;

		if (!word && is_wsp(c))
			run = trailing_wsp(s);
		if (n > 0 && octet >= 0)
			buf_byte(out, (uint8_t)octet);
		else if (n == 0 && run == 0)
			buf_byte(out, word && c == '_' ? ' ' : (uint8_t)c);
		/* a run of white space that stays is passed in one go, so
		 * that it is looked at once */
		if (n == 0 && run == 0 && !word)
			while (is_wsp(c) && is_wsp(span_at(s, 1))) {
				s = span_skip(s, 1);
				buf_byte(out, (uint8_t)span_at(s, 0));
			}
		clean &= c != '=' || n > 0;
		s = span_skip(s, n > 0 ? n : run > 0 ? run : 1);
	}
	return clean && !out->full;
}

bool
qp_decode(struct buf *out, struct span text)
{
	return decode(out, text, false);
}

bool
qp_decode_word(struct buf *out, struct span text)
{
	return decode(out, text, true);
}

static bool
plain(struct span s)
{
	int c = span_at(s, 0), next = span_at(s, 1);

	return (is_vchar(c) && c != '=') ||
	    (is_wsp(c) && next >= 0 && next != '\r');
}

void
qp_encode(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t column = 0;

	while (s.len > 0) {
		int c = span_at(s, 0);
		bool as_is = plain(s);

		if (c == '\r' && span_at(s, 1) == '\n') {
			buf_str(out, "\r\n");
			column = 0;
			s = span_skip(s, 2);
			continue;
		}
		if (column + (as_is ? 1 : 3) > 75) {
			buf_str(out, "=\r\n");
			column = 0;
		}
		if (as_is) {
			buf_byte(out, (uint8_t)c);
		} else {
			buf_byte(out, '=');
			buf_byte(out, (uint8_t)hex[c >> 4 & 15]);
			buf_byte(out, (uint8_t)hex[c & 15]);
		}
		column += as_is ? 1 : 3;
		s = span_skip(s, 1);
	}
}
