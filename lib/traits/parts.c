/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts.c - a quick look at the body: which parts there are, and the text of
 * them.  Flat: a line that is a boundary of any multipart begins a part.
 * Where it matters what a reader sees, lib/content/ walks the body with care.
 */
#include "traits/inner.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/base64.h"
#include "wire/mime.h"
#include "wire/qp.h"

struct walk {
	struct parts *out;
	struct arena *a;
	struct span boundary[LIMIT_MIME_DEPTH];
	size_t n;
};

static struct span
line_of(struct span *rest)
{
	struct span line = span_cut(rest, '\n');

	return span_at(line, line.len - 1) == '\r' ?
	    span_head(line, line.len - 1) : line;
}

static void
set_type(struct walk *w, struct part *p, struct span value)
{
	struct mime_type type;

	mime_type_read(&type, value, w->a);
	p->type = type.type;
	p->charset = mime_param(value, SPAN("charset"), w->a);
	if (type.multipart && type.boundary.len > 0 &&
	    w->n < LIMIT_MIME_DEPTH)
		w->boundary[w->n++] = type.boundary;
	if (span_absent(p->name))
		p->name = mime_param(value, SPAN("name"), w->a);
}

/* One field of a part's header, with the lines that continue it. */
static void
part_field(struct walk *w, struct part *p, struct span field)
{
	struct span value = field;
	struct span name = span_trim_wsp(span_cut(&value, ':'));

	value = span_head(value, LIMIT_PART_HEADER);
	if (span_ieq(name, SPAN("Content-Type"))) {
		set_type(w, p, value);
	} else if (span_ieq(name, SPAN("Content-Transfer-Encoding"))) {
		p->cte = span_trim_fws(value);
	} else if (span_ieq(name, SPAN("Content-Disposition"))) {
		struct span file = mime_param(value, SPAN("filename"), w->a);

		if (file.len > 0)
			p->name = file;
	}
}

static void
part_header(struct walk *w, struct part *p, struct span *rest)
{
	while (rest->len > 0) {
		struct span start = *rest, field = line_of(rest);

		if (field.len == 0)
			return;
		while (is_wsp(span_at(*rest, 0))) {
			(void)line_of(rest);
			field = span_head(start, start.len - rest->len);
		}
		part_field(w, p, field);
	}
}

/* "--" and a boundary that was named before, and perhaps "--". */
static bool
is_boundary(const struct walk *w, struct span line, bool *last)
{
	struct span s = span_trim_wsp(line);

	if (!span_starts(s, SPAN("--")))
		return false;
	s = span_skip(s, 2);
	for (size_t i = w->n; i > 0; i--) {
		struct span b = w->boundary[i - 1];

		*last = s.len == b.len + 2 && span_ends(s, SPAN("--"));
		if (span_starts(s, b) && (s.len == b.len || *last))
			return true;
	}
	return false;
}

/* Octets of the body that begins here. */
static size_t
part_body(const struct walk *w, struct span rest, bool *last)
{
	struct span start = rest;

	while (rest.len > 0) {
		struct span at = rest, line = line_of(&rest);

		if (is_boundary(w, line, last))
			return start.len - at.len;
	}
	return start.len;
}

void
quick_parts(struct parts *out, struct reading *r)
{
	struct walk w = { .out = out, .a = r->a };
	struct span rest = span_head(r->in->body, LIMIT_TRAIT_BODY);
	struct part *p = &out->part[0];
	bool last = false;
	size_t n;

	out->n = 1;
	*p = (struct part){ .type = SPAN("text/plain"),
	    .cte = header_text(r, K_CTE) };
	if (r->count[K_CONTENT_TYPE] > 0)
		set_type(&w, p, header_raw(r, K_CONTENT_TYPE));
	for (;;) {
		n = part_body(&w, rest, &last);
		p->body = span_head(rest, n);
		rest = span_skip(rest, n);
		(void)line_of(&rest);
		if (rest.len == 0 || out->n == PARTS)
			return;
		if (last) {	/* behind the last part: nobody's */
			n = part_body(&w, rest, &last);
			rest = span_skip(rest, n);
			(void)line_of(&rest);
			if (rest.len == 0)
				return;
		}
		p = &out->part[out->n++];
		*p = (struct part){ .type = SPAN("text/plain") };
		part_header(&w, p, &rest);
	}
}

struct span
quick_text(const struct part *p, struct arena *a, size_t max)
{
	struct span body = span_head(p->body, max);
	struct buf b;

	if (span_ieq(p->cte, SPAN("quoted-printable"))) {
		b = arena_buf(a, body.len);
		(void)qp_decode(&b, body);
		return arena_done(a, &b);
	}
	if (span_ieq(p->cte, SPAN("base64"))) {
		b = arena_buf(a, base64_room(body.len));
		(void)base64_decode(&b, body, true);
		return arena_done(a, &b);
	}
	return body;
}

/* ---- HTML ---------------------------------------------------------------- */

/* What the text of an element of this name is: no text at all, or one that
 * ends a line. */
static bool
is_name(struct span tag, struct span name)
{
	if (span_at(tag, 0) == '/')
		tag = span_skip(tag, 1);
	return span_istarts(tag, name) && !is_alnum(span_at(tag, name.len));
}

static bool
ends_line(struct span tag)
{
	return is_name(tag, SPAN("br")) || is_name(tag, SPAN("p")) ||
	    is_name(tag, SPAN("div")) || is_name(tag, SPAN("tr")) ||
	    is_name(tag, SPAN("li"));
}

/* Up to the end of an element whose text is none. */
static struct span
skip_element(struct span rest, struct span name)
{
	while (rest.len > 0) {
		(void)span_cut(&rest, '<');
		if (span_at(rest, 0) == '/' && is_name(rest, name))
			break;
	}
	return rest;
}

static struct span
behind_tag(struct span rest, struct buf *b)
{
	static const struct span silent[] = { SPAN_INIT("style"),
	    SPAN_INIT("script"), SPAN_INIT("head"), SPAN_INIT("title") };

	if (ends_line(rest))
		buf_byte(b, '\n');
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if (span_at(rest, 0) != '/' && is_name(rest, silent[i])) {
			rest = skip_element(rest, silent[i]);
			break;
		}
	(void)span_cut(&rest, '>');
	return rest;
}

struct span
quick_tags_off(struct span html, struct arena *a)
{
	struct buf b = arena_buf(a, html.len);

	while (html.len > 0) {
		struct span text = span_cut(&html, '<');

		/* line ends of the source are spaces */
		for (size_t i = 0; i < text.len; i++)
			buf_byte(&b, (uint8_t)(is_fws(span_at(text, i)) ? ' ' :
			    span_at(text, i)));
		if (html.len > 0)
			html = behind_tag(html, &b);
	}
	return arena_done(a, &b);
}
