/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/html.h"

#include "base/ascii.h"

/* HTAB, LF, FF, CR, SP: 13.2.5 after 13.2.3.5 has made LF of CR */
static const struct byteset blank = { { 0x100003600, 0, 0, 0 } };
/* ... and "/", ">" */
static const struct byteset after_name = { {
	0x4000800100003600, 0, 0, 0 } };
/* ... and "=" */
static const struct byteset after_attr = { {
	0x6000800100003600, 0, 0, 0 } };
/* white space and ">" */
static const struct byteset after_bare = { {
	0x4000000100003600, 0, 0, 0 } };

static struct span
skip_blanks(struct span s)
{
	return span_skip(s, span_run_set(s, &blank));
}

static struct span
take_until(struct span *s, const struct byteset *set)
{
	size_t n = span_find_set(*s, set);
	struct span head = span_head(*s, n);

	*s = span_skip(*s, n);
	return head;
}

/* ---- attributes (13.2.5.32 to 13.2.5.39) ------------------------------ */

/* The value behind "=".  False: its quote does not end. */
static bool
take_value(struct span *s, struct span *value)
{
	int quote;
	size_t n;

	*s = skip_blanks(*s);
	quote = span_at(*s, 0);
	if (quote != '"' && quote != '\'') {
		*value = take_until(s, &after_bare);
		return true;
	}
	*s = span_skip(*s, 1);
	n = span_find(*s, (uint8_t)quote);
	*value = span_head(*s, n);
	*s = span_skip(*s, n + 1);
	return n < value->len || n == value->len;
}

/* Blanks and lone slashes before an attribute.  True: "/" stands right
 * before what follows. */
static bool
skip_between(struct span *s)
{
	bool slash = false;

	for (;;) {
		int c = span_at(*s, 0);

		if (c != '/' && (c < 0 || !byteset_has(&blank, c)))
			return slash;
		slash = c == '/';
		*s = span_skip(*s, 1);
	}
}

bool
html_attr_next(struct span *s, struct html_attr *out)
{
	size_t n;

	(void)skip_between(s);
	if (s->len == 0 || span_at(*s, 0) == '>')
		return false;
	/* 13.2.5.32: "=" may be the first of a name */
	n = 1 + span_find_set(span_skip(*s, 1), &after_attr);
	out->name = span_head(*s, n);
	out->value = SPAN("");
	*s = skip_blanks(span_skip(*s, n));
	if (span_at(*s, 0) == '=') {
		*s = span_skip(*s, 1);
		(void)take_value(s, &out->value);
	}
	return true;
}

/* The attributes of a tag, *s being behind its ">" afterwards.  False: the
 * text ends before the tag does. */
static bool
take_attrs(struct span *s, struct html_token *t)
{
	struct span begin = *s;
	struct html_attr attr;

	for (;;) {
		bool slash = skip_between(s);

		if (s->len == 0)
			return false;
		if (span_at(*s, 0) == '>') {
			t->self_closing = slash;
			t->attrs = span_head(begin, begin.len - s->len);
			*s = span_skip(*s, 1);
			return true;
		}
		(void)html_attr_next(s, &attr);
	}
}

/* ---- what begins with "<" --------------------------------------------- */

/* The "-->" or "--!>" that ends a comment (13.2.5.43 to 13.2.5.52); *len:
 * octets of it.  What follows "<!--" is s. */
static size_t
comment_end(struct span s, size_t *len)
{
	size_t at = 0;

	*len = span_starts(s, SPAN("->")) ? 2 : 1;
	if (span_starts(s, SPAN(">")) || *len == 2)
		return 0;
	for (;;) {
		struct span rest;

		at += span_search(span_skip(s, at), SPAN("--"));
		rest = span_skip(s, at + 2);
		*len = span_at(rest, 0) == '>' ? 3 : 4;
		if (at >= s.len || *len == 3 || span_starts(rest, SPAN("!>")))
			return at;
		at++;
	}
}

static void
take_to(struct html *h, struct html_token *t, enum html_kind kind, size_t n,
    size_t len)
{
	t->kind = kind;
	t->text = span_head(h->rest, n);
	h->rest = span_skip(h->rest, n + len);
}

/* Behind "<!" (13.2.5.42). */
static void
take_markup(struct html *h, struct html_token *t)
{
	size_t n, len;

	if (span_starts(h->rest, SPAN("--"))) {
		h->rest = span_skip(h->rest, 2);
		n = comment_end(h->rest, &len);
		take_to(h, t, HTML_COMMENT, n, len);
	} else if (h->foreign && span_starts(h->rest, SPAN("[CDATA["))) {
		h->rest = span_skip(h->rest, 7);
		take_to(h, t, HTML_TEXT, span_search(h->rest, SPAN("]]>")), 3);
		t->raw = true;
	} else {
		take_to(h, t, span_istarts(h->rest, SPAN("doctype")) ?
		    HTML_DOCTYPE : HTML_COMMENT, span_find(h->rest, '>'), 1);
	}
}

/* Elements whose content is text (13.2.6.2; scripting is off in mail, so
 * noscript is none of them). */
static void
enter(struct html *h, const struct html_token *t)
{
	static const struct { struct span name; bool raw, script, all; }
	list[] = {
		{ SPAN_INIT("title"), false, false, false },
		{ SPAN_INIT("textarea"), false, false, false },
		{ SPAN_INIT("style"), true, false, false },
		{ SPAN_INIT("xmp"), true, false, false },
		{ SPAN_INIT("iframe"), true, false, false },
		{ SPAN_INIT("noembed"), true, false, false },
		{ SPAN_INIT("noframes"), true, false, false },
		{ SPAN_INIT("script"), true, true, false },
		{ SPAN_INIT("plaintext"), true, false, true },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (h->foreign || !span_ieq(t->name, list[i].name))
			continue;
		h->until = list[i].name;
		h->raw = list[i].raw;
		h->script = list[i].script;
		h->to_the_end = list[i].all;
	}
}

/* A tag, its "<" or "</" taken. */
static bool
take_tag(struct html *h, struct html_token *t, enum html_kind kind)
{
	t->kind = kind;
	t->name = take_until(&h->rest, &after_name);
	if (!take_attrs(&h->rest, t))
		return false;
	if (kind == HTML_OPEN)
		enter(h, t);
	return true;
}

/* What begins with "<" at the head of the text is more than text. */
static bool
is_markup(struct span s)
{
	int c = span_at(s, 1), next = span_at(s, 2);

	return is_alpha(c) || c == '!' || c == '?' || (c == '/' && next >= 0);
}

/* False: there was nothing in it ("</>"), or the text ends in it. */
static bool
take_angle(struct html *h, struct html_token *t)
{
	int c = span_at(h->rest, 1), next = span_at(h->rest, 2);

	if (is_alpha(c)) {
		h->rest = span_skip(h->rest, 1);
		return take_tag(h, t, HTML_OPEN);
	}
	if (c == '!') {
		h->rest = span_skip(h->rest, 2);
		take_markup(h, t);
		return true;
	}
	if (c == '/' && is_alpha(next)) {
		h->rest = span_skip(h->rest, 2);
		return take_tag(h, t, HTML_CLOSE);
	}
	if (c == '/' && next == '>') {
		h->rest = span_skip(h->rest, 3);
		return false;
	}
	h->rest = span_skip(h->rest, c == '?' ? 1 : 2);
	take_to(h, t, HTML_COMMENT, span_find(h->rest, '>'), 1);
	return true;
}

/* ---- text ------------------------------------------------------------- */

/* s begins with "<" or "</" and this name, and the name ends there. */
static bool
is_tag(struct span s, struct span lead, struct span name)
{
	struct span rest = span_skip(s, lead.len);
	int c = span_at(rest, name.len);

	return span_starts(s, lead) && span_istarts(rest, name) &&
	    byteset_has(&after_name, c);
}

/* Where the script ends (13.2.5.15 to 13.2.5.31): in "<!-- <script>" an end
 * tag ends the inner one first. */
static size_t
script_end(struct span s)
{
	enum { PLAIN, ESCAPED, TWICE } state = PLAIN;
	struct span script = SPAN("script");
	size_t at = 0;

	while (at < s.len) {
		struct span rest = span_skip(s, at);
		bool close = is_tag(rest, SPAN("</"), script);

		if (close && state != TWICE)
			return at;
		if (state == PLAIN && span_starts(rest, SPAN("<!--"))) {
			state = ESCAPED;
			at += 2;
			continue;
		}
		if (state != PLAIN && span_starts(rest, SPAN("-->")))
			state = PLAIN;
		else if (close)
			state = ESCAPED;
		else if (state == ESCAPED && is_tag(rest, SPAN("<"), script))
			state = TWICE;
		at++;
	}
	return at;
}

static size_t
until_end_tag(struct span s, struct span name)
{
	size_t at = 0;

	for (;;) {
		at += span_find(span_skip(s, at), '<');
		if (at >= s.len || is_tag(span_skip(s, at), SPAN("</"), name))
			return at;
		at++;
	}
}

/* The text of an element whose content is not parsed.  False: none. */
static bool
take_until_end(struct html *h, struct html_token *t)
{
	size_t n = h->to_the_end ? h->rest.len : h->script ?
	    script_end(h->rest) : until_end_tag(h->rest, h->until);

	t->raw = h->raw;
	h->until = SPAN_NONE;
	h->script = h->to_the_end = false;
	take_to(h, t, HTML_TEXT, n, 0);
	return n > 0;
}

/* Up to the next markup. */
static size_t
text_run(struct span s)
{
	size_t at = 0;

	for (;;) {
		at += span_find(span_skip(s, at), '<');
		if (at >= s.len || is_markup(span_skip(s, at)))
			return at;
		at++;
	}
}

bool
html_next(struct html *h, struct html_token *out)
{
	while (h->rest.len > 0) {
		size_t n;

		*out = (struct html_token){ .kind = HTML_TEXT };
		if (!span_absent(h->until)) {
			if (take_until_end(h, out))
				return true;
			continue;
		}
		n = text_run(h->rest);
		if (n > 0) {
			take_to(h, out, HTML_TEXT, n, 0);
			return true;
		}
		if (take_angle(h, out))
			return true;
	}
	return false;
}
