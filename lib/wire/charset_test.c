/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/charset.h"

#include "test/t.h"
#include "wire/utf8.h"

static const struct {
	const char *charset;
	struct span in;
	const char *want;
	bool known;
} cases[] = {
	{ NULL, SPAN_INIT("abc"), "abc", true },
	{ NULL, SPAN_INIT("\xc3\xa4"), "\xc3\xa4", true },
	{ NULL, SPAN_INIT("\xe4\x80"), "\xc3\xa4\xe2\x82\xac", true },
	{ "US-ASCII", SPAN_INIT("\xc3\xa4"), "\xc3\xa4", true },
	{ "utf-8", SPAN_INIT("a\xe4" "b"), "a\xef\xbf\xbd" "b", true },
	{ "utf-8", SPAN_INIT("\xed\xa0\x80"),
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", true },
	{ "ISO-8859-1", SPAN_INIT("\xe4\x80\xa4"),
	    "\xc3\xa4\xe2\x82\xac\xc2\xa4", true },
	{ "iso-8859-15", SPAN_INIT("\xa4\xbd"), "\xe2\x82\xac\xc5\x93",
	    true },
	{ "windows-1252", SPAN_INIT("\x93x\x94"),
	    "\xe2\x80\x9cx\xe2\x80\x9d", true },
	{ "utf-16", SPAN_INIT("\xfe\xff\0a\x20\xac"), "a\xe2\x82\xac", true },
	{ "utf-16", SPAN_INIT("a\0\xac\x20"), "a\xe2\x82\xac", true },
	{ "utf-8", SPAN_INIT("\xff\xfe" "a\0"), "a", true },
	{ "utf-16be", SPAN_INIT("\xd8\x3d\xde\x00\0a"),
	    "\xf0\x9f\x98\x80" "a", true },
	{ "utf-16le", SPAN_INIT("\x00\xd8" "a\0"), "\xef\xbf\xbd" "a", true },
	{ "utf-16le", SPAN_INIT("a\0b"), "a\xef\xbf\xbd", true },
	{ "KOI8-R", SPAN_INIT("a\xc1 b"), "a\xd0\xb0 b", true },
	{ "windows-1251", SPAN_INIT("\xef\x98"), "\xd0\xbf\xef\xbf\xbd",
	    true },
	{ "iso-8859-2", SPAN_INIT("\xb1\x80"), "\xc4\x85\xef\xbf\xbd",
	    true },
	{ "gb2312", SPAN_INIT("a\xc1 b"), "a\xef\xbf\xbd b", false },
	{ "", SPAN_INIT(""), "", true },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[100];
		struct buf out = BUF_ON(room);
		bool known = charset_to_utf8(&out, cases[i].in,
		    assay_cstr(cases[i].charset));

		T_OK(known == cases[i].known, "known");
		T_SPAN(buf_span(&out), assay_cstr(cases[i].want),
		    cases[i].charset == NULL ? "none" : cases[i].charset);
	}
	for (unsigned c = 0; c < 256; c++) {
		uint8_t room[8], octet = (uint8_t)c;
		struct buf out = BUF_ON(room);

		if (!charset_to_utf8(&out, (struct span){ &octet, 1 },
		    SPAN("latin1")) || !utf8_valid(buf_span(&out)))
			T_OK(false, "an octet of windows-1252");
	}
	{
		uint8_t room[2];
		struct buf out = BUF_ON(room);

		T_OK(!charset_to_utf8(&out, SPAN("abc"), SPAN("utf-8")),
		    "no room");
	}
	return t_done();
}
