/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/canon_body.h"

#include "base/ascii.h"
#include "base/scan.h"

/* A run above LONG_RUN is not worth copying; a window is looked through and
 * hashed while it is in the nearest cache. */
enum { LONG_RUN = 256, WINDOW = 16384 };

void
canon_body_init(struct canon_body *c, enum canon kind)
{
	/* The stage stays as it is: it is written before it is read. */
	c->kind = kind;
	c->ended = c->finished = c->content = false;
	c->cr = c->bare = c->wsp = false;
	c->ends = c->tail = 0;
	c->rest = c->run = SPAN_NONE;
}

/* Content comes, so what is owed was not at an end after all.  False: the
 * stage is full, and some is still owed. */
static bool
pay(struct canon_body *c, struct buf *out)
{
	while (c->ends > 0) {
		struct span crlf = SPAN("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
		    "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n");
		uint64_t n = c->ends < 16 ? c->ends : 16;

		if (out->cap - out->len <= crlf.len)
			return false;
		buf_put(out, span_head(crlf, (size_t)n * 2));
		c->ends -= n;
	}
	if (c->wsp)
		buf_byte(out, ' ');
	c->wsp = false;
	return true;
}

/* RFC 6376 3.4.3: only line ends at the end of the body matter.  Sets aside
 * those at the end of the chunk. */
static void
feed_simple(struct canon_body *c, struct span s)
{
	c->cr = span_ends(s, SPAN("\r"));
	if (c->cr)
		s.len--;
	while (span_at(s, s.len - 1) == '\n' &&
	    span_at(s, s.len - 2) == '\r') {
		s.len -= 2;
		c->tail++;
	}
	c->rest = s;
}

static struct span
next_simple(struct canon_body *c, struct buf *out)
{
	struct span s = c->rest;

	/* What goes before the content goes out first. */
	if (s.len > 0 && (!pay(c, out) || out->len > 0))
		return buf_span(out);
	c->rest = SPAN_NONE;
	c->ends += c->tail;
	c->tail = 0;
	return s.len > 0 ? s : buf_span(out);
}

/* Takes what is owed, or may be.  True: rest begins with content. */
static bool
at_content(struct canon_body *c)
{
	struct span s = c->rest;
	int ch;

	for (;;) {
		ch = span_at(s, 0);
		if (is_wsp(ch)) {
			c->wsp = true;
			s = span_skip(s, 1);
		} else if (ch == '\r' && span_at(s, 1) == '\n') {
			c->wsp = false;
			c->ends++;
			s = span_skip(s, 2);
		} else {
			break;
		}
	}
	if (ch == '\r' && s.len == 1) {
		c->cr = true;
		s = span_skip(s, 1);
	}
	c->rest = s;
	return s.len > 0;
}

/* Takes from rest, which begins with content, what is canonical as it lies:
 * up to the first octet that white-space reduction changes, less all that
 * may turn out to be at the end of a line or of the body. */
static struct span
take_run(struct canon_body *c)
{
	struct span s = span_head(c->rest, WINDOW);
	size_t n = scan_tidy(s);

	if (n > 1 && span_at(s, n - 1) == '\r')
		n--;
	for (;;) {
		int last = span_at(s, n - 1);

		if (n > 1 && last == ' ')
			n--;
		else if (n > 2 && last == '\n' && span_at(s, n - 2) == '\r')
			n -= 2;
		else
			break;
	}
	c->rest = span_skip(c->rest, n);
	return span_head(s, n);
}

/* RFC 6376 3.4.4 */
static struct span
next_relaxed(struct canon_body *c, struct buf *out)
{
	while (at_content(c)) {
		struct span run;

		if (!pay(c, out))
			break;
		run = take_run(c);
		if (run.len <= LONG_RUN && run.len < out->cap - out->len) {
			buf_put(out, run);
			continue;
		}
		if (out->len == 0)
			return run;
		c->run = run;
		break;
	}
	return buf_span(out);
}

void
canon_body_feed(struct canon_body *c, struct span chunk)
{
	if (chunk.len == 0)
		return;
	if (c->cr && span_at(chunk, 0) == '\n') {
		c->wsp = false;
		c->ends++;
		chunk = span_skip(chunk, 1);
	} else if (c->cr) {
		c->bare = true;
	}
	c->cr = false;
	if (c->kind == CANON_SIMPLE)
		feed_simple(c, chunk);
	else
		c->rest = chunk;
}

void
canon_body_end(struct canon_body *c)
{
	c->bare = c->bare || c->cr;
	c->cr = false;
	c->ended = true;
}

/* The bare CR that the chunk before ended with is content. */
static bool
pay_bare(struct canon_body *c, struct buf *out)
{
	if (!c->bare)
		return true;
	if (!pay(c, out))
		return false;
	buf_byte(out, '\r');
	c->bare = false;
	return true;
}

/* RFC 6376 3.4.3: one CRLF at the end, even of no body.  3.4.4: a body of
 * nothing, or of nothing but empty lines, gives nothing. */
static struct span
finish(struct canon_body *c, struct buf *out)
{
	c->finished = true;
	if (c->kind == CANON_SIMPLE || c->content || out->len > 0)
		buf_str(out, "\r\n");
	return buf_span(out);
}

struct span
canon_body_next(struct canon_body *c)
{
	struct buf out = BUF_ON(c->stage);
	struct span s = c->run;

	c->run = SPAN_NONE;
	if (s.len > 0)
		return s;
	if (!pay_bare(c, &out))
		s = buf_span(&out);
	else if (c->ended)
		s = c->finished ? SPAN_NONE : finish(c, &out);
	else if (c->kind == CANON_SIMPLE)
		s = next_simple(c, &out);
	else
		s = next_relaxed(c, &out);
	c->content = c->content || s.len > 0;
	return s;
}
