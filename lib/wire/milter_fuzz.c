/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties: a packet that was read, printed and read again is the same,
 * and its print is the octets that came, except where data is ignored; a
 * stream gives the same packets however it is cut.
 */
#include "wire/milter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t room[(1 << 20) + 16], room2[(1 << 20) + 16];

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static bool
ignores(const struct milter_packet *p)
{
	return p->word == MILTER_ABORT || p->word == MILTER_QUIT ||
	    p->word == MILTER_QUIT_NC || p->word == MILTER_EOH ||
	    p->word == MILTER_DATA || (p->word == MILTER_CONNECT &&
	    p->family == MILTER_FAMILY_NONE);
}

static void
one(struct span frame)
{
	struct milter_packet p, q;
	struct buf b = BUF_ON(room), c = BUF_ON(room2);
	struct span in, again, name, value, rest;

	if (milter_parse(&p, frame) != MILTER_FINE)
		return;
	milter_print(&b, &p);
	in = buf_span(&b);
	must(!b.full && milter_need(in) == in.len);
	must(milter_take(&again, &in) == MILTER_FINE && in.len == 0);
	must(ignores(&p) || span_eq(again, frame));
	must(milter_parse(&q, again) == MILTER_FINE);
	milter_print(&c, &q);
	must(span_eq(buf_span(&c), buf_span(&b)));
	rest = p.macros;
	while (milter_string_next(&name, &rest)) {
		must(milter_string_next(&value, &rest));
		must(!span_absent(milter_macro(p.macros, name)) ||
		    span_at(name, 0) == '{');
	}
}

/* The sum of the packets in in, octets after from being there only later. */
static size_t
walk(struct span in, size_t from, enum milter_fault *end)
{
	struct span now = span_head(in, from), frame;
	size_t sum = 0, taken = 0;

	for (;;) {
		size_t before = now.len;

		*end = milter_take(&frame, &now);
		if (*end == MILTER_FINE) {
			must(before - now.len == frame.len + 4);
			taken += frame.len + 4;
			sum = sum * 31 + frame.len * 7 +
			    (size_t)span_at(frame, 0);
			continue;
		}
		must(before == now.len);
		if (*end != MILTER_MORE || taken + now.len >= in.len)
			return sum;
		now = span_skip(in, taken);	/* the rest arrives */
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size }, frame, rest = in;
	enum milter_fault a, b;
	struct buf text = BUF_ON(room);

	one(in);
	while (milter_take(&frame, &rest) == MILTER_FINE)
		one(frame);
	for (size_t cut = 0; cut <= size && cut < 64; cut++) {
		size_t whole = walk(in, size, &a);

		must(walk(in, cut, &b) == whole && a == b);
	}
	milter_value_put(&text, in);
	must(!text.full && !span_has(buf_span(&text), 0));
	must(!span_has(buf_span(&text), '\r'));
	return 0;
}
