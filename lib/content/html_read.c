/* SPDX-License-Identifier: Apache-2.0 */
#include "content/html_read.h"

#include "base/ascii.h"
#include "base/limits.h"

/* ---- attributes ------------------------------------------------------- */

static const struct {
	struct span name;
	size_t at;
} attributes[] = {
#define X(name, member) \
	{ SPAN_INIT(name), offsetof(struct html_attrs, member) },
	X("style", style) X("class", classes) X("id", id) X("href", href)
	X("xlink:href", href) X("src", src) X("action", action)
	X("formaction", formaction) X("alt", alt) X("title", title)
	X("bgcolor", bgcolor) X("background", background) X("color", color)
	X("width", width) X("height", height) X("type", type)
	X("content", content) X("http-equiv", http_equiv) X("name", name)
	X("data", data)
#undef X
};
enum { N_ATTRIBUTE = sizeof(attributes) / sizeof(attributes[0]) };

static void
read_attr(struct html_attrs *out, const struct html_attr *attr)
{
	int first = to_lower(span_at(attr->name, 0));

	out->hidden |= span_ieq(attr->name, SPAN("hidden"));
	out->open |= span_ieq(attr->name, SPAN("open"));
	out->handlers += attr->name.len > 3 &&
	    span_istarts(attr->name, SPAN("on"));
	for (size_t i = 0; i < N_ATTRIBUTE; i++) {
		struct span *member = (struct span *)(void *)
		    ((uint8_t *)out + attributes[i].at);

		/* of two with one name the first counts */
		if (span_at(attributes[i].name, 0) == first &&
		    span_absent(*member) &&
		    span_ieq(attr->name, attributes[i].name))
			*member = attr->value;
	}
}

static void
read_attrs(struct html_attrs *out, struct span attrs)
{
	struct html_attr attr;

	*out = (struct html_attrs){ .hidden = false };
	while (html_attr_next(&attrs, &attr))
		read_attr(out, &attr);
}

/* ---- who made it ------------------------------------------------------ */

/* FNV-1a, 64 bits: a name for a text, not a secret of it. */
#define PRIME UINT64_C(1099511628211)
#define BASIS UINT64_C(14695981039346656037)

static uint64_t
mix(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint64_t)to_lower(span_at(s, i))) *
		    PRIME;
	return (h ^ '/') * PRIME;
}

static void
note(uint64_t *list, size_t *n, size_t max, uint64_t value, uint64_t *sum)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == value)
			return;
	if (*n == max)
		return;
	list[(*n)++] = value;
	*sum += value;		/* of a set: in whatever order */
}

static void
fingerprint(struct html_reader *h, struct span name, struct span style)
{
	struct content_html *html = &h->r->out->html;

	if (h->elements++ < 24)
		note(h->pair, &h->n_pair, 24, mix(mix(BASIS, h->last_name),
		    name), &html->generator);
	h->last_name = name;
	if (style.len == 0 || h->styled++ >= 24)
		return;
	while (style.len > 0) {
		struct span one = span_cut(&style, ';');

		one = span_trim_fws(span_head(one, span_find(one, ':')));
		if (one.len > 0)
			note(h->style_pair, &h->n_style_pair, 48,
			    mix(BASIS, one), &html->generator_css);
	}
}

/* ---- tokens ----------------------------------------------------------- */

static void
open_element(struct html_reader *h, const struct html_token *t)
{
	struct tag_kind kind = html_tag(t->name);
	struct html_attrs attrs;

	read_attrs(&attrs, t->attrs);
	fingerprint(h, t->name, attrs.style);
	html_tree_open(h, t, kind, &attrs);
	html_links(h, kind.tag, &attrs);
	if (attrs.alt.len > 0)
		hidden_put(h->r, CONTENT_HIDDEN_ALT,
		    html_value(h, attrs.alt));
	if (attrs.title.len > 0)
		hidden_put(h->r, CONTENT_HIDDEN_TITLE,
		    html_value(h, attrs.title));
	h->lexer.foreign = html_in_foreign(h);
}

static bool
in_element(const struct html_reader *h, enum tag tag)
{
	return h->n > 0 && h->stack[h->n - 1].kind.tag == tag;
}

static void
text(struct html_reader *h, const struct html_token *t)
{
	if (in_element(h, TAG_STYLE))
		css_sheet_read(&h->sheet, t->text, h->r->arena);
	else if (!in_element(h, TAG_SCRIPT))
		html_text(h, t);
}

static void
take(struct html_reader *h, const struct html_token *t)
{
	switch (t->kind) {
	case HTML_TEXT:
		text(h, t);
		break;
	case HTML_OPEN:
		open_element(h, t);
		break;
	case HTML_CLOSE:
		html_tree_close(h, t);
		h->lexer.foreign = html_in_foreign(h);
		break;
	case HTML_COMMENT:
		hidden_put(h->r, span_istarts(t->text, SPAN("[if")) ?
		    CONTENT_HIDDEN_CONDITIONAL : CONTENT_HIDDEN_COMMENT,
		    t->text);
		break;
	case HTML_DOCTYPE:
		break;
	}
}

/* The memory is that of the part before, and so is the work that was done:
 * a message of 200 parts costs no more than one. */
static struct html_reader *
reader_of(struct reading *r)
{
	struct html_reader *h = r->html, fresh = { .r = r };

	if (h == NULL) {
		h = r->html = arena_alloc(r->arena, sizeof(*h));
		fresh.anchor_text = arena_buf(r->arena,
		    4 * LIMIT_CONTENT_ANCHOR);
		fresh.stack = arena_array(r->arena, LIMIT_CONTENT_DEPTH,
		    sizeof(*h->stack));
	} else {
		fresh.anchor_text = h->anchor_text;
		fresh.stack = h->stack;
		fresh.sheet = h->sheet;
		fresh.sheet.n = 0;
		fresh.sheet.over = h->sheet.work > LIMIT_CONTENT_WORK;
		/* the first part shows who made them */
		fresh.elements = fresh.styled = 24;
	}
	if (r->arena->failed)
		return NULL;
	*h = fresh;
	return h;
}

void
html_read(struct reading *r, unsigned part, struct span s, bool shown)
{
	struct html_reader *h = reader_of(r);
	struct html_token t;

	if (h == NULL)
		return;
	h->part = part;
	h->shown = shown;
	h->lexer.rest = s;
	r->out->html.present = true;
	while (!r->arena->failed && html_next(&h->lexer, &t))
		take(h, &t);
	html_text_end(h);
}
