/* SPDX-License-Identifier: Apache-2.0 */
/* The window, the encodings, and the declaration that names one (XML 1.0
 * 2.8, 4.3.3, Appendix F). */
#include "base/ascii.h"
#include "wire/utf8.h"
#include "wire/xml_inner.h"

/* 0x80..0x9f; 0: not a character. */
static const uint16_t high1252[32] = {
	0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178
};

uint32_t
xml_1252(int octet)
{
	if (octet >= 0x80 && octet < 0xa0)
		return high1252[octet - 0x80];
	return octet < 0 ? 0 : (uint32_t)octet;
}

void
xml_skip(struct xml *x, size_t n)
{
	x->rest = span_skip(x->rest, n);
}

/* One octet that is not ASCII. */
static void
convert(struct xml *x, int octet)
{
	uint32_t c = x->charset == XML_LATIN1 ? (uint32_t)octet :
	    xml_1252(octet);

	if (c == 0) {
		xml_off(x, "an octet that windows-1252 has not");
		x->bad_octets = true;
		c = 0xfffd;
	}
	utf8_put(&x->win, c);
}

/* Moves what fits from .in to the window, as UTF-8. */
static void
take(struct xml *x)
{
	static const struct byteset ascii = { { ~0ull, ~0ull, 0, 0 } };

	while (x->in.len > 0 && x->win.cap - x->win.len > 4) {
		struct span run = span_head(x->in, x->win.cap - x->win.len);

		if (x->charset == XML_LATIN1 || x->charset == XML_WINDOWS1252)
			run = span_head(run, span_run_set(run, &ascii));
		buf_put(&x->win, run);
		x->in = span_skip(x->in, run.len);
		if (run.len > 0)
			continue;
		convert(x, span_at(x->in, 0));
		x->in = span_skip(x->in, 1);
	}
}

enum xml_event
xml_more(struct xml *x)
{
	size_t had = x->rest.len;

	if (x->in.len == 0 && !x->last)
		return XML_NEED;
	if (had > 0)
		bytes_move(x->win.ptr, x->rest.ptr, had);
	x->win.len = had;
	take(x);
	x->rest = buf_span(&x->win);
	x->eof = x->last && x->in.len == 0;
	if (x->why != NULL)
		return XML_BAD;
	if (x->rest.len == had && !x->eof)
		return xml_stop(x, "a tag is too long");
	return XML_AGAIN;
}

/* ---- the declaration ------------------------------------------------- */

static void
blank(struct span *s)
{
	*s = span_skip(*s, scan_xml_blank(*s));
}

/* S Name S? '=' S? quoted, off the front; false: not there.  The value may
 * hold letters, digits, '.', '-' and '_' alone. */
static bool
pseudo(struct span *s, struct span name, struct span *value)
{
	struct span t = *s;
	int quote;
	size_t n;

	blank(&t);
	if (t.len == s->len || !span_starts(t, name))
		return false;
	t = span_skip(t, name.len);
	blank(&t);
	if (span_at(t, 0) != '=')
		return false;
	t = span_skip(t, 1);
	blank(&t);
	quote = span_at(t, 0);
	if (quote != '"' && quote != '\'')
		return false;
	t = span_skip(t, 1);
	n = scan_xml_name(t);
	if (span_at(t, n) != quote)
		return false;
	*value = span_head(t, n);
	*s = span_skip(t, n + 1);
	return true;
}

static enum xml_charset
charset_of(struct span name)
{
	if (span_ieq(name, SPAN("utf-8")))
		return XML_UTF8;
	if (span_ieq(name, SPAN("us-ascii")))
		return XML_ASCII;
	if (span_ieq(name, SPAN("iso-8859-1")))
		return XML_LATIN1;
	if (span_ieq(name, SPAN("windows-1252")))
		return XML_WINDOWS1252;
	return XML_UNKNOWN;
}

/* What stands between "<?xml" and "?>"; false: not as XML 1.0 2.8 has it. */
static bool
declaration(struct xml *x, struct span s)
{
	struct span version, encoding = SPAN("utf-8"), alone;
	bool ok = pseudo(&s, SPAN("version"), &version);

	if (pseudo(&s, SPAN("encoding"), &encoding))
		ok = ok && is_alpha(span_at(encoding, 0));
	if (pseudo(&s, SPAN("standalone"), &alone))
		ok = ok && (span_eq(alone, SPAN("yes")) ||
		    span_eq(alone, SPAN("no")));
	blank(&s);
	x->charset = charset_of(encoding);
	if (x->charset == XML_UNKNOWN || (x->bom && x->charset != XML_UTF8)) {
		x->charset = XML_UTF8;
		x->bad_octets = true;
		ok = false;
	}
	return ok && s.len == 0;
}

/* The encoding is known: what was read ahead is read again with it. */
static enum xml_event
begin_content(struct xml *x)
{
	ROOM(raw, LIMIT_XML_DECL + 4);
	struct buf ahead = BUF_ON(raw);
	struct span in = x->in;

	x->place = XML_IN_CONTENT;
	if (x->charset == XML_UTF8 || x->charset == XML_ASCII)
		return XML_AGAIN;
	buf_put(&ahead, x->rest);
	x->win.len = 0;
	x->in = buf_span(&ahead);
	take(x);
	x->in = in;
	x->rest = buf_span(&x->win);
	return x->why != NULL ? XML_BAD : XML_AGAIN;
}

static enum xml_event
read_declaration(struct xml *x)
{
	size_t n = span_search(x->rest, SPAN("?>"));

	if (n == x->rest.len) {
		x->charset = XML_UTF8;
		return xml_stop(x, "the XML declaration does not end");
	}
	if (!declaration(x, span_slice(x->rest, 5, n)) &&
	    !xml_off(x, "not an XML declaration, or an encoding that is "
	    "not read here"))
		return XML_BAD;
	xml_skip(x, n + 2);
	return begin_content(x);
}

/* UTF-16 and UTF-32, with their mark or without (XML 1.0 F.1). */
static bool
is_wide(struct span s)
{
	int a = span_at(s, 0), b = span_at(s, 1);

	return (a == 0xfe && b == 0xff) || (a == 0xff && b == 0xfe) ||
	    (a == 0 && b == '<') || (a == '<' && b == 0) ||
	    (a == 0 && b == 0);
}

/* Waits for LIMIT_XML_DECL octets, or all there are. */
enum xml_event
xml_begin(struct xml *x)
{
	if (x->rest.len < LIMIT_XML_DECL && !x->eof) {
		enum xml_event e;
		x->win.cap = LIMIT_XML_DECL + 4;
		e = xml_more(x);
		x->win.cap = LIMIT_XML_WINDOW;
		return e;
	}
	if (is_wide(x->rest))
		return xml_stop(x, "UTF-16 is not read here");
	if (span_starts(x->rest, SPAN("\xef\xbb\xbf"))) {
		x->bom = true;
		xml_skip(x, 3);
	}
	if (x->lenient) {
		size_t n = scan_xml_blank(x->rest);
		if (n > 0 && span_starts(span_skip(x->rest, n),
		    SPAN("<?xml"))) {
			x->malformed = true;
			xml_skip(x, n);
		}
	}
	if (span_starts(x->rest, SPAN("<?xml")) &&
	    scan_xml_name(span_skip(x->rest, 5)) == 0)
		return read_declaration(x);
	x->charset = XML_UTF8;
	return begin_content(x);
}
