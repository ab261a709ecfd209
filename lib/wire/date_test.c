/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/date.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	int64_t want;		/* -1: none */
} cases[] = {
	{ "epoch", SPAN_INIT("Thu, 1 Jan 1970 00:00:00 +0000"), 0 },
	{ "RFC 5322 A.1.1", SPAN_INIT("Fri, 21 Nov 1997 09:55:06 -0600"),
	    880127706 },
	{ "A.5 comments", SPAN_INIT("Thu,\r\n      13\r\n        Feb\r\n"
	    "          1969\r\n      23:32\r\n               -0330 "
	    "(Newfoundland Time)"), -27723480 },
	{ "A.6.2 obsolete", SPAN_INIT("21 Nov 97 09:55:06 GMT"), 880106106 },
	{ "spaces round colons", SPAN_INIT("Fri, 21 Nov 1997 09(comment):   "
	    "55  :  06 -0600"), 880127706 },
	{ "leap day", SPAN_INIT("29 Feb 2000 12:00 +0000"), 951825600 },
	{ "leap second", SPAN_INIT("31 Dec 2016 23:59:60 +0000"),
	    1483228800 },
	{ "year of three digits", SPAN_INIT("1 Jan 126 00:00:00 +0000"),
	    1767225600 },
	{ "year 49", SPAN_INIT("1 Jan 49 00:00:00 Z"), 2493072000 },
	{ "year 50", SPAN_INIT("1 Jan 50 00:00:00 Z"), -631152000 },
	{ "zone name", SPAN_INIT("1 Jan 2026 00:00:00 EST"), 1767243600 },
	{ "unknown zone", SPAN_INIT("1 Jan 2026 00:00:00 XYZ"), 1767225600 },
	{ "before the epoch", SPAN_INIT("31 Dec 1969 23:59:59 +0000"), -1 },
	{ "not a leap day", SPAN_INIT("29 Feb 1900 12:00 +0000"), -1 },
	{ "day 0", SPAN_INIT("0 Jan 2026 00:00:00 +0000"), -1 },
	{ "day 31 of June", SPAN_INIT("31 Jun 2026 00:00:00 +0000"), -1 },
	{ "hour 24", SPAN_INIT("1 Jan 2026 24:00:00 +0000"), -1 },
	{ "no zone", SPAN_INIT("1 Jan 2026 00:00:00"), -1 },
	{ "zone of three digits", SPAN_INIT("1 Jan 2026 00:00:00 +100"),
	    -1 },
	{ "minutes of a zone", SPAN_INIT("1 Jan 2026 00:00:00 +0160"), -1 },
	{ "five digits", SPAN_INIT("1 Jan 20260 00:00:00 +0000"), -1 },
	{ "month", SPAN_INIT("1 Foo 2026 00:00:00 +0000"), -1 },
	{ "day name", SPAN_INIT("Foo, 1 Jan 2026 00:00:00 +0000"), -1 },
	{ "junk behind", SPAN_INIT("1 Jan 2026 00:00:00 +0000 x"), -1 },
	{ "open comment", SPAN_INIT("1 Jan 2026 00:00:00 +0000 (x"), -1 },
	{ "year 1899", SPAN_INIT("1 Jan 1899 00:00:00 +0000"), -1 },
	{ "NUL", SPAN_INIT("1 Jan 2026\0 00:00:00 +0000"), -1 },
	{ "empty", SPAN_INIT(""), -1 },
};

static void
test_print(void)
{
	ROOM(room, DATE_TEXT);
	struct buf b = BUF_ON(room);
	int64_t v, wrong = 0;

	date_print(&b, 1767366245);
	T_SPAN(buf_span(&b), SPAN("Fri, 2 Jan 2026 15:04:05 +0000"),
	    "printed");
	b.len = 0;
	date_print(&b, 0);
	T_SPAN(buf_span(&b), SPAN("Thu, 1 Jan 1970 00:00:00 +0000"),
	    "the first");
	b.len = 0;
	date_print(&b, -1);
	T_INT(b.len, 0, "before it there is nothing");
	for (int64_t t = 59; t < (int64_t)1 << 36; t += 86400 * 29 + 3601) {
		b.len = 0;
		date_print(&b, t);
		wrong += b.full || !date_parse(&v, buf_span(&b)) || v != t;
	}
	T_INT(wrong, 0, "there and back");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t v = -1;

		if (!date_parse(&v, cases[i].in))
			v = -1;
		T_INT(v, cases[i].want, cases[i].label);
	}
	test_print();
	return t_done();
}
