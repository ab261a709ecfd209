/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of any kind, with attributes, prefixes, blanks, and tags that are
 * none (XML 1.0 3.1, Namespaces in XML 1.0). */
#include "base/ascii.h"
#include "wire/xml_inner.h"

/* ---- open elements --------------------------------------------------- */

enum xml_event
xml_push(struct xml *x, struct span qname, size_t colon)
{
	if (x->depth == LIMIT_XML_DEPTH)
		return xml_stop(x, "elements are nested too deep");
	if (qname.len > x->names.cap - x->names.len)
		return xml_stop(x, "the names of elements are too long");
	x->name_at[x->depth] = x->names.len;
	x->colon_at[x->depth] = colon;
	scan_put(&x->names, qname);
	x->depth++;
	x->rooted = true;
	x->prefixed = colon < qname.len;
	if (!x->prefixed) {
		x->name = qname;
		x->ns = x->dflt;
	} else {
		x->name = span_skip(qname, colon + 1);
	}
	x->before = buf_span(&x->chars);
	x->text = SPAN_NONE;
	x->spoke = true;
	return XML_OPEN;
}

static struct span
top(const struct xml *x)
{
	return span_skip(buf_span(&x->names), x->name_at[x->depth - 1]);
}

enum xml_event
xml_pop(struct xml *x)
{
	struct span qname = top(x);
	size_t colon = x->colon_at[x->depth - 1];

	x->prefixed = colon < qname.len;
	x->name = span_skip(qname, x->prefixed ? colon + 1 : 0);
	x->ns = x->prefixed ? SPAN_NONE : x->dflt;
	x->before = SPAN_NONE;
	x->text = buf_span(&x->chars);
	x->spoke = true;
	x->depth--;
	x->names.len = x->name_at[x->depth];
	if (x->n_binding > 0)
		xml_unbind(x, x->depth);
	if (x->depth <= x->close_to)
		x->close_to = SIZE_MAX;
	return XML_CLOSE;
}

/* ---- where a tag ends ------------------------------------------------ */

/* Its length from "<" to ">"; 0: it does not end in what is here, or within
 * LIMIT_XML_TAG, or a "<" comes first (*broken). */
static size_t
tag_length(struct span s, bool *broken)
{
	static const struct byteset marks = { { UINT64_C(1) << '<' |
	    UINT64_C(1) << '>' | UINT64_C(1) << '"' | UINT64_C(1) << '\'',
	    0, 0, 0 } };
	struct span left;
	int quote = 0;

	s = span_head(s, LIMIT_XML_TAG);
	left = span_skip(s, 1);
	*broken = false;
	for (;;) {
		int c;
		left = span_skip(left, span_find_set(left, &marks));
		c = span_at(left, 0);
		if (c < 0)
			return 0;
		if (c == '<') {
			*broken = true;
			return 0;
		}
		left = span_skip(left, 1);
		if (c == '>' && quote == 0)
			return s.len - left.len;
		if (c == quote)
			quote = 0;
		else if (quote == 0 && c != '>')
			quote = c;
	}
}

/* Because it is not all here, too long, or cut by another "<". */
static enum xml_event
no_end(struct xml *x, bool broken)
{
	if (!broken && x->rest.len >= LIMIT_XML_TAG)
		return xml_stop(x, "a tag is too long");
	if (broken || x->eof)
		return xml_broken(x, "a tag does not end");
	return xml_more(x);
}

/* Takes what looks like a tag off the text: to ">", or to the next "<"; if
 * no name is in it, "<" alone, which stands for itself. */
enum xml_event
xml_broken(struct xml *x, const char *why)
{
	struct span s = span_slice(x->rest, 1, LIMIT_XML_TAG);
	size_t open = span_find(s, '<');
	size_t close = span_find(span_head(s, open), '>');
	int c = span_at(s, 0);

	if (x->lenient && open == s.len && close == open && !x->eof &&
	    x->rest.len < LIMIT_XML_TAG)
		return xml_more(x);
	if (!xml_off(x, why))
		return XML_BAD;
	if (!xml_name_start(c) && c != '/' && c != '!' && c != '?') {
		if (x->depth > 0)
			xml_keep(x, SPAN("<"));
		xml_skip(x, 1);
		return XML_AGAIN;
	}
	xml_skip(x, 1 + (close < open ? close + 1 : open));
	return XML_AGAIN;
}

/* ---- attributes ------------------------------------------------------ */

/* A name with at most one colon (Namespaces 4); 0: none. */
static size_t
qname_length(struct span s, size_t *colon)
{
	size_t n;

	if (!xml_name_start(span_at(s, 0)))
		return 0;
	n = *colon = scan_xml_name(s);
	if (span_at(s, n) != ':')
		return n;
	s = span_skip(s, n + 1);
	return xml_name_start(span_at(s, 0)) ?
	    n + 1 + scan_xml_name(s) : 0;
}

/* XML 1.0 3.1: no "<" (tag_length saw to it), no reference that is none. */
static const char *
bad_value(const struct xml *x, struct span value)
{
	if (xml_chars(x, value) < value.len)
		return "an octet that is no character";
	while (span_has(value, '&')) {
		struct span s;
		size_t n;
		value = span_skip(value, span_find(value, '&'));
		s = span_head(value, LIMIT_XML_REFERENCE);
		n = span_find(s, ';');
		if (n == s.len || xml_reference(span_head(s, n + 1)) == 0)
			return "\"&\" begins no reference that is known";
		value = span_skip(value, n);
	}
	return NULL;
}

static const char *
attribute(struct xml *x, struct span *s)
{
	struct xml_attr a;
	size_t n = qname_length(*s, &a.colon);
	int quote;

	a.name = span_head(*s, n);
	*s = span_skip(*s, n);
	*s = span_skip(*s, scan_xml_blank(*s));
	if (n == 0 || span_at(*s, 0) != '=')
		return "an attribute is not as it must be";
	*s = span_skip(*s, 1);
	*s = span_skip(*s, scan_xml_blank(*s));
	quote = span_at(*s, 0);
	if (quote != '"' && quote != '\'')
		return "an attribute has no quotes";
	*s = span_skip(*s, 1);
	a.value = span_head(*s, span_find(*s, (uint8_t)quote));
	if (a.value.len == s->len)
		return "an attribute does not end";
	*s = span_skip(*s, a.value.len + 1);
	for (size_t i = 0; i < x->n_attr; i++)
		if (span_eq(x->attr[i].name, a.name))
			return "an attribute stands twice";
	if (x->n_attr == LIMIT_XML_ATTRS)
		return "too many attributes";
	x->attr[x->n_attr++] = a;
	return bad_value(x, a.value);
}

static const char *
attributes(struct xml *x, struct span s)
{
	x->n_attr = 0;
	while (s.len > 0) {
		size_t n = scan_xml_blank(s);
		const char *why;
		if (n == 0)
			return "no space before an attribute";
		s = span_skip(s, n);
		if (s.len == 0)
			break;
		why = attribute(x, &s);
		if (why != NULL)
			return why;
	}
	return NULL;
}

/* ---- tags ------------------------------------------------------------ */

/* s: between the name and ">" or "/>". */
static enum xml_event
open_element(struct xml *x, struct span qname, size_t colon, struct span s,
    bool empty)
{
	const char *why = attributes(x, s);
	enum xml_event e;

	if (why != NULL) {
		x->n_attr = 0;
		if (!xml_off(x, why))
			return XML_BAD;
	}
	x->ns = SPAN_NONE;
	why = xml_bind(x, qname, colon);
	if (why != NULL && !xml_off(x, why))
		return XML_BAD;
	if (x->why != NULL)
		return XML_BAD;
	e = xml_push(x, qname, colon);
	if (e != XML_OPEN || !empty)
		return e;
	x->depth--;
	x->names.len = x->name_at[x->depth];
	xml_unbind(x, x->depth);
	x->text = SPAN("");
	return XML_LEAF;
}

enum xml_event
xml_start_tag(struct xml *x)
{
	bool broken, empty;
	size_t len = tag_length(x->rest, &broken), colon, n;
	struct span inner, qname;
	enum xml_event e;

	x->mark = NULL;
	if (len == 0)
		return no_end(x, broken);
	inner = span_slice(x->rest, 1, len - 1);
	empty = span_ends(inner, SPAN("/"));
	if (empty)
		inner = span_head(inner, inner.len - 1);
	n = qname_length(inner, &colon);
	if (n == 0 || (n < inner.len &&
	    scan_xml_blank(span_skip(inner, n)) == 0))
		return xml_broken(x, "the name of an element is none");
	if (x->depth == 0 && x->rooted &&
	    !xml_off(x, "an element behind the document"))
		return XML_BAD;
	qname = span_head(inner, n);
	e = open_element(x, qname, colon, span_skip(inner, n), empty);
	xml_skip(x, len);
	return e;
}

/* Lenient: how deep the innermost element of that name stands, or none. */
static size_t
find_open(const struct xml *x, struct span qname)
{
	size_t end = x->names.len;

	for (size_t d = x->depth; d > 0; d--) {
		struct span s = span_slice(buf_span(&x->names),
		    x->name_at[d - 1], end);
		if (span_eq(s, qname))
			return d - 1;
		end = x->name_at[d - 1];
	}
	return SIZE_MAX;
}

/* XML 1.0 3.1, ETag. */
enum xml_event
xml_end_tag(struct xml *x)
{
	bool broken;
	size_t len = tag_length(x->rest, &broken), colon, n;
	struct span inner, qname;

	if (len == 0)
		return no_end(x, broken);
	inner = span_slice(x->rest, 2, len - 1);
	n = qname_length(inner, &colon);
	qname = span_head(inner, n);
	inner = span_skip(inner, n);
	if (n == 0 || scan_xml_blank(inner) < inner.len)
		return xml_broken(x, "an end tag is not as it must be");
	xml_skip(x, len);
	if (x->depth > 0 && span_eq(qname, top(x)))
		return xml_pop(x);
	if (!xml_off(x, "an end tag of another element"))
		return XML_BAD;
	x->close_to = find_open(x, qname);
	return XML_AGAIN;
}
