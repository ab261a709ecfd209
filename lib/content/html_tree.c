/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_tree.c - which elements are open (WHATWG HTML 13.2.6), as far as that
 * decides what is seen: end tags that are implied, formatting that goes on
 * behind its paragraph, cells that keep what is in them, SVG and MathML.
 */
#include "content/html_read.h"

#include "base/limits.h"

bool
html_in_foreign(const struct html_reader *h)
{
	bool svg = false;

	for (size_t i = h->foreign == 0 ? 0 : h->n; i > 0 && !svg; i--) {
		if (h->stack[i - 1].kind.tag == TAG_INTEGRATION)
			return false;
		svg = h->stack[i - 1].kind.tag == TAG_SVG;
	}
	return svg;
}

static const struct css_look *
look_at(struct html_reader *h, size_t n)
{
	static const struct css_look start = { .font = 1600,
		.back = 0xffffff };

	return n == 0 ? &start : &h->stack[n - 1].look;
}

const struct css_look *
html_look(struct html_reader *h)
{
	return look_at(h, h->n);
}

/* Works out the looks of the elements from i on. */
static void
look_again(struct html_reader *h, size_t i)
{
	for (; i < h->n; i++) {
		struct html_element *e = &h->stack[i];

		e->look = *look_at(h, i);
		e->look.hides |= e->hides;
		css_look_in(&e->look, &e->css);
		e->sees.up = i == 0 ? NULL : &h->stack[i - 1].sees;
	}
}

static void
count(struct html_reader *h, const struct html_element *e, unsigned by)
{
	if (e->kind.tag == TAG_SVG)
		h->foreign += by;
	if (e->kind.tag == TAG_BLOCKQUOTE)
		h->quotes += by;
	if (e->kind.tag == TAG_PRE)
		h->pre += by;
}

/* Element i ends, and with it those inside; with keep formatting goes on. */
static void
end_element(struct html_reader *h, size_t i, bool keep)
{
	size_t to = i;

	if ((h->stack[i].kind.flags & TAG_SCOPE) != 0)
		keep = false;
	for (size_t k = i; k < h->n; k++) {
		struct html_element *e = &h->stack[k];

		if (k > i && keep && (e->kind.flags & TAG_FORMAT) != 0) {
			h->stack[to++] = *e;
			continue;
		}
		count(h, e, (unsigned)-1);
		if (e->kind.tag == TAG_A)
			html_anchor_end(h);
		if ((e->kind.flags & TAG_BLOCK) != 0)
			html_break(h);
	}
	h->n = to;
	look_again(h, i);
}

/* Formatting ends alone: what began in it goes on (13.2.6.4.7, the adoption
 * agency). */
static void
end_format(struct html_reader *h, size_t i)
{
	if (h->stack[i].kind.tag == TAG_A)
		html_anchor_end(h);
	for (size_t k = i + 1; k < h->n; k++)
		h->stack[k - 1] = h->stack[k];
	h->n--;
	look_again(h, i);
}

/* The innermost open element of this tag, outside of which it does not look
 * behind an element with stop; h->n: none. */
static size_t
find_open(const struct html_reader *h, enum tag tag, unsigned stop)
{
	for (size_t i = h->n; i > 0; i--) {
		const struct html_element *e = &h->stack[i - 1];

		if (e->kind.tag == tag)
			return i - 1;
		if ((e->kind.flags & stop) != 0)
			break;
	}
	return h->n;
}

static void
end_open(struct html_reader *h, enum tag tag, unsigned stop)
{
	size_t i = find_open(h, tag, stop);

	if (i == h->n)
		return;
	if (tag == TAG_A)
		end_format(h, i);
	else
		end_element(h, i, true);
}

/* What ends because kind begins. */
static void
end_implied(struct html_reader *h, struct tag_kind kind)
{
	if ((kind.flags & TAG_ENDS_P) != 0)
		end_open(h, TAG_P, TAG_SCOPE);
	if (kind.tag == TAG_LI || kind.tag == TAG_DD)
		end_open(h, kind.tag, TAG_SCOPE | TAG_LIST);
	if (kind.tag == TAG_OPTION)
		end_open(h, TAG_OPTION, ~0u);
	if (kind.tag == TAG_A)
		end_open(h, TAG_A, TAG_SCOPE);
	if (kind.tag == TAG_TD || kind.tag == TAG_TR) {
		size_t cell = find_open(h, TAG_TD, 0);
		size_t table = find_open(h, TAG_TABLE, 0);

		/* a cell of this table, not of one around */
		if (cell < h->n && (table == h->n || cell > table))
			end_element(h, cell, false);
	}
	if (kind.tag == TAG_TR)
		end_open(h, TAG_TR, TAG_SCOPE);
}

/* HTML in SVG or MathML: these end (13.2.6.5). */
static void
end_foreign(struct html_reader *h)
{
	while (html_in_foreign(h))
		end_element(h, find_open(h, TAG_SVG, 0), false);
}

static unsigned
hides_itself(struct tag_kind kind, const struct html_attrs *attrs)
{
	unsigned hides = 0;

	if (kind.tag == TAG_TITLE)
		hides |= 1u << CONTENT_HIDDEN_TITLE;
	else if ((kind.flags & TAG_UNSEEN) != 0 ||
	    (kind.tag == TAG_DIALOG && !attrs->open))
		hides |= 1u << CONTENT_HIDDEN_NOT_RENDERED;
	if (attrs->hidden)
		hides |= 1u << CONTENT_HIDDEN_ATTRIBUTE;
	return hides;
}

/* The attributes that are styles (15.3.9 and others). */
static void
presentation(struct html_reader *h, struct css *css, struct tag_kind kind,
    const struct html_attrs *a)
{
	if (a->bgcolor.len > 0)
		css_set(css, CSS_BACKGROUND,
		    css_colour(html_value(h, a->bgcolor)));
	if (a->background.len > 0)
		css_set(css, CSS_BACKGROUND, CSS_UNKNOWN);
	if (kind.tag == TAG_FONT && a->color.len > 0)
		css_set(css, CSS_COLOR, css_colour(html_value(h, a->color)));
}

static void
push(struct html_reader *h, const struct html_token *t,
    struct tag_kind kind, const struct html_attrs *attrs)
{
	struct html_element *e;
	struct css inl = { .has = 0 };

	if (h->n == LIMIT_CONTENT_DEPTH) {
		h->r->out->stopped |= CONTENT_STOP_DEPTH;
		return;
	}
	e = &h->stack[h->n++];
	*e = (struct html_element){ .name = t->name, .kind = kind,
	    .hides = hides_itself(kind, attrs) };
	e->sees = (struct css_element){ .name = t->name, .id = attrs->id,
	    .classes = attrs->classes,
	    .up = h->n == 1 ? NULL : &h->stack[h->n - 2].sees };
	presentation(h, &e->css, kind, attrs);
	css_sheet_apply(&h->sheet, &e->sees, &e->css);
	if (h->sheet.over)
		h->r->out->stopped |= CONTENT_STOP_DEPTH;
	if (attrs->style.len > 0) {
		css_read(&inl, html_value(h, attrs->style));
		css_merge(&e->css, &inl);
	}
	count(h, e, 1);
	look_again(h, h->n - 1);
}

void
html_tree_open(struct html_reader *h, const struct html_token *t,
    struct tag_kind kind, const struct html_attrs *attrs)
{
	if ((kind.flags & TAG_BREAKS) != 0)
		end_foreign(h);
	end_implied(h, kind);
	if ((kind.flags & TAG_BLOCK) != 0 || kind.tag == TAG_BR)
		html_break(h);
	if ((kind.flags & TAG_VOID) != 0 ||
	    (html_in_foreign(h) && t->self_closing))
		return;
	push(h, t, kind, attrs);
}

void
html_tree_close(struct html_reader *h, const struct html_token *t)
{
	struct tag_kind kind = html_tag(t->name);
	bool cell = kind.tag == TAG_TD || kind.tag == TAG_TR ||
	    kind.tag == TAG_TABLE || kind.tag == TAG_BODY;

	/* 13.2.6.4.7: "</br>" is a break, "</p>" alone an empty paragraph */
	if (kind.tag == TAG_BR || kind.tag == TAG_P)
		html_break(h);
	/* what comes behind "</body>" is still in it */
	if (kind.tag == TAG_BODY || span_ieq(t->name, SPAN("html")))
		return;
	for (size_t i = h->n; i > 0; i--) {
		const struct html_element *e = &h->stack[i - 1];

		if (e->kind.tag == kind.tag && span_ieq(e->name, t->name)) {
			if ((kind.flags & TAG_FORMAT) != 0)
				end_format(h, i - 1);
			else
				end_element(h, i - 1, true);
			return;
		}
		if ((e->kind.flags & TAG_SCOPE) != 0 && (!cell ||
		    e->kind.tag == TAG_TABLE))
			return;
	}
}
