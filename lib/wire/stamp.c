/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/stamp.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "wire/day.h"

static int64_t
two(struct cur *c, uint64_t max)
{
	uint64_t n = 0;

	if (!span_u64(cur_take(c, 2), max, &n))
		c->bad = true;
	return (int64_t)n;
}

static void
colon(struct cur *c)
{
	if (!cur_accept(c, ':'))
		c->bad = true;
}

/* Seconds of the day; 60 is a leap second, 24:00:00 the end of the day. */
static int64_t
read_time(struct cur *c)
{
	int64_t h = two(c, 24), m, s;

	colon(c);
	m = two(c, 59);
	colon(c);
	s = two(c, 60);
	if (h == 24 && (m != 0 || s != 0))
		c->bad = true;
	return h * 3600 + m * 60 + s;
}

static void
skip_fraction(struct cur *c)
{
	if (!cur_accept(c, '.'))
		return;
	if (!is_digit(cur_peek(c)))
		c->bad = true;
	while (is_digit(cur_peek(c)))
		(void)cur_byte(c);
}

static int64_t
read_offset(struct cur *c, bool *zoned)
{
	int64_t h, sign = cur_peek(c) == '-' ? -1 : 1;

	*zoned = !cur_end(c);
	if (!*zoned || cur_accept(c, 'Z') || cur_accept(c, 'z'))
		return 0;
	if (!cur_accept(c, '+') && !cur_accept(c, '-'))
		c->bad = true;
	h = two(c, 23);
	colon(c);
	return sign * (h * 3600 + two(c, 59) * 60);
}

bool
stamp_parse(int64_t *out, struct span text, bool *zoned)
{
	struct cur c = cur_of(text);
	int64_t day = 0, time, offset;

	if (!day_parse(&day, cur_take(&c, DAY_TEXT)))
		return false;
	if (!cur_accept(&c, 'T') && !cur_accept(&c, 't') &&
	    !cur_accept(&c, ' '))
		return false;
	time = read_time(&c);
	skip_fraction(&c);
	offset = read_offset(&c, zoned);
	if (c.bad || c.rest.len > 0)
		return false;
	*out = day + time - offset;
	return true;
}

static void
put_two(struct buf *out, int64_t n, uint8_t before)
{
	buf_byte(out, before);
	buf_byte(out, (uint8_t)('0' + n / 10));
	buf_byte(out, (uint8_t)('0' + n % 10));
}

void
stamp_print(struct buf *out, int64_t when)
{
	size_t len = out->len;
	int64_t s = when % DAY_SECONDS;

	day_print(out, when);
	if (out->len == len)
		return;
	put_two(out, s / 3600, 'T');
	put_two(out, s / 60 % 60, ':');
	put_two(out, s % 60, ':');
	buf_byte(out, 'Z');
}
