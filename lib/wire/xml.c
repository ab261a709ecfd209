/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The common case: white space, "<name>text</name>", where all is ASCII and
 * in the window, is read here with three scans and a comparison; everything
 * else goes to the other files.
 */
#include "wire/xml.h"

#include <limits.h>

#include "base/ascii.h"
#include "wire/xml_inner.h"

void
xml_start(struct xml *x, bool lenient)
{
	x->name = x->ns = x->before = x->text = x->dflt = SPAN_NONE;
	x->in = x->rest = SPAN_NONE;
	x->prefixed = x->cut = x->malformed = x->bad_octets = false;
	x->last = x->eof = x->spoke = x->rooted = x->bom = false;
	x->lenient = lenient;
	x->why = NULL;
	x->repairs = 0;
	x->depth = x->n_attr = x->n_binding = 0;
	x->close_to = SIZE_MAX;
	x->charset = XML_UNKNOWN;
	x->place = XML_AT_START;
	x->at = 0;
	for (size_t i = 0; i < XML_STEPS; i++)
		x->step[i].len = x->step[i].next = x->step[i].other = 0;
	x->win = (struct buf){ x->win_room, 0, LIMIT_XML_WINDOW, false };
	x->chars = (struct buf){ x->chars_room, 0, LIMIT_XML_TEXT, false };
	x->names = (struct buf){ x->names_room, 0, LIMIT_XML_NAMES, false };
	x->uris = (struct buf){ x->uris_room, 0, LIMIT_XML_URIS, false };
}

void
xml_feed(struct xml *x, struct span window, bool last)
{
	x->in = window;
	x->last = last;
}

bool
xml_off(struct xml *x, const char *why)
{
	if (!x->lenient) {
		x->why = why;
		return false;
	}
	x->malformed = true;
	x->repairs++;
	if (x->repairs > LIMIT_XML_REPAIRS)
		x->why = "there are too many mistakes in it";
	return x->why == NULL;
}

enum xml_event
xml_stop(struct xml *x, const char *why)
{
	x->why = why;
	return XML_BAD;
}

bool
xml_name_start(int c)
{
	return is_alpha(c) || c == '_';
}

/* Nothing comes any more, and all was read. */
static enum xml_event
over(struct xml *x)
{
	if (x->depth > 0 && !xml_off(x, "the document ends too early"))
		return XML_BAD;
	if (!x->rooted)
		return xml_stop(x, "there is no element");
	x->place = XML_AT_END;
	return XML_END;
}

/* Lenient readers pass over text outside of the document. */
static enum xml_event
junk(struct xml *x)
{
	if (!xml_off(x, x->rooted ? "text behind the document" :
	    "text before the document"))
		return XML_BAD;
	xml_skip(x, span_find(x->rest, '<'));
	return XML_AGAIN;
}

/* ---- steps -------------------------------------------------------------- */

/* A document of records says the same tags with the same white space again
 * and again.  What stood before the text of an element is kept, with what
 * came behind it the last time; if that comes again, it is known by
 * comparing, and not looked at octet by octet.  A step that was forgotten
 * costs time, nothing else. */

static inline struct span
step_octets(const struct xml_step *s)
{
	return (struct span){ s->octets, s->len };
}

/* from: white space, blank octets long, and "<name>" or "</name>". */
static void

learn(struct xml *x, struct span from, size_t blank, struct span name,
    bool close)
{
	struct span all = span_head(from, blank + name.len + 2 + close);
	uint64_t key = (scan_key(name) + (name.len << 16) + (blank << 40) +
	    ((uint64_t)close << 50)) * UINT64_C(0x9e3779b97f4a7c15);
	struct xml_step *s;
	uint8_t slot;

	x->mark = NULL;
	if (all.len > XML_STEP)
		return;
	slot = (uint8_t)(key >> 56);
	s = &x->step[slot];
	if (!scan_xml_same(all, step_octets(s)) || s->len != all.len) {
		bytes_move(s->octets, all.ptr, all.len);
		s->len = (uint8_t)all.len;
		s->blank = (uint8_t)blank;
		s->name = (uint8_t)name.len;
		s->close = close;
		s->next = s->other = s->mark = 0;
	}
	if (x->step[x->at].next != slot) {
		x->step[x->at].other = x->step[x->at].next;
		x->step[x->at].next = slot;
	}
	x->at = slot;
	x->mark = &s->mark;
}

/* "<name>" is at the front: with its text and its end tag, if it has. */
static inline enum xml_event
open_tag(struct xml *x, size_t n)
{
	size_t t = 0, len = scan_xml_leaf(x->rest, n, &t);
	struct span name = span_head(scan_skip(x->rest, 1), n);

	if (len == 0 || t > LIMIT_XML_TEXT) {
		enum xml_event e = xml_push(x, name, n);
		x->rest = span_skip(x->rest, n + 2);
		return e;
	}
	x->rooted = true;
	x->name = name;
	x->ns = x->dflt;
	x->prefixed = false;
	x->before = buf_span(&x->chars);
	x->text = span_head(scan_skip(x->rest, n + 2), t);
	x->spoke = true;
	x->rest = scan_skip(x->rest, len);
	return XML_LEAF;
}

static inline struct span
top(const struct xml *x)
{
	return span_skip(buf_span(&x->names), x->name_at[x->depth - 1]);
}

static inline enum xml_event
start_tag(struct xml *x, struct span from)
{
	size_t n = scan_xml_open(x->rest);

	if (n == 0 || (x->depth == 0 && x->rooted))
		return xml_start_tag(x);
	learn(x, from, from.len - x->rest.len, span_slice(x->rest, 1, n + 1),
	    false);
	return open_tag(x, n);
}

/* </name> of the element that is open, or something else. */
static inline enum xml_event
end_tag(struct xml *x, struct span from)
{
	if (x->depth == 0 || !scan_xml_closes(x->rest, top(x)))
		return xml_end_tag(x);
	learn(x, from, from.len - x->rest.len, span_slice(x->rest, 2,
	    2 + top(x).len), true);
	x->rest = span_skip(x->rest, top(x).len + 3);
	return xml_pop(x);
}

/* from: where the white space before it begins. */
static inline enum xml_event
markup(struct xml *x, struct span from)
{
	int c = span_at(x->rest, 1);

	if (xml_name_start(c))
		return start_tag(x, from);
	if (c == '/')
		return end_tag(x, from);
	if (c == '!')
		return xml_bang(x);
	if (c == '?')
		return xml_instruction(x);
	if (c < 0 && !x->eof)
		return xml_more(x);
	return xml_broken(x, "\"<\" begins no tag");
}

/* What came here the last time comes again. */
static inline enum xml_event
known(struct xml *x, uint8_t slot)
{
	struct xml_step *s = &x->step[slot];
	struct span rest = scan_skip(x->rest, s->blank);

	x->at = slot;
	if (!s->close) {
		x->mark = &s->mark;
		x->rest = rest;
		return open_tag(x, s->name);
	}
	if (!scan_xml_closes(rest, top(x)))
		return XML_AGAIN;
	x->rest = scan_skip(rest, s->name + 3u);
	return xml_pop(x);
}

static inline enum xml_event
content(struct xml *x)
{
	struct span from = x->rest;

	if (x->chars.len == 0 && x->depth > 0) {
		enum xml_event e = XML_AGAIN;
		const struct xml_step *s = &x->step[x->at];
		if (scan_xml_same(from, step_octets(&x->step[s->next])))
			e = known(x, s->next);
		else if (scan_xml_same(from, step_octets(&x->step[s->other])))
			e = known(x, s->other);
		if (e != XML_AGAIN)
			return e;
	}
	if (x->chars.len == 0)
		x->rest = span_skip(from, scan_xml_blank(from));
	if (x->rest.len == 0)
		return x->eof ? over(x) : xml_more(x);
	if (span_at(x->rest, 0) == '<')
		return markup(x, from);
	return x->depth == 0 ? junk(x) : xml_text(x);
}

static inline enum xml_event
step(struct xml *x)
{
	switch (x->place) {
	case XML_IN_CONTENT:
		return x->depth > x->close_to ? xml_pop(x) : content(x);
	case XML_AT_START:
		return xml_begin(x);
	case XML_IN_COMMENT:
	case XML_IN_PI:
		return xml_inside(x);
	case XML_IN_CDATA:
		return x->rest.len == 0 && !x->eof ? xml_more(x) : xml_text(x);
	case XML_AT_END:
		break;
	}
	return XML_END;
}

enum xml_event
xml_next(struct xml *x)
{
	enum xml_event e;

	if (x->why != NULL)
		return XML_BAD;
	if (x->spoke) {
		if (x->chars.len > 0)
			x->chars.len = 0;
		x->cut = x->spoke = false;
	}
	do
		e = step(x);
	while (e == XML_AGAIN);
	return e;
}
