/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/html_ref.h"

#include "base/ascii.h"
#include "wire/charset.h"
#include "wire/utf8.h"

/* ---- numbers ---------------------------------------------------------- */

/* 13.2.5.80: 80 to 9F are meant as windows-1252. */
static uint32_t
meant(uint32_t c)
{
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0xfffd;
	return charset_1252(c);
}

/* "#123;", "#x7b;" behind the "&"; returns how many octets it is, 0: none. */
static size_t
numeric(struct buf *out, struct span s)
{
	bool hex = to_lower(span_at(s, 1)) == 'x';
	size_t first = hex ? 2 : 1, n = first;
	uint32_t v = 0;
	int d;

	for (; (d = hex_value(span_at(s, n))) >= 0 && (hex || d < 10); n++)
		if (v <= 0x10ffff)
			v = v * (hex ? 16 : 10) + (uint32_t)d;
	if (n == first)
		return 0;
	utf8_put(out, meant(v));
	return span_at(s, n) == ';' ? n + 1 : n;
}

/* ---- names ------------------------------------------------------------ */

static void
put_value(struct buf *out, struct span value)
{
	while (value.len > 0) {
		struct span code = span_cut(&value, '+');
		uint32_t c = 0;

		for (size_t i = 0; i < code.len; i++)
			c = c << 4 | (uint32_t)hex_value(span_at(code, i));
		utf8_put(out, c);
	}
}

/* The longest name at the head of s, without its first letter; its value
 * in *value. */
static size_t
longest(struct span names, struct span s, struct span *value)
{
	size_t best = 0;

	while (names.len > 0) {
		struct span v = span_cut(&names, ' ');
		struct span name = span_cut(&v, '=');

		/* they are sorted */
		if (span_at(name, 0) > span_at(s, 0))
			break;
		if (name.len >= best && span_starts(s, name)) {
			best = name.len;
			*value = v;
		}
	}
	return best;
}

/* Behind the "&". */
static size_t
named(struct buf *out, struct span s, bool attribute)
{
	int c = span_at(s, 0);
	int letter = c >= 'a' ? c - 'a' + 26 : c - 'A';
	struct span value = SPAN_NONE;
	size_t n;
	int next;

	if (span_starts(s, SPAN("nbsp;"))) {	/* most of them */
		utf8_put(out, 0xa0);
		return 5;
	}
	if (!is_alpha(c) || !is_alnum(span_at(s, 1)))
		return 0;
	n = 1 + longest(assay_cstr(html_names[letter]), span_skip(s, 1),
	    &value);
	if (span_absent(value))
		return 0;
	next = span_at(s, n);
	/* 13.2.5.73: for historical reasons */
	if (attribute && span_at(s, n - 1) != ';' &&
	    (next == '=' || is_alnum(next)))
		return 0;
	put_value(out, value);
	return n;
}

void
html_unescape(struct buf *out, struct span s, bool attribute)
{
	static const struct byteset special = { {	/* NUL, "&" */
		0x0000004000000001, 0, 0, 0 } };

	while (s.len > 0) {
		size_t n = span_find_set(s, &special);
		struct span rest = span_skip(s, n + 1);

		buf_put(out, span_head(s, n));
		if (n == s.len)
			return;
		if (span_at(s, n) == 0) {
			utf8_put(out, 0xfffd);
			s = rest;
			continue;
		}
		n = span_at(rest, 0) == '#' ? numeric(out, rest) :
		    named(out, rest, attribute);
		if (n == 0)
			buf_byte(out, '&');
		s = span_skip(rest, n);
	}
}
