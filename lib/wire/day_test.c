/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/day.h"

#include "test/t.h"

static const struct {
	const char *text;
	int64_t want;		/* -1: no day */
} table[] = {
	{ "1970-01-01", 0 }, { "1970-01-02", 86400 },
	{ "2000-02-29", 951782400 }, { "2000-03-01", 951868800 },
	{ "2024-02-29", 1709164800 }, { "2026-01-01", 1767225600 },
	{ "2026-12-31", 1798675200 }, { "9999-12-31", 253402214400 },
	{ "2023-02-29", -1 }, { "1900-02-28", -1 }, { "2100-02-29", -1 },
	{ "2026-04-31", -1 }, { "2026-13-01", -1 }, { "2026-00-01", -1 },
	{ "2026-01-00", -1 }, { "2026-1-1", -1 }, { "2026/01/01", -1 },
	{ "2026-01-01 ", -1 }, { "", -1 }, { "20a6-01-01", -1 },
	{ "2026-01-32", -1 }, { "+026-01-01", -1 },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		int64_t got = -1;
		bool ok = day_parse(&got, assay_cstr(table[i].text));

		T_OK(ok == (table[i].want >= 0), table[i].text);
		T_INT(got, table[i].want, table[i].text);
	}
	/* every day of 400 years goes there and back */
	for (int64_t day = 0; day < 146097 + 365; day++) {
		ROOM(room, DAY_TEXT);
		struct buf b = BUF_ON(room);
		int64_t got = -1;

		day_print(&b, day * DAY_SECONDS + 86399);
		if (b.full || !day_parse(&got, buf_span(&b)) ||
		    got != day * DAY_SECONDS) {
			T_INT(got, day * DAY_SECONDS, "there and back");
			break;
		}
	}
	return t_done();
}
