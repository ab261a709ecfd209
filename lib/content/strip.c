/* SPDX-License-Identifier: Apache-2.0 */
#include "content/strip.h"

#include "base/odd.h"
#include "content/inner.h"
#include "content/strip_doubt.h"
#include "wire/head.h"
#include "wire/mime.h"
#include "wire/printable.h"

struct stripping {
	struct strip *out;
	const struct strip_in *in;
	struct arena *arena;
	const char *eol;
	struct buf room;	/* the text that is being made               */
	const char *doubt;	/* what readers differ about, or NULL        */
};

enum {
	NAME_MOST = 100,	/* octets of a file's name that are shown:
				 * a line has 998 at most (RFC 5322 2.1.1)   */
	ID_MOST = 64,		/* ... of the id: those of mail servers have
				 * 20                                        */
	TEXT_ROOM = 2048	/* of a text: all of it has some 800         */
};

/* ---- what is dangerous ------------------------------------------------ */

/* NULL: nothing. */
static const char *
danger_of(const struct content_attachment *f)
{
	if (f->runs && f->mismatch)
		return "it runs when it is opened, and is called something "
		    "else";
	if (f->runs)
		return "it runs when it is opened";
	if (f->macros)
		return "it holds programs of its own";
	if (f->bidi_name)
		return "its name is turned round";
	if (f->double_extension)
		return "its name has two endings";
	return f->mismatch ? "it is not what it is called" : NULL;
}

static bool
is_file(const struct part *p)
{
	struct mime_disposition d = { .named = false };
	struct span value = head_value(p->header,
	    SPAN("Content-Disposition"));

	if (!span_absent(value))
		mime_disposition_read(&d, value);
	return d.attachment || p->name.len > 0 ||
	    !(span_eq(p->type, SPAN("text/plain")) ||
	    span_eq(p->type, SPAN("text/html")));
}

/* ---- what cannot be cut cleanly --------------------------------------- */

static const char *
unclean(const struct part *p)
{
	if (p->top)
		return "the message is nothing but the file";
	if (p->sealed)
		return "the part is signed or encrypted as it stands";
	if (p->cut)
		return "the end of the part is missing";
	if (p->bad_encoding)
		return "nobody knows the encoding of the part";
	return NULL;
}

/* ---- the text --------------------------------------------------------- */

static void
line(struct stripping *k, const char *text)
{
	buf_str(&k->room, text);
	buf_str(&k->room, k->eol);
}

static void
item(struct stripping *k, const char *what, struct span value)
{
	buf_str(&k->room, what);
	buf_put(&k->room, value);
	buf_str(&k->room, k->eol);
}

static void
put_hex(struct buf *b, const uint8_t *bytes, size_t n)
{
	struct span s = { bytes, n };

	for (size_t i = 0; i < n; i++)
		for (int shift = 4; shift >= 0; shift -= 4) {
			unsigned d = (unsigned)span_at(s, i) >> shift & 15;

			buf_byte(b, (uint8_t)(d < 10 ? '0' + d :
			    'a' + d - 10));
		}
}

static void
put_how_back(struct stripping *k)
{
	struct span id = printable(k->arena, k->in->id, ID_MOST);

	line(k, "");
	line(k, "The message as it came is kept. If you need the file, ask "
	    "those who run your");
	line(k, "mail, and ask the sender by another way whether it is from "
	    "him. They let it");
	buf_str(&k->room, "go with: assay release");
	buf_str(&k->room, id.len > 0 ? " " : "");
	buf_put(&k->room, id);
}

/* No line of it begins with "--", so that it is no boundary of anybody. */
static struct span
text_of(struct stripping *k, const struct strip_cut *c, struct span tail)
{
	struct span by = printable(k->arena, k->in->by, LIMIT_LABEL * 4);

	k->room = arena_buf(k->arena, TEXT_ROOM);
	line(k, "Content-Type: text/plain; charset=us-ascii");
	line(k, "Content-Transfer-Encoding: 7bit");
	line(k, "Content-Disposition: inline");
	line(k, "");
	item(k, by.len > 0 ? "A file was taken out of this message by assay "
	    "at " : "A file was taken out of this message by assay", by);
	line(k, "as it may do harm, and as the message may not be from whom "
	    "it says.");
	line(k, "");
	item(k, "    name     ", c->name.len > 0 ? c->name : SPAN("none"));
	item(k, "    type     ", assay_cstr(content_type_name(c->type)));
	item(k, "    why      ", assay_cstr(c->why));
	buf_str(&k->room, "    size     ");
	buf_u64(&k->room, c->size);
	line(k, " octets");
	buf_str(&k->room, "    SHA-256  ");
	put_hex(&k->room, c->sha256, sizeof(c->sha256));
	line(k, "");
	put_how_back(k);
	/* the last line end is that of the boundary, if it has one */
	if (!span_starts(tail, SPAN("\r")) && !span_starts(tail, SPAN("\n")))
		line(k, "");
	return arena_done(k->arena, &k->room);
}

/* ---- the plan --------------------------------------------------------- */

/* Octets of the part, its header among them. */
static bool
place(struct strip_cut *c, struct span message, const struct part *p)
{
	if (span_absent(p->header) || span_absent(p->content))
		return false;
	c->begin = span_offset(message, p->header);
	c->end = span_offset(message, p->content) + p->content.len;
	return c->begin <= c->end && c->end <= message.len;
}

static void
cut(struct stripping *k, const struct part *p,
    const struct content_attachment *f, const char *why)
{
	struct strip *out = k->out;
	struct strip_cut *c = &out->cut[out->n % LIMIT_STRIP];
	struct buf hash;

	out->unclean = out->n == LIMIT_STRIP ? "there are too many files" :
	    unclean(p);
	if (out->unclean != NULL)
		return;
	*c = (struct strip_cut){ .type = f->type, .why = why,
		.size = f->size, .name = span_absent(f->name) ? SPAN_NONE :
		printable(k->arena, f->name, NAME_MOST) };
	hash = (struct buf){ .ptr = c->sha256, .cap = sizeof(c->sha256) };
	buf_put(&hash, (struct span){ f->sha256, sizeof(f->sha256) });
	if (!place(c, k->in->message, p)) {
		out->unclean = "the part has no place";
		return;
	}
	c->text = text_of(k, c, span_skip(k->in->message, c->end));
	out->n++;
}

static void
look(struct stripping *k, const struct part *p)
{
	struct content_attachment f = { .part = 0 };
	const char *why;

	attach_look(&f, p, k->arena);
	if (f.hidden_name)
		k->doubt = "a name holds what is not seen";
	why = danger_of(&f);
	if (why != NULL)
		cut(k, p, &f, why);
}

static size_t
body_of(struct span message)
{
	struct span rest = message;

	(void)head_take(&rest);
	return message.len - rest.len;
}

/* To take one file out says that there is no other: of that there may be no
 * doubt, in no part of the message. */
static const char *
doubt_of(const struct stripping *k, const struct part_walk *w)
{
	bool odd = k->in->lf ? span_has(k->in->message, '\r') :
	    span_find_odd(k->in->message) < k->in->message.len;

	if (odd)
		return "its lines end in more than one way";
	return w->doubt != NULL ? w->doubt : k->doubt;
}

bool
strip_plan(struct strip *out, const struct strip_in *in, struct arena *a)
{
	struct stripping k = { .out = out, .in = in, .arena = a,
		.eol = in->lf ? "\n" : "\r\n" };
	struct part_walk *w = arena_alloc(a, sizeof(*w));
	struct part p;

	*out = (struct strip){ .body = body_of(in->message) };
	if (w == NULL)
		return false;
	part_walk_start(w, in->message, true, a);
	w->doubts = true;
	while (out->unclean == NULL && !a->failed && part_next(w, &p)) {
		if (is_file(&p))
			look(&k, &p);
		if (k.doubt == NULL)
			k.doubt = strip_doubt(&p, a);
	}
	if (out->unclean == NULL && w->why != NULL)
		out->unclean = w->why;
	if (out->unclean == NULL && out->n > 0)
		out->unclean = doubt_of(&k, w);
	if (out->unclean != NULL)
		out->n = 0;
	return !a->failed;
}

struct span
strip_piece(const struct strip *s, struct span message, size_t *at,
    size_t *next)
{
	const struct strip_cut *c = &s->cut[*next % LIMIT_STRIP];
	size_t from = *at;

	if (*next < s->n && from == c->begin) {
		*at = c->end;
		++*next;
		return c->text;
	}
	*at = *next < s->n ? c->begin : message.len;
	return from < message.len ? span_slice(message, from, *at) :
	    SPAN_NONE;
}
