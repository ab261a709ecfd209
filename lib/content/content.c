/* SPDX-License-Identifier: Apache-2.0 */
#include "content/inner.h"

#include "base/ascii.h"
#include "content/html_read.h"
#include "content/ids.h"
#include "content/machine.h"
#include "content/style.h"
#include "wire/charset.h"
#include "wire/head.h"
#include "wire/mime.h"

/* ---- rooms that grow -------------------------------------------------- */

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

/* Makes room for one more in *list. */
static bool
make_room(struct reading *r, void **list, size_t n, size_t size, size_t max,
    enum content_stop stop)
{
	void *more;

	if (n == max) {
		r->out->stopped |= stop;
		return false;
	}
	more = one_more(r->arena, *list, n, size, max);
	if (more != NULL)
		*list = more;
	return more != NULL;
}

struct content_link *
content_add_link(struct reading *r)
{
	struct content *out = r->out;
	void *list = out->link;

	if (!make_room(r, &list, out->n_link, sizeof(*out->link),
	    LIMIT_CONTENT_LINKS, CONTENT_STOP_LINKS))
		return NULL;
	out->link = list;
	return &out->link[out->n_link++];
}

struct content_attachment *
content_add_file(struct reading *r)
{
	struct content *out = r->out;
	void *list = out->attachment;

	if (!make_room(r, &list, out->n_attachment, sizeof(*out->attachment),
	    LIMIT_CONTENT_FILES, CONTENT_STOP_ATTACHMENTS))
		return NULL;
	out->attachment = list;
	return &out->attachment[out->n_attachment++];
}

struct content_id *
content_add_id(struct reading *r)
{
	struct content *out = r->out;
	void *list = out->id;

	if (!make_room(r, &list, out->n_id, sizeof(*out->id),
	    LIMIT_CONTENT_IDS, CONTENT_STOP_IDS))
		return NULL;
	out->id = list;
	return &out->id[out->n_id++];
}

/* ---- parts ------------------------------------------------------------ */

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
	struct span message = p->content;
	struct part_walk *w;
	bool more = false;

	if (p->encoding != PART_PLAIN && level < LIMIT_CONTENT_NESTED) {
		message = part_text(p, r->nested, &more, r->arena);
		r->nested -= message.len;
	}
	if (more || level == LIMIT_CONTENT_NESTED)
		r->out->stopped |= CONTENT_STOP_NESTED;
	w = arena_alloc(r->arena, sizeof(*w));
	if (w == NULL || level == LIMIT_CONTENT_NESTED)
		return;
	part_walk_start(w, message, false, r->arena);
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

/* ---- texts ------------------------------------------------------------ */

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

/* DECISIONS 6: a part beyond the limit is not parsed, and .stopped says so. */
static void
read_html(struct reading *r, size_t i)
{
	const struct content_part *p = &r->out->part[i];
	struct span s = read_text(r, i, LIMIT_CONTENT_HTML);

	if (p->cut && p->size >= LIMIT_CONTENT_HTML) {
		r->out->stopped |= CONTENT_STOP_HTML;
		return;
	}
	r->aside = !p->shown;
	html_read(r, (unsigned)i, s, p->shown);
	r->aside = false;
}

/* The plain alternative of what was shown as HTML. */
static void
read_other(struct reading *r, size_t i)
{
	struct arena_mark m = arena_mark(r->arena);
	struct span s = read_text(r, i, LIMIT_CONTENT_TEXT);
	unsigned d = differs(s, buf_span(&r->text));

	if (d > r->out->differs)
		r->out->differs = d;
	arena_back(r->arena, m);
}

/* It is offered as a file, if only by its name. */
static bool
is_file(const struct content_part *p, const struct part *raw)
{
	return p->attachment || raw->name.len > 0;
}

/* Files that a browser opens, whatever they are called. */
static bool
is_page(const struct reading *r, size_t i)
{
	const struct content *out = r->out;
	size_t n = out->n_attachment;

	return n > 0 && out->attachment[n - 1].part == i &&
	    (out->attachment[n - 1].type == CONTENT_TYPE_HTML ||
	    out->attachment[n - 1].type == CONTENT_TYPE_SVG);
}

static void
read_parts(struct reading *r)
{
	struct content *out = r->out;

	for (size_t i = 0; i < out->n_part && !r->arena->failed; i++) {
		const struct content_part *p = &out->part[i];

		if (is_file(p, &r->raw[i]))
			attach_read(r, i);
		if (p->shown && span_eq(p->type, SPAN("text/plain")))
			read_plain(r, i);
		else if (is_page(r, i) || (p->shown || p->inside > 0 ?
		    span_eq(p->type, SPAN("text/html")) : false))
			read_html(r, i);
		else if (span_eq(p->type, SPAN("text/plain")) && p->inside > 0)
			textlink_find(r, (unsigned)i, read_text(r, i,
			    LIMIT_CONTENT_TEXT));
	}
	for (size_t i = 0; i < out->n_part && !r->arena->failed; i++) {
		const struct content_part *p = &out->part[i];

		if (!p->shown && !p->attachment && p->inside == 0 &&
		    span_eq(p->type, SPAN("text/plain")))
			read_other(r, i);
	}
}

/* Of all text the share that hides. */
static unsigned
hidden_share(const struct content *out)
{
#define X(name, json, share, words) share,
	static const bool counts[] = { CONTENT_HIDDEN(X) };
#undef X
	size_t hidden = 0;

	for (size_t i = 0; i < CONTENT_N_HIDDEN; i++)
		if (counts[i])
			hidden += out->hidden_octets[i];
	return hidden == 0 ? 0 :
	    (unsigned)(hidden * 1000 / (hidden + out->text.len));
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
	    .budget = LIMIT_CONTENT_ALL,
	    .nested = LIMIT_CONTENT_NESTED_BYTES, .state = { .before = -1 } };
	r->text = arena_buf(a, room * CHARSET_GROWTH);
	r->hidden = arena_buf(a, room * CHARSET_GROWTH);
	part_walk_split(w, in->header, in->body, a);
	walk(r, w, 0, 0);
	choose_shown(r);
	read_parts(r);
	out->text = buf_span(&r->text);
	out->hidden = buf_span(&r->hidden);
	out->hidden_share = hidden_share(out);
	ids_find(r);
	machine_read(out, out->text, out->hidden);
	style_read(&out->style, out->text, a);
	if (r->text.full || r->hidden.full)
		out->stopped |= CONTENT_STOP_TEXT;
	return !a->failed;
}
