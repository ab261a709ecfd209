/* SPDX-License-Identifier: Apache-2.0 */
#include "sign/draft.h"

#include "wire/base64.h"

struct sheet
sheet_of(struct buf *out, struct span name, bool plain)
{
	return (struct sheet){ .out = out, .plain = plain,
		.column = name.len + 2 };
}

static void
fold(struct sheet *s)
{
	buf_str(s->out, "\r\n\t");
	s->column = SHEET_INDENT;
}

void
sheet_word(struct sheet *s, struct span word, bool apart)
{
	size_t need = word.len + (apart && s->begun);

	if (!s->plain && s->begun && s->column > SHEET_INDENT &&
	    s->column + need > SHEET_WIDTH) {
		fold(s);
	} else if (apart && s->begun) {
		buf_byte(s->out, ' ');
		s->column++;
	}
	buf_put(s->out, word);
	s->column += word.len;
	s->begun = true;
}

void
sheet_tag(struct sheet *s, const char *name, struct span value)
{
	ROOM(room, LIMIT_TAG_DATA + 16);
	struct buf b = BUF_ON(room);

	buf_str(&b, name);
	buf_byte(&b, '=');
	buf_put(&b, value);
	buf_byte(&b, ';');
	sheet_word(s, buf_span(&b), true);
	if (b.full)
		s->out->full = true;
}

void
sheet_number(struct sheet *s, const char *name, uint64_t value)
{
	uint8_t room[20];
	struct buf b = BUF_ON(room);

	buf_u64(&b, value);
	sheet_tag(s, name, buf_span(&b));
}

/* Octets of the last line of text, which begins behind "Name: ". */
static size_t
column_of(struct span name, struct span text)
{
	size_t at = span_rfind(text, '\n');

	if (at == text.len)
		return name.len + 2 + text.len;
	return SHEET_INDENT - 1 + text.len - at - 1;
}

struct span
draft_finish(const struct draft *d, struct span signature, struct arena *a)
{
	size_t room = signature.len / 3 * 4 + 4;
	struct buf b64 = arena_buf(a, room);
	struct buf out = arena_buf(a, d->before.len + d->after.len + room +
	    room / 16 + 8);
	struct sheet s = { .out = &out, .plain = d->plain, .begun = true };
	struct span rest;

	base64_encode(&b64, signature);
	rest = buf_span(&b64);
	buf_put(&out, d->before);
	s.column = column_of(d->name, d->before);
	while (rest.len > 0) {
		size_t n = d->plain ? rest.len :
		    s.column < SHEET_WIDTH ? SHEET_WIDTH - s.column :
		    SHEET_WIDTH - SHEET_INDENT;

		sheet_word(&s, span_head(rest, n), false);
		rest = span_skip(rest, n);
	}
	buf_put(&out, d->after);
	return out.full || signature.len == 0 ? SPAN_NONE : buf_span(&out);
}
