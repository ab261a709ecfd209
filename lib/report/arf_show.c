/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_show.c - the third part of a failure report (RFC 6591 3.1).
 *
 * The header is copied line by line; what is no field, no ASCII or no text
 * does not come through.  The body is not copied but told: its texts, decoded
 * and one after the other, and of everything else the type and the size.  So
 * nothing that its sender composed reaches a MIME parser a second time.
 */
#include "report/arf_show.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/head.h"
#include "wire/mime_part.h"
#include "wire/qp.h"
#include "wire/utf8.h"

enum {
	LINE = 900,		/* RFC 5322 2.1.1 allows 998 */
	MAX_NAME = 100		/* no name of a field that anybody uses */
};

struct shower {
	const struct arf_out *m;
	struct arena *arena;
	struct redact redact;
	struct buf text;	/* scratch: a line, a field             */
	bool cut;		/* there was more                       */
};

/* ---- the header -------------------------------------------------------- */

/* Octets as they may stand in a header.  Tabs are made spaces, so that a
 * line is as long as it looks. */
static void
clean(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);

		buf_byte(out, is_vchar(c) ? (uint8_t)c : c >= 0x80 ? '?' :
		    ' ');
	}
}

/* A line of at most 900 octets; what is more goes to lines that continue
 * it. */
static void
put_line(struct buf *out, struct span line)
{
	do {
		buf_put(out, span_head(line, LINE));
		line = span_skip(line, LINE);
		/* a line of blanks would look like the end */
		if (span_trim_wsp(line).len > 0)
			buf_str(out, "\r\n ");
		else
			line = SPAN_NONE;
	} while (line.len > 0);
	buf_str(out, "\r\n");
}

static struct span
without_end(struct span s)
{
	while (span_ends(s, SPAN("\n")) || span_ends(s, SPAN("\r")))
		s = span_head(s, s.len - 1);
	return s;
}

/* Fields that say how the body is to be read are not true of what is shown
 * of it; they stay to be seen under another name. */
static bool
is_mime(const struct field *f)
{
	return field_is(f, SPAN("Content-Type")) ||
	    field_is(f, SPAN("Content-Transfer-Encoding")) ||
	    field_is(f, SPAN("MIME-Version"));
}

/* One line without its end, made harmless; name: how many of its octets are
 * taken by themselves, so that the colon stays. */
static void
put_one(struct shower *w, struct buf *out, struct span one, size_t name,
    const struct redact *how)
{
	ROOM(room, LIMIT_ARF_SHOW_LINE);
	struct buf line = BUF_ON(room);

	w->cut |= one.len > LIMIT_ARF_SHOW_LINE;
	clean(&line, span_head(one, LIMIT_ARF_SHOW_LINE));
	if (name == 0 && span_trim_wsp(buf_span(&line)).len == 0)
		return;
	w->text.len = 0;
	redact_put(&w->text, span_head(buf_span(&line), name), how);
	redact_put(&w->text, span_skip(buf_span(&line), name), how);
	put_line(out, buf_span(&w->text));
}

static void
put_field(struct shower *w, struct buf *out, const struct field *f)
{
	/* whose mail it is finds it in his log by its id; who got it is not
	 * said by that (RFC 6590 5.3 leaves it to us) */
	static const struct redact defang = { .locals = false };
	const struct redact *how = field_is(f, SPAN("Message-ID")) ?
	    &defang : &w->redact;
	struct span raw = f->raw;
	size_t name = span_find(raw, ':') + 1;

	while (raw.len > 0) {
		struct span one = head_line(raw);

		put_one(w, out, without_end(one), name, how);
		name = 0;
		raw = span_skip(raw, one.len);
	}
}

/* The fields in their order, as many as there is room for. */
static void
put_header(struct shower *w, struct buf *out, struct span header, bool body)
{
	size_t begin = out->len;
	struct field f;

	while (head_next(&header, &f)) {
		size_t before = out->len;

		w->cut |= f.name.len > MAX_NAME;
		/* who else got it is nobody's business */
		if (field_is(&f, SPAN("Bcc")) || f.name.len > MAX_NAME ||
		    field_is(&f, SPAN("Resent-Bcc")))
			continue;
		if (body && is_mime(&f))
			buf_str(out, "X-Original-");
		put_field(w, out, &f);
		if (out->len - begin > LIMIT_ARF_SHOW_HEADER || out->full) {
			out->len = before;
			out->full = false;
			w->cut = true;
			break;
		}
	}
}

/* ---- the body ---------------------------------------------------------- */

/* Text of any charset as UTF-8 lines with CRLF. */
static void
put_plain(struct buf *out, struct span s)
{
	while (s.len > 0) {
		int32_t c = utf8_next(&s);

		if (c == '\n')
			buf_str(out, "\r\n");
		else if (c == '\t')
			buf_byte(out, ' ');
		else if (c < 0)
			buf_byte(out, '?');
		else if (utf8_kind((uint32_t)c) == UTF8_PLAIN)
			utf8_put(out, (uint32_t)c);
	}
	if (!span_ends(buf_span(out), SPAN("\r\n")))
		buf_str(out, "\r\n");
}

static bool
is_text(const struct part *p)
{
	struct span how = head_value(p->header, SPAN("Content-Disposition"));

	return span_starts(p->type, SPAN("text/")) && span_absent(p->name) &&
	    !span_istarts(how, SPAN("attachment"));
}

static void
tell_part(struct shower *w, struct buf *out, const struct part *p,
    unsigned number)
{
	bool more, text = is_text(p);
	size_t room = out->cap - out->len;
	struct span s;

	buf_str(out, "[part ");
	buf_u64(out, number);
	buf_str(out, ": ");
	buf_put(out, p->type);
	if (!text) {
		buf_str(out, ", ");
		buf_u64(out, p->content.len);
		buf_str(out, " octets, left out]\r\n");
		return;
	}
	buf_str(out, "]\r\n");
	s = part_text(p, room, &more, w->arena);
	put_plain(out, s);
	buf_str(out, "\r\n");
	w->cut |= more || out->full;
}

/* What the body says, local parts and "http:" not yet replaced. */
static struct span
tell_body(struct shower *w)
{
	struct buf out = arena_buf(w->arena, LIMIT_ARF_SHOW_TEXT);
	struct part_walk walk;
	struct part p;
	unsigned n = 0;

	part_walk_start(&walk, w->m->message, true, w->arena);
	while (!out.full && part_next(&walk, &p))
		tell_part(w, &out, &p, ++n);
	w->cut |= walk.why != NULL;
	return arena_done(w->arena, &out);
}

static void
put_body(struct shower *w, struct buf *out)
{
	struct span told = tell_body(w);
	struct buf hidden = arena_buf(w->arena, LIMIT_ARF_SHOW_TEXT * 2);

	redact_put(&hidden, told, &w->redact);
	w->cut |= hidden.full;
	buf_str(out, "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	qp_encode(out, arena_done(w->arena, &hidden));
	if (w->cut)
		buf_str(out, "\r\n[there was more than is shown]\r\n");
}

struct span
arf_show(const struct arf_out *m, struct arena *a)
{
	struct shower w = { .m = m, .arena = a,
	    .redact = { .locals = m->show != ARF_SHOW_ALL } };
	struct span message = m->message, header;
	struct buf out;
	bool body = m->show != ARF_SHOW_HEADER;

	for (size_t i = 0; i < REDACT_KEY; i++)
		w.redact.key[i] = m->key[i];
	while (head_is_empty(head_line(message)))
		message = span_skip(message, head_line(message).len);
	header = head_take(&message);
	w.text = arena_buf(a, LIMIT_ARF_SHOW_LINE * REDACT_TOKEN);
	out = arena_buf(a, LIMIT_ARF_OUT);
	buf_str(&out, body ? "Content-Type: message/rfc822\r\n\r\n" :
	    "Content-Type: text/rfc822-headers\r\n\r\n");
	put_header(&w, &out, header, body);
	if (body)
		put_body(&w, &out);
	else if (w.cut)
		buf_str(&out, "X-Assay-Note: there was more than is shown\r\n");
	return out.full ? SPAN_NONE : arena_done(a, &out);
}
