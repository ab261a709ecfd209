/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shown.c - code points that show nothing (Unicode 15: Default_Ignorable,
 * bidirectional controls, the block of tags): counted, and left out.
 */
#include "content/inner.h"

#include "base/ascii.h"
#include "wire/utf8.h"

/* %d32-126 */
static const struct byteset plain = { {
	0xffffffff00000000, 0x7fffffffffffffff, 0, 0 } };

enum { ZWNJ = 0x200c, ZWJ = 0x200d, BLACK_FLAG = 0x1f3f4,
    CANCEL_TAG = 0xe007f };

static bool
is_tag(uint32_t c)
{
	return c >= 0xe0000 && c <= 0xe007f;
}

static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Arabic to Indic and Khmer scripts write words with joiners (RFC 5892
 * A.1, A.2), and emoji are joined with them. */
static bool
takes_joiner(int32_t c)
{
	return (c >= 0x600 && c < 0x1100) || (c >= 0x1780 && c < 0x18b0) ||
	    (c >= 0xa840 && c < 0xac00) || (c >= 0x2190 && c < 0x2c00) ||
	    c >= 0x1f000;
}

/* A run of tag characters: a flag has up to six and a last one (UTS 51,
 * emoji tag sequences), else they are letters that nobody sees. */
static void
take_tag(struct reading *r, uint32_t c)
{
	struct shown_state *s = &r->state;

	if (s->flag > 0) {
		s->flag = c == CANCEL_TAG ? 0 : s->flag - 1;
		utf8_put(&r->text, c);
		return;
	}
	r->out->invisible.tags++;
	if (c < 0xe0020 || c >= 0xe007f)
		return;
	s->tags = true;
	r->out->hidden_octets[CONTENT_HIDDEN_TAG_CHARACTERS]++;
	buf_byte(&r->hidden, (uint8_t)(c - 0xe0000));
}

static void
take_selector(struct reading *r, uint32_t c)
{
	struct shown_state *s = &r->state;
	bool honest = !s->selector && s->before > 0x7f;

	/* keycaps: digits, "#" and "*" take U+FE0F */
	honest |= !s->selector && c == 0xfe0f && s->before > ' ';
	s->selector = true;
	if (honest)
		utf8_put(&r->text, c);
	else
		r->out->invisible.variation++;
}

/* True: c was nothing that shows. */
static bool
take_odd(struct reading *r, uint32_t c)
{
	struct content_invisible *n = &r->out->invisible;

	if (is_tag(c)) {
		take_tag(r, c);
		return true;
	}
	if (is_selector(c)) {
		take_selector(r, c);
		return true;
	}
	switch (utf8_kind(c)) {
	case UTF8_PLAIN:
		return false;
	case UTF8_CONTROL:
		return c != '\n' && c != '\t';
	case UTF8_BIDI:
		/* marks (LRM, RLM, ALM) are usual beside such scripts */
		if (c == 0x200e || c == 0x200f || c == 0x61c)
			n->other++;
		else
			n->bidi++;
		return true;
	case UTF8_INVISIBLE:
		break;
	}
	if ((c == ZWNJ || c == ZWJ) && takes_joiner(r->state.before) &&
	    !r->state.joiner) {
		r->state.joiner = true;
		utf8_put(&r->text, c);
	} else if ((c >= 0x200b && c <= 0x200d) || c == 0x2060 ||
	    c == 0xfeff) {
		n->zero_width++;
	} else {
		n->other++;
	}
	return true;
}

static void
end_tags(struct reading *r)
{
	if (r->state.tags)
		buf_byte(&r->hidden, '\n');
	r->state.tags = false;
}

static void
take(struct reading *r, int32_t c)
{
	if (c < 0)
		c = 0xfffd;
	if (take_odd(r, (uint32_t)c))
		return;
	end_tags(r);
	r->state = (struct shown_state){ .before = c,
	    .flag = c == BLACK_FLAG ? 7 : 0 };
	utf8_put(&r->text, (uint32_t)c);
}

void
shown_put(struct reading *r, struct span s)
{
	while (s.len > 0) {
		size_t n = span_run_set(s, &plain);

		if (n > 0) {
			end_tags(r);
			buf_put(&r->text, span_head(s, n));
			r->state = (struct shown_state){ .before =
			    span_at(s, n - 1) };
			s = span_skip(s, n);
			continue;
		}
		take(r, utf8_next(&s));
	}
}

void
shown_end(struct reading *r)
{
	end_tags(r);
	r->state = (struct shown_state){ .before = -1 };
}

/* ---- one line --------------------------------------------------------- */

static void
put_line(struct buf *out, struct span s)
{
	size_t begin = out->len;
	bool space = false;

	while (s.len > 0 && !out->full) {
		int32_t c = utf8_next(&s);

		if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0) {
			space = true;
			continue;
		}
		if (c < 0)
			c = 0xfffd;
		if (is_tag((uint32_t)c))	/* letters nobody sees */
			c -= 0xe0000;
		if (c == 0x7f || utf8_kind((uint32_t)c) != UTF8_PLAIN ||
		    is_selector((uint32_t)c))
			continue;
		if (space && out->len > begin)
			buf_byte(out, ' ');
		space = false;
		utf8_put(out, (uint32_t)c);
	}
}

struct span
shown_line(struct span s, size_t max, struct arena *a)
{
	/* a character is never cut: what does not fit is left out */
	struct buf b = arena_buf(a, s.len < max / 3 ? 3 * s.len : max);
	struct span line;

	put_line(&b, s);
	line = arena_done(a, &b);
	while (!utf8_valid(line) && line.len > 0)
		line = span_head(line, line.len - 1);
	return line;
}

void
hidden_put(struct reading *r, enum content_hidden_kind kind, struct span s)
{
	size_t before = r->hidden.len;

	if (r->aside)
		return;
	put_line(&r->hidden, s);
	r->out->hidden_octets[kind] += r->hidden.len - before;
	if (r->hidden.len > before)
		buf_byte(&r->hidden, '\n');
}
