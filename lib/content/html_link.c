/* SPDX-License-Identifier: Apache-2.0 */
/* html_link.c - what in HTML goes elsewhere: anchors, forms, images, pages
 * in the page, programs. */
#include "content/html_read.h"

#include "base/ascii.h"
#include "base/limits.h"

struct span
html_value(struct html_reader *h, struct span raw)
{
	struct buf b;

	if (!span_has(raw, '&') && !span_has(raw, 0))
		return raw;
	b = arena_buf(h->r->arena, raw.len * HTML_GROWTH);
	html_unescape(&b, raw, true);
	return arena_done(h->r->arena, &b);
}

static bool
is_value(struct html_reader *h, struct span raw, struct span want)
{
	return span_ieq(span_trim_fws(html_value(h, raw)), want);
}

/* 0 or 1, with or without a unit. */
static bool
is_dot(struct span s)
{
	int32_t n = css_length(span_trim_fws(s));

	return !span_absent(s) && n >= 0 && n <= 100;
}

static struct content_link *
add(struct html_reader *h, enum content_link_kind kind, struct span raw)
{
	struct content_html *html = &h->r->out->html;
	struct arena_mark m = arena_mark(h->r->arena);
	struct content_link *link;
	struct url url;

	if (raw.len == 0 || !url_read(&url, html_value(h, raw),
	    h->has_base ? &h->base : NULL, h->r->arena)) {
		arena_back(h->r->arena, m);
		return NULL;
	}
	html->data_urls += url.scheme == URL_DATA;
	/* what is in the message itself is no link; images may not crowd out
	 * what a person clicks on */
	if (url.scheme == URL_CID || (kind >= CONTENT_LINK_IMAGE &&
	    (url.scheme == URL_DATA ||
	    h->r->out->n_link >= LIMIT_CONTENT_LINKS / 2))) {
		arena_back(h->r->arena, m);
		return NULL;
	}
	link = content_add_link(h->r);
	if (link != NULL)
		*link = (struct content_link){ .kind = kind,
		    .part = h->part, .url = url };
	return link;
}

/* The text of an anchor is collected from here on. */
static void
anchor(struct html_reader *h, const struct html_attrs *a)
{
	enum content_hidden_kind kind;
	struct content_link *link = add(h, CONTENT_LINK_ANCHOR, a->href);

	h->anchor = link == NULL ? 0 : h->r->out->n_link;
	h->anchor_text.len = 0;
	h->anchor_text.full = false;
	h->anchor_hides = link != NULL && css_hidden(html_look(h), &kind);
}

static void
image(struct html_reader *h, const struct html_attrs *a)
{
	struct content_html *html = &h->r->out->html;
	struct css css = { .has = 0 };
	struct css_look look = *html_look(h);
	enum content_hidden_kind kind;
	bool unseen = is_dot(a->width) || is_dot(a->height);

	css_read(&css, html_value(h, a->style));
	if ((css.has >> CSS_WIDTH & 1) != 0)
		unseen |= css.value[CSS_WIDTH] >= 0 &&
		    css.value[CSS_WIDTH] <= 100;
	css.has &= ~(1u << CSS_COLOR | 1u << CSS_FONT_SIZE);
	css_look_in(&look, &css);
	look.font = 1600;
	look.fore = 0;
	look.back = 0xffffff;
	unseen |= a->hidden || css_hidden(&look, &kind);
	html->images++;
	html->pixels += unseen;
	(void)add(h, unseen ? CONTENT_LINK_PIXEL : CONTENT_LINK_IMAGE,
	    a->src);
}

/* <meta http-equiv=refresh content="0; url=..."> (HTML 4.2.5.3) */
static void
refresh(struct html_reader *h, struct span raw)
{
	struct span s = html_value(h, raw);

	s = span_skip(s, span_find(s, ';') + 1);
	while (is_fws(span_at(s, 0)))
		s = span_skip(s, 1);
	if (span_istarts(s, SPAN("url"))) {
		s = span_trim_fws(span_skip(s, 3));
		if (span_at(s, 0) == '=')
			s = span_trim_fws(span_skip(s, 1));
	}
	if (span_at(s, 0) == '\'' || span_at(s, 0) == '"') {
		uint8_t quote = (uint8_t)span_at(s, 0);

		s = span_skip(s, 1);
		s = span_head(s, span_find(s, quote));
	}
	(void)add(h, CONTENT_LINK_REFRESH, s);
}

static void
meta(struct html_reader *h, const struct html_attrs *a)
{
	struct content_html *html = &h->r->out->html;

	if (is_value(h, a->http_equiv, SPAN("refresh")))
		refresh(h, a->content);
	if (is_value(h, a->name, SPAN("generator")) &&
	    span_absent(html->generator_name))
		html->generator_name = shown_line(html_value(h, a->content),
		    100, h->r->arena);
}

static void
base(struct html_reader *h, struct span raw)
{
	/* HTML 4.2.3: the first one counts */
	if (!h->has_base && raw.len > 0)
		h->has_base = url_read(&h->base, html_value(h, raw), NULL,
		    h->r->arena);
}

static void
input(struct html_reader *h, const struct html_attrs *a)
{
	struct content_html *html = &h->r->out->html;

	html->inputs++;
	html->passwords += is_value(h, a->type, SPAN("password"));
	(void)add(h, CONTENT_LINK_FORM, a->formaction);
	if (is_value(h, a->type, SPAN("image")))
		(void)add(h, CONTENT_LINK_IMAGE, a->src);
}

static void
page(struct html_reader *h, struct span raw)
{
	h->r->out->html.frames++;
	(void)add(h, CONTENT_LINK_FRAME, raw);
}

void
html_links(struct html_reader *h, enum tag tag, const struct html_attrs *a)
{
	struct content_html *html = &h->r->out->html;

	html->handlers += a->handlers;
	if (a->background.len > 0)
		(void)add(h, CONTENT_LINK_OTHER, a->background);
	if (tag == TAG_A)
		anchor(h, a);
	else if (tag == TAG_AREA)
		(void)add(h, CONTENT_LINK_ANCHOR, a->href);
	else if (tag == TAG_IMG)
		image(h, a);
	else if (tag == TAG_BASE)
		base(h, a->href);
	else if (tag == TAG_META)
		meta(h, a);
	else if (tag == TAG_INPUT)
		input(h, a);
	else if (tag == TAG_BUTTON)
		(void)add(h, CONTENT_LINK_FORM, a->formaction);
	else if (tag == TAG_FRAME)
		page(h, a->src);
	else if (tag == TAG_OBJECT)
		(void)add(h, CONTENT_LINK_FRAME, a->data);
	else if (tag == TAG_EMBED)
		(void)add(h, CONTENT_LINK_FRAME, a->src);
	else if (tag == TAG_LINK)
		(void)add(h, CONTENT_LINK_OTHER, a->href);
	if (tag == TAG_FORM) {
		html->forms++;
		(void)add(h, CONTENT_LINK_FORM, a->action);
	}
	if (tag == TAG_SCRIPT) {
		html->scripts++;
		(void)add(h, CONTENT_LINK_SCRIPT, a->src);
	}
}
