/* SPDX-License-Identifier: Apache-2.0 */
#include "content/inner.h"

#include "base/ascii.h"
#include "wire/charset.h"
#include "wire/head.h"
#include "wire/mime.h"

/* ---- rooms that grow ------------------------------------------------ */

/* Room for one more of n objects; NULL: refused.  Doubles, so that what is
 * left behind is no more than what is in use. */
static void *
one_more(struct arena *a, void *old, size_t n, size_t size, size_t max)
{
	bool full = n == 0 || (n >= 8 && (n & (n - 1)) == 0);
	struct buf b;
	void *more;

	if (!full)
		return old;
	more = arena_array(a, n == 0 ? 8 : 2 * n < max ? 2 * n : max, size);
	if (more == NULL)
		return NULL;
	b = (struct buf){ .ptr = more, .cap = n * size };
	buf_put(&b, (struct span){ old, n * size });
	return more;
}

struct content_link *
content_add_link(struct reading *r)
{
	struct content *out = r->out;
	struct content_link *more;

	if (out->n_link == LIMIT_CONTENT_LINKS) {
		out->stopped |= CONTENT_STOP_LINKS;
		return NULL;
	}
	more = one_more(r->arena, out->link, out->n_link, sizeof(*more),
	    LIMIT_CONTENT_LINKS);
	if (more == NULL)
		return NULL;
	out->link = more;
	return &more[out->n_link++];
}

/* ---- parts ---------------------------------------------------------- */

static bool
grow_parts(struct reading *r)
{
	struct content *out = r->out;
	size_t n = out->n_part;
	struct content_part *part;
	struct part *raw;

	if (n == LIMIT_CONTENT_PARTS) {
		out->stopped |= CONTENT_STOP_PARTS;
		return false;
	}
	part = one_more(r->arena, out->part, n, sizeof(*part),
	    LIMIT_CONTENT_PARTS);
	raw = one_more(r->arena, r->raw, n, sizeof(*raw),
	    LIMIT_CONTENT_PARTS);
	if (part == NULL || raw == NULL)
		return false;
	out->part = part;
	r->raw = raw;
	return true;
}

static struct span
lower(struct span s, struct arena *a)
{
	struct buf b = arena_buf(a, s.len);

	if (span_absent(s))
		return s;
	buf_lower(&b, s);
	return arena_done(a, &b);
}

static bool
is_text(struct span type)
{
	return span_eq(type, SPAN("text/plain")) ||
	    span_eq(type, SPAN("text/html"));
}

static bool
is_message(struct span type)
{
	return span_eq(type, SPAN("message/rfc822")) ||
	    span_eq(type, SPAN("message/global"));
}

static bool
add_part(struct reading *r, const struct part *p, unsigned inside)
{
	struct mime_disposition d = { .named = false };
	struct span value = head_value(p->header,
	    SPAN("Content-Disposition"));
	struct content_part *c;

	if (!grow_parts(r))
		return false;
	r->raw[r->out->n_part] = *p;
	c = &r->out->part[r->out->n_part++];
	if (!span_absent(value))
		mime_disposition_read(&d, value);
	*c = (struct content_part){ .type = p->type, .cut = p->cut,
	    .bad_encoding = p->bad_encoding, .depth = p->depth,
	    .alternative = p->alternative, .inside = inside };
	c->charset = lower(mime_param(head_value(p->header,
	    SPAN("Content-Type")), SPAN("charset"), r->arena), r->arena);
	c->attachment = d.attachment || !is_text(p->type);
	c->shown = !c->attachment && inside == 0;
	return true;
}

static void walk(struct reading *r, struct part_walk *w, unsigned inside,
    unsigned level);

/* A message in the message, decoded if it has to be. */
static void
walk_nested(struct reading *r, const struct part *p, unsigned level)
{
	struct part_walk *w;
	bool more;

	if (level == LIMIT_CONTENT_NESTED) {
		r->out->stopped |= CONTENT_STOP_NESTED;
		return;
	}
	w = arena_alloc(r->arena, sizeof(*w));
	if (w == NULL)
		return;
	part_walk_start(w, part_text(p, LIMIT_CONTENT_ALL, &more, r->arena),
	    false, r->arena);
	walk(r, w, (unsigned)r->out->n_part, level + 1);
}

static void
walk(struct reading *r, struct part_walk *w, unsigned inside, unsigned level)
{
	struct part p;

	w->n_alternative = r->n_alternative;
	while (part_next(w, &p)) {
		r->n_alternative = w->n_alternative;
		if (!add_part(r, &p, inside))
			return;
		if (!is_message(p.type))
			continue;
		walk_nested(r, &p, level);
		w->n_alternative = r->n_alternative;
	}
	if (w->why != NULL)
		r->out->stopped |= CONTENT_STOP_PARTS;
}

/* RFC 2046 5.1.4: of alternatives the last that can be shown.  One with HTML
 * is shown as HTML; of several plain texts the last. */
static bool
is_beaten(const struct content *out, size_t i)
{
	const struct content_part *p = &out->part[i];
	bool plain = span_eq(p->type, SPAN("text/plain"));

	for (size_t k = 0; k < out->n_part; k++) {
		const struct content_part *q = &out->part[k];

		if (k == i || !q->shown || p->alternative == 0 ||
		    q->alternative != p->alternative)
			continue;
		if (plain && span_eq(q->type, SPAN("text/html")))
			return true;
		if (plain && k > i && q->depth == p->depth)
			return true;
	}
	return false;
}

static void
choose_shown(struct reading *r)
{
	struct content *out = r->out;

	for (size_t i = 0; i < out->n_part; i++)
		if (out->part[i].shown && is_beaten(out, i))
			out->part[i].shown = false;
}

/* ---- texts ---------------------------------------------------------- */

/* What part i says, as UTF-8; at most max octets of it. */
static struct span
read_text(struct reading *r, size_t i, size_t max)
{
	struct content_part *c = &r->out->part[i];
	struct span bytes;
	struct buf b;
	bool more;

	bytes = part_text(&r->raw[i], max < r->budget ? max : r->budget,
	    &more, r->arena);
	r->budget -= bytes.len;
	c->cut |= more;
	c->size = bytes.len;
	b = arena_buf(r->arena, bytes.len * CHARSET_GROWTH + 1);
	c->charset_unknown = !charset_to_utf8(&b, bytes, c->charset);
	return arena_done(r->arena, &b);
}

static struct span
text_since(struct reading *r, size_t begin)
{
	return span_skip(buf_span(&r->text), begin);
}

static void
read_plain(struct reading *r, size_t i)
{
	struct span s = read_text(r, i, LIMIT_CONTENT_TEXT);
	size_t begin = r->text.len;

	if (r->out->part[i].cut)
		r->out->stopped |= CONTENT_STOP_TEXT;
	shown_put(r, s);
	shown_end(r);
	textlink_find(r, (unsigned)i, text_since(r, begin));
	if (r->text.len > begin && !span_ends(buf_span(&r->text), SPAN("\n")))
		buf_byte(&r->text, '\n');
}

static void
read_parts(struct reading *r)
{
	for (size_t i = 0; i < r->out->n_part && !r->arena->failed; i++) {
		const struct content_part *p = &r->out->part[i];

		if (p->shown && span_eq(p->type, SPAN("text/plain")))
			read_plain(r, i);
	}
}

bool
content_read(struct content *out, const struct content_in *in,
    struct arena *a)
{
	size_t room = LIMIT_CONTENT_SHOWN / CHARSET_GROWTH;
	struct reading *r = arena_alloc(a, sizeof(*r));
	struct part_walk *w = arena_alloc(a, sizeof(*w));

	bytes_clear((uint8_t *)out, sizeof(*out));
	if (r == NULL || w == NULL)
		return false;
	if (in->body.len < room)
		room = in->body.len + 64;
	*r = (struct reading){ .out = out, .arena = a,
	    .budget = LIMIT_CONTENT_ALL, .state = { .before = -1 } };
	r->text = arena_buf(a, room * CHARSET_GROWTH);
	r->hidden = arena_buf(a, room * CHARSET_GROWTH);
	part_walk_split(w, in->header, in->body, a);
	walk(r, w, 0, 0);
	choose_shown(r);
	read_parts(r);
	out->text = buf_span(&r->text);
	out->hidden = buf_span(&r->hidden);
	if (r->text.full || r->hidden.full)
		out->stopped |= CONTENT_STOP_TEXT;
	return !a->failed;
}
