/* SPDX-License-Identifier: Apache-2.0 */
/* Characters, references, text (XML 1.0 2.2, 2.4, 2.7, 2.11, 4.1). */
#include "base/ascii.h"
#include "wire/utf8.h"
#include "wire/xml_inner.h"

void
xml_keep(struct xml *x, struct span s)
{
	size_t room = x->chars.cap - x->chars.len;

	if (s.len > room)
		x->cut = true;
	buf_put(&x->chars, span_head(s, room));
}

static void
keep_char(struct xml *x, uint32_t c)
{
	ROOM(room, 4);
	struct buf b = BUF_ON(room);

	utf8_put(&b, c);
	xml_keep(x, buf_span(&b));
}

/* Char of 2.2. */
static bool
is_char(int32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' ||
	    (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) ||
	    (c >= 0x10000 && c <= 0x10ffff);
}

size_t
xml_chars(const struct xml *x, struct span s)
{
	struct span left = s, was;

	while (left.len > 0) {
		left = span_skip(left, scan_xml_plain(left));
		if (left.len == 0)
			break;
		was = left;
		if (!is_char(utf8_next(&left)) ||
		    (x->charset == XML_ASCII && span_at(was, 0) > 0x7f))
			return s.len - was.len;
	}
	return s.len;
}

/* ---- references -------------------------------------------------------- */

static uint32_t
number(struct span digits, unsigned base)
{
	uint32_t v = 0;

	if (digits.len == 0)
		return 0;
	for (size_t i = 0; i < digits.len; i++) {
		int d = hex_value(span_at(digits, i));
		if (d < 0 || d >= (int)base || v > 0x10ffff)
			return 0;
		v = v * base + (unsigned)d;
	}
	return is_char((int32_t)v) ? v : 0;
}

uint32_t
xml_reference(struct span s)
{
	struct span in = span_slice(s, 1, s.len - 1);

	if (span_starts(in, SPAN("#x")))
		return number(span_skip(in, 2), 16);
	if (span_at(in, 0) == '#')
		return number(span_skip(in, 1), 10);
	if (span_eq(in, SPAN("amp")))
		return '&';
	if (span_eq(in, SPAN("lt")))
		return '<';
	if (span_eq(in, SPAN("gt")))
		return '>';
	if (span_eq(in, SPAN("quot")))
		return '"';
	return span_eq(in, SPAN("apos")) ? '\'' : 0;
}

/* ---- text -------------------------------------------------------------- */

static enum xml_event
reference(struct xml *x)
{
	struct span s = span_head(x->rest, LIMIT_XML_REFERENCE);
	size_t n = span_find(s, ';');
	uint32_t c = n < s.len ? xml_reference(span_head(s, n + 1)) : 0;

	if (n == s.len && s.len < LIMIT_XML_REFERENCE && !x->eof)
		return xml_more(x);
	if (c == 0) {
		if (!xml_off(x, "\"&\" begins no reference that is known"))
			return XML_BAD;
		c = '&';
		n = 0;
	}
	keep_char(x, c);
	xml_skip(x, n + 1);
	return XML_AGAIN;
}

/* CR LF and CR are LF. */
static enum xml_event
line_end(struct xml *x)
{
	if (x->rest.len == 1 && !x->eof)
		return xml_more(x);
	if (span_at(x->rest, 1) != '\n')
		xml_keep(x, SPAN("\n"));
	xml_skip(x, 1);
	return XML_AGAIN;
}

static enum xml_event
brackets(struct xml *x)
{
	if (x->rest.len < 3 && !x->eof)
		return xml_more(x);
	if (!span_starts(x->rest, SPAN("]]>"))) {
		xml_keep(x, SPAN("]"));
		xml_skip(x, 1);
		return XML_AGAIN;
	}
	if (x->place != XML_IN_CDATA && !xml_off(x, "\"]]>\" in text"))
		return XML_BAD;
	x->place = XML_IN_CONTENT;
	xml_skip(x, 3);
	return XML_AGAIN;
}

/* Beyond ASCII, or no character. */
static enum xml_event
other(struct xml *x)
{
	struct span s = x->rest;
	int octet = span_at(s, 0);
	uint32_t c;

	if (x->charset != XML_ASCII && is_char(utf8_next(&s))) {
		xml_keep(x, span_head(x->rest, x->rest.len - s.len));
		x->rest = s;
		return XML_AGAIN;
	}
	if (x->rest.len < 4 && octet > 0x7f && !x->eof)
		return xml_more(x);
	if (!xml_off(x, "an octet that is no character"))
		return XML_BAD;
	x->bad_octets = true;
	c = octet > 0x7f ? xml_1252(octet) : 0;
	keep_char(x, c == 0 ? 0xfffd : c);
	xml_skip(x, 1);
	return XML_AGAIN;
}

enum xml_event
xml_text(struct xml *x)
{
	size_t n = scan_xml_plain(x->rest);
	int c = span_at(x->rest, n);
	bool cdata = x->place == XML_IN_CDATA;

	xml_keep(x, span_head(x->rest, n));
	xml_skip(x, n);
	if (c == '\r')
		return line_end(x);
	if (c == ']')
		return brackets(x);
	if ((c == '<' || c == '&') && cdata) {
		xml_keep(x, c == '<' ? SPAN("<") : SPAN("&"));
		xml_skip(x, 1);
		return XML_AGAIN;
	}
	if (c == '&')
		return reference(x);
	if (c < 0 && cdata && x->eof)
		return xml_off(x, "a CDATA section does not end") ?
		    (x->place = XML_IN_CONTENT, XML_AGAIN) : XML_BAD;
	return c < 0 || c == '<' ? XML_AGAIN : other(x);
}
