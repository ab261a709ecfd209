/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/milter_text.h"

void
milter_text_begin(struct milter_session *s)
{
	s->text = arena_buf(&s->mail, LIMIT_MILTER_INLINE);
}

static void
spill(struct milter_session *s, struct span bytes)
{
	if (bytes.len > 0 && !s->failed &&
	    !s->sink.write(s->sink.ctx, bytes))
		s->failed = true;
}

static void
flush(struct milter_session *s)
{
	spill(s, buf_span(&s->text));
	s->text.len = 0;
	s->spilled = true;
}

/* Room for more; not behind what is written already. */
static void
grow(struct milter_session *s)
{
	struct buf more;

	if (s->spilled || s->text.cap >= LIMIT_MILTER_WHOLE ||
	    s->rcpts_octets > LIMIT_MILTER_WHOLE_RCPTS)
		return;
	more = arena_buf(&s->mail, LIMIT_MILTER_WHOLE);
	buf_put(&more, buf_span(&s->text));
	if (!more.full)
		s->text = more;
}

void
milter_text_put(struct milter_session *s, struct span bytes)
{
	s->size += bytes.len;
	if (s->terms->most > 0 && s->size > s->terms->most)
		s->over = true;
	if (s->over || s->failed)
		return;
	if (bytes.len > s->text.cap - s->text.len)
		grow(s);
	if (bytes.len > s->text.cap - s->text.len)
		flush(s);
	if (bytes.len > s->text.cap)
		spill(s, bytes);
	else
		buf_put(&s->text, bytes);
}

/* Lines of a folded field end with LF on this wire, with CR LF in mail. */
static void
put_value(struct milter_session *s, struct span value)
{
	for (;;) {
		size_t n = span_find(value, '\n');

		milter_text_put(s, span_head(value, n));
		if (n >= value.len)
			return;
		milter_text_put(s, n > 0 && span_at(value, n - 1) == '\r' ?
		    SPAN("\n") : SPAN("\r\n"));
		value = span_skip(value, n + 1);
	}
}

void
milter_text_field(struct milter_session *s, const struct milter_packet *p)
{
	milter_text_put(s, p->name);
	/* without LEADING_SPACE the MTA ate one, if there was one */
	milter_text_put(s, s->steps & MILTER_LEADING_SPACE ? SPAN(":") :
	    SPAN(": "));
	put_value(s, p->value);
	milter_text_put(s, SPAN("\r\n"));
}

void
milter_text_end(struct milter_session *s)
{
	if (s->spilled && !s->over)
		flush(s);
}
