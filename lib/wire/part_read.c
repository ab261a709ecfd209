/* SPDX-License-Identifier: Apache-2.0 */
/* part_read.c - what a part holds, decoded in pieces (RFC 2045 6). */
#include "wire/mime_part.h"

#include "base/ascii.h"
#include "wire/head.h"
#include "wire/base64.h"

static size_t
room(const struct buf *b)
{
	return b->full ? 0 : b->cap - b->len;
}

void
part_open(struct part_reader *r, const struct part *p)
{
	*r = (struct part_reader){ .rest = p->content,
	    .encoding = p->encoding };
}

static void
copy(struct buf *out, struct span *from, size_t n)
{
	if (n > room(out))
		n = room(out);
	buf_put(out, span_head(*from, n));
	*from = span_skip(*from, n);
}

/* ---- base64 (RFC 2045 6.8) --------------------------------------------- */

static bool
is_letter(int c)
{
	return is_alnum(c) || c == '+' || c == '/';
}

/* A whole line of groups, as nearly all are.  False: it is none. */
static bool
base64_line(struct part_reader *r, struct buf *out)
{
	size_t len = out->len, most = room(out) / 3 * 4;
	struct span line = head_line(span_head(r->rest, most + 1));
	struct span text = span_trim_fws(line);

	if (r->n_quad > 0)
		return false;
	/* of a line that is longer than the room: whole groups */
	if (line.len > most) {
		text = span_head(text, text.len / 4 * 4);
		text = span_head(text, most);
		line = span_head(line, span_offset(line, text) + text.len);
	}
	if (text.len == 0 || text.len % 4 != 0 || span_has(text, '=') ||
	    !base64_decode(out, text, false)) {
		out->len = len;
		return false;
	}
	r->rest = span_skip(r->rest, line.len);
	return true;
}

/* The characters that wait, 2 to 4 of them, as octets.  One alone is 6
 * bits, and no octet. */
static void
flush_quad(struct part_reader *r, struct buf *out)
{
	unsigned n = r->n_quad;

	r->n_quad = 0;
	if (n < 2) {
		r->bad |= n == 1;
		return;
	}
	for (unsigned i = n; i < 4; i++)
		r->quad[i] = '=';
	(void)base64_decode(out, (struct span){ r->quad, 4 }, false);
}

/* Character by character, to the end of the line or of the room. */
static void
base64_slowly(struct part_reader *r, struct buf *out)
{
	while (r->rest.len > 0 && room(out) >= 3) {
		int c = span_at(r->rest, 0);

		r->rest = span_skip(r->rest, 1);
		if (c == '=') {
			/* the end: what follows was put there by others */
			r->bad |= span_trim_fws(span_skip(r->rest,
			    span_at(r->rest, 0) == '=')).len > 0;
			r->rest = SPAN_NONE;
		} else if (is_letter(c)) {
			r->quad[r->n_quad++] = (uint8_t)c;
			if (r->n_quad == 4)
				flush_quad(r, out);
		} else {
			r->bad |= !is_fws(c);
		}
		if (c == '\n' && r->n_quad == 0)
			break;
	}
}

static void
read_base64(struct part_reader *r, struct buf *out)
{
	while (r->rest.len > 0 && room(out) >= 3)
		if (!base64_line(r, out))
			base64_slowly(r, out);
	if (r->rest.len == 0 && room(out) >= 3)
		flush_quad(r, out);
}

/* ---- quoted-printable (RFC 2045 6.7) ----------------------------------- */

/* "=", SP, HTAB */
static const struct byteset special = { {
	0x2000000100000200, 0, 0, 0 } };

/* Octets of a soft line break at the head of s, "=" included; 0: none.
 * White space may have been added behind the "=" (6.7 (3)). */
static size_t
soft_break(struct span s)
{
	size_t i = 1;

	while (is_wsp(span_at(s, i)))
		i++;
	if (i >= s.len)
		return s.len;
	if (span_at(s, i) == '\r')
		i++;
	return span_at(s, i) == '\n' ? i + 1 : 0;
}

static void
read_equals(struct part_reader *r, struct buf *out)
{
	int high = hex_value(span_at(r->rest, 1));
	int low = hex_value(span_at(r->rest, 2));
	size_t n = soft_break(r->rest);

	if (high >= 0 && low >= 0) {
		buf_byte(out, (uint8_t)(high * 16 + low));
		n = 3;
	} else if (n == 0) {
		r->bad = true;
		buf_byte(out, '=');
		n = 1;
	}
	r->rest = span_skip(r->rest, n);
}

/* White space: at the end of a line it was added by transport (6.7 (3)). */
static void
read_blanks(struct part_reader *r)
{
	size_t n = 0;
	int next;

	while (is_wsp(span_at(r->rest, n)))
		n++;
	next = span_at(r->rest, n);
	if (next < 0 || next == '\r' || next == '\n')
		r->rest = span_skip(r->rest, n);
	else
		r->keep = n;
}

static void
read_qp(struct part_reader *r, struct buf *out)
{
	while (r->rest.len > 0 && room(out) > 0) {
		size_t n = span_find_set(r->rest, &special);

		if (r->keep > 0) {
			n = r->keep < room(out) ? r->keep : room(out);
			r->keep -= n;
			copy(out, &r->rest, n);
		} else if (n > 0) {
			copy(out, &r->rest, n);
		} else if (span_at(r->rest, 0) == '=') {
			read_equals(r, out);
		} else {
			read_blanks(r);
		}
	}
}

/* ------------------------------------------------------------------------ */

bool
part_read(struct part_reader *r, struct buf *out)
{
	size_t before = out->len;

	if (room(out) < PART_READ_MIN)
		return false;
	switch (r->encoding) {
	case PART_PLAIN:
		copy(out, &r->rest, room(out));
		break;
	case PART_BASE64:
		read_base64(r, out);
		break;
	case PART_QP:
		read_qp(r, out);
		break;
	}
	return out->len > before;
}

struct span
part_text(const struct part *p, size_t max, bool *more, struct arena *a)
{
	struct part_reader r;
	struct buf b;

	*more = p->content.len > max;
	if (p->encoding == PART_PLAIN)
		return span_head(p->content, max);
	part_open(&r, p);
	b = arena_buf(a, (p->content.len < max ? p->content.len : max) +
	    PART_READ_MIN);
	while (part_read(&r, &b))
		continue;
	*more = r.rest.len > 0 || b.len > max;
	return span_head(arena_done(a, &b), max);
}
