/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/stamp.h"

#include "test/t.h"

static const struct {
	const char *text;
	bool ok, zoned;
	int64_t when;
} cases[] = {
	/* RFC 3339 5.8 */
	{ "1985-04-12T23:20:50.52Z", true, true, 482196050 },
	{ "1996-12-19T16:39:57-08:00", true, true, 851042397 },
	{ "1990-12-31T23:59:60Z", true, true, 662688000 },
	{ "1990-12-31T15:59:60-08:00", true, true, 662688000 },
	{ "1970-01-01T12:00:27.87+00:20", true, true, 42027 },
	{ "2016-04-01T00:00:00Z", true, true, 1459468800 },
	{ "2016-04-01t23:59:59z", true, true, 1459555199 },
	{ "2016-04-01 00:00:00+00:00", true, true, 1459468800 },
	{ "2016-04-01T24:00:00Z", true, true, 1459555200 },
	{ "2016-04-01T00:00:00", true, false, 1459468800 },
	{ "2016-04-01T00:00:00.Z", false, false, 0 },
	{ "2016-04-01T24:00:01Z", false, false, 0 },
	{ "2016-04-31T00:00:00Z", false, false, 0 },
	{ "2016-04-01T00:60:00Z", false, false, 0 },
	{ "2016-04-01T00:00Z", false, false, 0 },
	{ "2016-04-01T00:00:00+0000", false, false, 0 },
	{ "2016-04-01T00:00:00Zx", false, false, 0 },
	{ "2016-04-01", false, false, 0 },
	{ "1459468800", false, false, 0 },
	{ "", false, false, 0 },
};

int
main(void)
{
	ROOM(room, 40);
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t when = 0;
		bool zoned = false;
		bool ok = stamp_parse(&when, assay_cstr(cases[i].text),
		    &zoned);

		T_OK(ok == cases[i].ok && (!ok || zoned == cases[i].zoned),
		    cases[i].text);
		T_INT(when, cases[i].when, cases[i].text);
	}
	stamp_print(&b, 482196050);
	T_SPAN(buf_span(&b), SPAN("1985-04-12T23:20:50Z"), "printed");
	b.len = 0;
	stamp_print(&b, -1);
	T_INT(b.len, 0, "before 1970");
	return t_done();
}
