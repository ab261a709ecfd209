/* SPDX-License-Identifier: Apache-2.0 */
/* html_text.c - the text of HTML that is seen, line by line; quotes get
 * ">" as in plain text. */
#include "content/html_read.h"

#include "base/ascii.h"
#include "base/limits.h"

void
html_break(struct html_reader *h)
{
	h->broken = h->begun;
	h->space = false;
}

static void
put_text(struct html_reader *h, struct span s)
{
	if (h->shown)
		shown_put(h->r, s);
}

static void
begin_line(struct html_reader *h)
{
	if (h->broken)
		put_text(h, SPAN("\n"));
	if (h->broken || !h->begun)
		for (unsigned i = 0; i < h->quotes && i < 10; i++)
			put_text(h, SPAN("> "));
	h->broken = false;
	h->space = false;
	h->begun = true;
}

static void
put_word(struct html_reader *h, struct span word)
{
	bool space = h->space && h->begun && !h->broken;

	if (h->anchor > 0 && (space || h->broken) &&
	    h->anchor_text.len > 0)
		buf_byte(&h->anchor_text, ' ');
	if (h->broken || !h->begun)
		begin_line(h);
	else if (space)
		put_text(h, SPAN(" "));
	h->space = false;
	put_text(h, word);
	if (h->anchor > 0)
		buf_put(&h->anchor_text, span_head(word,
		    h->anchor_text.cap - h->anchor_text.len));
}

static void
preformatted(struct html_reader *h, struct span s)
{
	while (s.len > 0) {
		size_t n = span_find(s, '\n');

		if (n > 0)
			put_word(h, span_head(s, n));
		if (n < s.len && h->begun) {
			begin_line(h);
			put_text(h, SPAN("\n"));
			h->begun = false;
		}
		s = span_skip(s, n + 1);
	}
}

/* White space of ASCII is one space (CSS Text 4.1.1); so is U+00A0 here. */
static void
flow(struct html_reader *h, struct span s)
{
	static const struct byteset stop = { {	/* blanks, C2 */
		0x100003600, 0, 0, 1ull << 2 } };

	while (s.len > 0) {
		size_t n = span_find_set(s, &stop);
		bool nbsp = span_starts(span_skip(s, n), SPAN("\xc2\xa0"));

		/* another character that begins with C2 */
		while (n < s.len && !nbsp && span_at(s, n) == 0xc2) {
			n += 1 + span_find_set(span_skip(s, n + 1), &stop);
			nbsp = span_starts(span_skip(s, n),
			    SPAN("\xc2\xa0"));
		}
		if (n > 0)
			put_word(h, span_head(s, n));
		if (n < s.len)
			h->space = true;
		s = span_skip(s, n + (nbsp ? 2 : 1));
	}
}

/* References replaced, by the rules for text. */
static struct span
plain(struct html_reader *h, struct span raw)
{
	struct buf b;

	if (!span_has(raw, '&') && !span_has(raw, 0))
		return raw;
	b = arena_buf(h->r->arena, raw.len * HTML_GROWTH);
	html_unescape(&b, raw, false);
	return arena_done(h->r->arena, &b);
}

void
html_text(struct html_reader *h, const struct html_token *t)
{
	struct arena_mark m = arena_mark(h->r->arena);
	enum content_hidden_kind kind;
	struct span s = t->text;

	if (!t->raw)
		s = plain(h, s);
	if (css_hidden(html_look(h), &kind)) {
		hidden_put(h->r, kind, s);
		h->anchor_hides |= span_trim_fws(s).len > 0;
	} else if (h->pre > 0) {
		preformatted(h, s);
	} else {
		flow(h, s);
	}
	arena_back(h->r->arena, m);
}

void
html_text_end(struct html_reader *h)
{
	html_anchor_end(h);
	if (h->begun)
		put_text(h, SPAN("\n"));
	shown_end(h->r);
}

/* ---- anchors ---------------------------------------------------------- */

void
html_anchor_end(struct html_reader *h)
{
	struct span text = buf_span(&h->anchor_text);
	struct content_link *link;
	bool mail;

	if (h->anchor == 0)
		return;
	link = &h->r->out->link[h->anchor - 1];
	h->anchor = 0;
	mail = link->url.scheme == URL_MAILTO;
	link->text = shown_line(text, LIMIT_CONTENT_ANCHOR, h->r->arena);
	link->hidden = link->text.len == 0 && h->anchor_hides;
	text = link->text;
	if (link->url.kind != URL_HOST_NONE &&
	    content_named(&link->shown, &text, mail, h->r->arena))
		link->lies = !content_goes_to(link, link->shown);
}
