/* SPDX-License-Identifier: Apache-2.0 */
/* Comments, instructions, CDATA sections; no DTD (XML 1.0 2.5-2.8). */
#include "wire/xml_inner.h"

/* A prefix of word is all there is, and more may come. */
static bool
may_become(const struct xml *x, struct span word)
{
	return !x->eof && x->rest.len < word.len &&
	    span_starts(word, x->rest);
}

enum xml_event
xml_bang(struct xml *x)
{
	struct span comment = SPAN("<!--"), cdata = SPAN("<![CDATA["),
	    doctype = SPAN("<!DOCTYPE");

	if (span_starts(x->rest, comment)) {
		x->place = XML_IN_COMMENT;
		xml_skip(x, comment.len);
		return XML_AGAIN;
	}
	if (span_starts(x->rest, cdata) && x->depth > 0) {
		x->place = XML_IN_CDATA;
		xml_skip(x, cdata.len);
		return XML_AGAIN;
	}
	if (span_starts(x->rest, doctype))
		return xml_stop(x, "a DTD is refused");
	if (may_become(x, comment) || may_become(x, cdata) ||
	    may_become(x, doctype))
		return xml_more(x);
	return xml_broken(x, "\"<!\" begins nothing that may stand here");
}

enum xml_event
xml_instruction(struct xml *x)
{
	struct span s = span_skip(x->rest, 2);
	size_t n = scan_xml_name(s);
	struct span target = span_head(s, n);

	if (n > LIMIT_XML_TAG)
		return xml_stop(x, "an instruction is too long");
	if (n + 2 > s.len && !x->eof)
		return xml_more(x);
	s = span_skip(s, n);
	if (!xml_name_start(span_at(target, 0)) ||
	    (scan_xml_blank(s) == 0 && !span_starts(s, SPAN("?>"))))
		return xml_broken(x, "an instruction is not as it must be");
	if (span_ieq(target, SPAN("xml")) &&
	    !xml_off(x, "an XML declaration that is not at the start"))
		return XML_BAD;
	x->place = XML_IN_PI;
	xml_skip(x, n + 2);
	return XML_AGAIN;
}

/* Passes n octets, all of them but the last n - sure characters. */
static enum xml_event
pass(struct xml *x, size_t n, bool more)
{
	struct span s = span_head(x->rest, n);
	size_t good = xml_chars(x, s);

	if (good < n && more && n - good < 4 && !x->eof) {
		xml_skip(x, good);
		return xml_more(x);
	}
	if (good < n) {
		x->bad_octets = x->lenient;
		if (!xml_off(x, "an octet that is no character"))
			return XML_BAD;
	}
	xml_skip(x, n);
	return XML_AGAIN;
}

/* The inside of a comment or an instruction, up to "--" or "?>". */
enum xml_event
xml_inside(struct xml *x)
{
	bool comment = x->place == XML_IN_COMMENT;
	size_t n = span_find(x->rest, comment ? '-' : '?');
	struct span end = comment ? SPAN("--") : SPAN("?>"), s;

	if (x->rest.len == 0 && !x->eof)
		return xml_more(x);
	if (x->rest.len == 0) {
		x->place = XML_IN_CONTENT;
		return xml_off(x, "a comment or an instruction does not end") ?
		    XML_AGAIN : XML_BAD;
	}
	if (n > 0)
		return pass(x, n, n == x->rest.len);
	s = x->rest;
	if (s.len < 3 && !x->eof)
		return xml_more(x);
	if (!span_starts(s, end) ||
	    (comment && span_at(s, 2) != '>' && x->lenient)) {
		x->malformed = x->malformed || span_starts(s, end);
		xml_skip(x, 1);
		return XML_AGAIN;
	}
	if (comment && span_at(s, 2) != '>')
		return xml_stop(x, "\"--\" in a comment");
	x->place = XML_IN_CONTENT;
	xml_skip(x, comment ? 3 : 2);
	return XML_AGAIN;
}
