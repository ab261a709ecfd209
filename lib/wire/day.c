/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day.c - days to seconds and back.
 *
 * Years are counted from March, so that the odd day is the last one of a
 * year, in eras of 400 years, which all are 146,097 days long.
 */
#include "wire/day.h"

enum { ERA = 146097, EPOCH = 719468 };	/* 0000-03-01 to 1970-01-01 */

static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12;
	int64_t in_era = y % 400;

	return y / 400 * ERA + in_era * 365 + in_era / 4 - in_era / 100 +
	    (153 * m + 2) / 5 + day - 1 - EPOCH;
}

static void
date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t z = days + EPOCH;
	int64_t of_era = z % ERA;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 -
	    of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = z / ERA * 400 + y + (*month <= 2);
}

bool
day_parse(int64_t *out, struct span text)
{
	uint64_t y, m, d;
	int64_t days, yy, mm, dd;

	if (text.len != DAY_TEXT || span_at(text, 4) != '-' ||
	    span_at(text, 7) != '-' ||
	    !span_u64(span_head(text, 4), 9999, &y) ||
	    !span_u64(span_slice(text, 5, 7), 12, &m) ||
	    !span_u64(span_slice(text, 8, 10), 31, &d) ||
	    y < 1970 || m == 0 || d == 0)
		return false;
	days = days_of((int64_t)y, (int64_t)m, (int64_t)d);
	date_of(days, &yy, &mm, &dd);
	if (mm != (int64_t)m || dd != (int64_t)d)
		return false;
	*out = days * DAY_SECONDS;
	return true;
}

static void
two(struct buf *out, int64_t n)
{
	buf_byte(out, (uint8_t)('0' + n / 10 % 10));
	buf_byte(out, (uint8_t)('0' + n % 10));
}

void
day_print(struct buf *out, int64_t when)
{
	int64_t y, m, d;

	if (when < 0 || when >= 253402300800)	/* 10000-01-01 */
		return;
	date_of(when / DAY_SECONDS, &y, &m, &d);
	two(out, y / 100);
	two(out, y % 100);
	buf_byte(out, '-');
	two(out, m);
	buf_byte(out, '-');
	two(out, d);
}
