/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties: any packets in any order leave a session that is sound and
 * bounded; a message that is taken apart as an MTA does it comes out of the
 * session octet for octet, however its body is cut.
 */
#include "wire/milter_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t sunk_room[4 << 20];
static struct buf sunk = { .ptr = sunk_room, .cap = sizeof(sunk_room) };
static uint8_t out_room[4096];

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
sink(void *ctx, struct span bytes)
{
	(void)ctx;
	buf_put(&sunk, bytes);
	return !sunk.full;
}

static void
start(struct milter_session *s, const struct milter_terms *t)
{
	static const struct milter_sink to = { .write = sink };

	sunk.len = 0;
	sunk.full = false;
	milter_session_init(s, t, &to);
}

/* What holds after every packet. */
static void
sound(const struct milter_session *s)
{
	size_t n = 0;

	must(s->size == 0 || s->begun);
	must(!s->begun || s->state >= MILTER_OPEN);
	must(s->state <= MILTER_OPEN || s->begun);
	must(s->domains <= LIMIT_MILTER_DOMAINS);
	must(s->mail.used <= LIMIT_MILTER_MAIL);
	for (const struct milter_rcpt *r = s->rcpt; r != NULL; r = r->next)
		n++;
	must(n == s->rcpts && n <= LIMIT_MILTER_RCPTS);
	must(s->over || s->failed || s->mail.failed ||
	    s->text.len + (s->spilled ? sunk.len : 0) == s->size);
}

static void
any_order(struct span in)
{
	struct milter_terms t = { .most = 5000, .hear_rcpt = in.len % 2 };
	struct milter_session s;
	struct milter_packet p;
	struct span frame;

	start(&s, &t);
	while (milter_take(&frame, &in) == MILTER_FINE) {
		struct buf out = BUF_ON(out_room);
		enum milter_turn turn;

		if (milter_parse(&p, frame) != MILTER_FINE)
			break;
		turn = milter_session_take(&s, &p, &out);
		must(!out.full);
		if (turn == MILTER_RCPT_DUE)
			milter_session_rcpt(&s, frame.len % 2, SPAN_NONE,
			    &out);
		sound(&s);
		if (turn == MILTER_BYE || turn == MILTER_WRONG)
			break;
		if (turn == MILTER_VERDICT_DUE && frame.len % 2)
			milter_session_done(&s);
		if (!s.begun)
			sunk.len = 0;
	}
	milter_session_free(&s);
}

/* ---- a message, taken apart --------------- */

static void
tell(struct milter_session *s, const struct milter_packet *p)
{
	struct buf out = BUF_ON(out_room);

	(void)milter_session_take(s, p, &out);
	sound(s);
}

/* Octets of the field at the head, its CR LF among them; 0: none is. */
static size_t
field_length(struct span in)
{
	size_t n = 0;

	for (;;) {
		size_t line = span_search(span_skip(in, n), SPAN("\r\n"));

		if (line >= in.len - n)
			return 0;
		n += line + 2;
		if (span_at(in, n) != ' ' && span_at(in, n) != '\t')
			return n;
	}
}

/* The value on the wire: LF for CR LF. */
static struct span
wire_value(struct buf *room, struct span v)
{
	room->len = 0;
	for (size_t i = 0; i < v.len; i++)
		if (span_at(v, i) != '\r' || span_at(v, i + 1) != '\n')
			buf_byte(room, (uint8_t)span_at(v, i));
	return buf_span(room);
}

/* What no MTA sends so, or what reads two ways on this wire. */
static bool
ambiguous(struct span field)
{
	for (size_t i = 0; i < field.len; i++)
		if ((span_at(field, i) == '\n' &&
		    span_at(field, i - 1) != '\r') ||
		    (span_at(field, i) == '\r' &&
		    span_at(field, i + 1) == '\r'))
			return true;
	return false;
}

static void
tell_body(struct milter_session *s, struct span body, size_t piece)
{
	struct milter_packet p = { .word = MILTER_BODY };

	while (body.len > 0) {
		p.data = span_head(body, piece);
		tell(s, &p);
		body = span_skip(body, piece);
	}
	tell(s, &(struct milter_packet){ .word = MILTER_END });
}

static bool
tell_header(struct milter_session *s, struct span *rest)
{
	static uint8_t room[1 << 20];
	struct buf value = BUF_ON(room);

	while (!span_starts(*rest, SPAN("\r\n"))) {
		struct milter_packet p = { .word = MILTER_HEADER };
		size_t n = field_length(*rest);
		struct span field = span_head(*rest, n - (n >= 2 ? 2 : 0));

		if (n == 0 || !span_has(field, ':') || ambiguous(field))
			return false;
		*rest = span_skip(*rest, n);
		p.name = span_cut(&field, ':');
		p.value = wire_value(&value, field);
		tell(s, &p);
	}
	*rest = span_skip(*rest, 2);
	tell(s, &(struct milter_packet){ .word = MILTER_EOH });
	return true;
}

static void
put_together(struct span message)
{
	struct milter_terms t = { .most = 0 };
	struct milter_session s;
	struct span rest = message;

	start(&s, &t);
	tell(&s, &(struct milter_packet){ .word = MILTER_OPTIONS,
	    .version = 6, .actions = 0x1ff, .steps = 0x1fffff });
	tell(&s, &(struct milter_packet){ .word = MILTER_CONNECT,
	    .family = 'U', .name = SPAN("x") });
	tell(&s, &(struct milter_packet){ .word = MILTER_MAIL,
	    .args = SPAN("<a@b>\0") });
	if (tell_header(&s, &rest)) {
		tell_body(&s, rest, message.len % 7 * 1000 + 1);
		must(s.state == MILTER_JUDGED && !s.failed);
		must(span_eq(message, s.spilled ? buf_span(&sunk) :
		    buf_span(&s.text)));
	}
	milter_session_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };

	any_order(in);
	put_together(in);
	return 0;
}
