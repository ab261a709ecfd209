/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/date.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/day.h"

static const struct span months[] = {
	SPAN_INIT("Jan"), SPAN_INIT("Feb"), SPAN_INIT("Mar"),
	SPAN_INIT("Apr"), SPAN_INIT("May"), SPAN_INIT("Jun"),
	SPAN_INIT("Jul"), SPAN_INIT("Aug"), SPAN_INIT("Sep"),
	SPAN_INIT("Oct"), SPAN_INIT("Nov"), SPAN_INIT("Dec"),
};
static const struct span days[] = {
	SPAN_INIT("Mon"), SPAN_INIT("Tue"), SPAN_INIT("Wed"),
	SPAN_INIT("Thu"), SPAN_INIT("Fri"), SPAN_INIT("Sat"),
	SPAN_INIT("Sun"),
};
/* RFC 5322 4.3 obs-zone; minutes east of UTC */
static const struct {
	struct span name;
	int minutes;
} zones[] = {
	{ SPAN_INIT("UT"), 0 }, { SPAN_INIT("GMT"), 0 },
	{ SPAN_INIT("EST"), -300 }, { SPAN_INIT("EDT"), -240 },
	{ SPAN_INIT("CST"), -360 }, { SPAN_INIT("CDT"), -300 },
	{ SPAN_INIT("MST"), -420 }, { SPAN_INIT("MDT"), -360 },
	{ SPAN_INIT("PST"), -480 }, { SPAN_INIT("PDT"), -420 },
};

struct date {
	struct span rest;
	bool bad;
};

/* White space and comments, nested as they like. */
static void
skip_cfws(struct date *d)
{
	size_t depth = 0;

	for (;;) {
		int c = span_at(d->rest, 0);

		if (c == '(')
			depth++;
		else if (depth > 0 && c == ')')
			depth--;
		else if (depth > 0 && c == '\\')
			d->rest = span_skip(d->rest, 1);
		else if (c < 0 || (depth == 0 && !is_fws(c)))
			break;
		d->rest = span_skip(d->rest, 1);
	}
	d->bad |= depth > 0;
}

static bool
accept(struct date *d, uint8_t c)
{
	skip_cfws(d);
	if (span_at(d->rest, 0) != c)
		return false;
	d->rest = span_skip(d->rest, 1);
	return true;
}

static struct span
word(struct date *d)
{
	size_t n = 0;
	struct span s;

	skip_cfws(d);
	while (is_alpha(span_at(d->rest, n)))
		n++;
	s = span_head(d->rest, n);
	d->rest = span_skip(d->rest, n);
	return s;
}

/* low to high digits, value at most max. */
static int
number(struct date *d, size_t low, size_t high, int max, size_t *digits)
{
	int v = 0;
	size_t n = 0;

	skip_cfws(d);
	while (n < high && is_digit(span_at(d->rest, n)))
		v = v * 10 + span_at(d->rest, n++) - '0';
	d->bad |= n < low || v > max || is_digit(span_at(d->rest, n));
	d->rest = span_skip(d->rest, n);
	if (digits != NULL)
		*digits = n;
	return v;
}

static int
month(struct date *d)
{
	struct span w = word(d);

	for (int i = 0; i < 12; i++)
		if (span_ieq(w, months[i]))
			return i + 1;
	d->bad = true;
	return 1;
}

static void
day_name(struct date *d)
{
	struct span w = word(d);

	for (size_t i = 0; i < 7; i++)
		if (span_ieq(w, days[i])) {
			d->bad |= !accept(d, ',');
			return;
		}
	d->bad |= w.len > 0;
}

static int
year(struct date *d)
{
	size_t digits = 0;
	int y = number(d, 2, 4, 9999, &digits);

	/* RFC 5322 4.3: two digits: 00-49 is 20xx; three: add 1900 */
	if (digits == 2)
		return y < 50 ? 2000 + y : 1900 + y;
	return digits == 3 ? 1900 + y : y;
}

/* Minutes east of UTC. */
static int
zone(struct date *d)
{
	struct span w = word(d);
	int sign = 0, v;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (span_ieq(w, zones[i].name))
			return zones[i].minutes;
	/* 4.3: military and unknown zones count as -0000 */
	if (w.len > 0)
		return 0;
	if (accept(d, '+'))
		sign = 1;
	else if (accept(d, '-'))
		sign = -1;
	v = number(d, 4, 4, 9999, NULL);
	d->bad |= sign == 0 || v % 100 > 59;
	return sign * (v / 100 * 60 + v % 100);
}

static bool
leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int
month_days(int y, int m)
{
	static const int8_t n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };

	return n[m - 1] + (m == 2 && leap(y) ? 1 : 0);
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t
day_number(int y, int m, int day)
{
	int64_t before = y - 1;
	int64_t n = before * 365 + before / 4 - before / 100 + before / 400;

	for (int i = 1; i < m; i++)
		n += month_days(y, i);
	return n + day - 1 - 719162;
}

bool
date_parse(int64_t *out, struct span text)
{
	struct date d = { .rest = span_head(text, LIMIT_DATE) };
	int day, m, y, hour, minute, second = 0, east;

	day_name(&d);
	day = number(&d, 1, 2, 31, NULL);
	m = month(&d);
	y = year(&d);
	hour = number(&d, 1, 2, 23, NULL);
	d.bad |= !accept(&d, ':');
	minute = number(&d, 1, 2, 59, NULL);
	if (accept(&d, ':'))
		second = number(&d, 1, 2, 60, NULL);
	east = zone(&d);
	skip_cfws(&d);
	d.bad |= d.rest.len > 0 || text.len > LIMIT_DATE;
	/* 3.3: no year before 1900 */
	if (d.bad || y < 1900 || day < 1 || day > month_days(y, m))
		return false;
	*out = day_number(y, m, day) * 86400 + hour * 3600 +
	    (minute - east) * 60 + second;
	return true;
}

/* ---- and back ------------------------------------------------------------ */

static void
two(struct buf *out, int64_t n, char behind)
{
	buf_byte(out, (uint8_t)('0' + n / 10));
	buf_byte(out, (uint8_t)('0' + n % 10));
	buf_byte(out, (uint8_t)behind);
}

void
date_print(struct buf *out, int64_t when)
{
	ROOM(room, DAY_TEXT);
	struct buf day = BUF_ON(room);
	struct span text;
	uint64_t d = 0, m = 0;
	int64_t s = when % DAY_SECONDS;

	day_print(&day, when);
	text = buf_span(&day);
	if (!span_u64(span_slice(text, 5, 7), 12, &m) || m == 0 ||
	    !span_u64(span_slice(text, 8, 10), 31, &d))
		return;
	/* 1970-01-01 was a Thursday */
	buf_put(out, days[(when / DAY_SECONDS + 3) % 7]);
	buf_str(out, ", ");
	buf_u64(out, d);
	buf_byte(out, ' ');
	buf_put(out, months[m - 1]);
	buf_byte(out, ' ');
	buf_put(out, span_head(text, 4));
	buf_byte(out, ' ');
	two(out, s / 3600, ':');
	two(out, s / 60 % 60, ':');
	two(out, s % 60, ' ');
	buf_str(out, "+0000");
}
