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
	x->depth = x->n_attr = x->n_binding = 0;
	x->close_to = SIZE_MAX;
	x->charset = XML_UNKNOWN;
	x->place = XML_AT_START;
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
	if (x->lenient)
		x->malformed = true;
	else
		x->why = why;
	return x->lenient;
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

/* <name>text</name>, or at least <name>. */
static inline enum xml_event
start_tag(struct xml *x)
{
	struct span at = span_skip(x->rest, 1);
	size_t n = scan_xml_name(at), t;
	struct span name = span_head(at, n), after;

	if (span_at(at, n) != '>' || (x->depth == 0 && x->rooted))
		return xml_start_tag(x);
	after = span_skip(at, n + 1);
	t = scan_xml_plain(after);
	if (t > LIMIT_XML_TEXT ||
	    !scan_xml_closes(span_skip(after, t), name)) {
		enum xml_event e = xml_push(x, name);
		xml_skip(x, n + 2);
		return e;
	}
	x->rooted = true;
	x->name = name;
	x->ns = x->dflt;
	x->prefixed = false;
	x->before = buf_span(&x->chars);
	x->text = span_head(after, t);
	x->spoke = true;
	xml_skip(x, 2 * n + t + 5);
	return XML_LEAF;
}

/* </name> of the element that is open, or something else. */
static inline enum xml_event
end_tag(struct xml *x)
{
	struct span top;

	if (x->depth == 0)
		return xml_end_tag(x);
	top = span_skip(buf_span(&x->names), x->name_at[x->depth - 1]);
	if (!scan_xml_closes(x->rest, top))
		return xml_end_tag(x);
	xml_skip(x, top.len + 3);
	return xml_pop(x);
}

static inline enum xml_event
markup(struct xml *x)
{
	int c = span_at(x->rest, 1);

	if (xml_name_start(c))
		return start_tag(x);
	if (c == '/')
		return end_tag(x);
	if (c == '!')
		return xml_bang(x);
	if (c == '?')
		return xml_instruction(x);
	if (c < 0 && !x->eof)
		return xml_more(x);
	return xml_broken(x, "\"<\" begins no tag");
}

static inline enum xml_event
content(struct xml *x)
{
	if (x->chars.len == 0)
		xml_skip(x, scan_xml_blank(x->rest));
	if (x->rest.len == 0)
		return x->eof ? over(x) : xml_more(x);
	if (span_at(x->rest, 0) == '<')
		return markup(x);
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
		x->chars.len = 0;
		x->cut = x->spoke = false;
	}
	do
		e = step(x);
	while (e == XML_AGAIN);
	return e;
}
