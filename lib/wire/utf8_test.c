/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/utf8.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	bool valid;
	enum utf8_kind worst;
} cases[] = {
	{ "empty", SPAN_INIT(""), true, UTF8_PLAIN },
	{ "ASCII", SPAN_INIT("abc ~"), true, UTF8_PLAIN },
	{ "two, three, four", SPAN_INIT("\xc3\xbc\xe2\x82\xac"
	    "\xf0\x9f\x98\x80"), true, UTF8_PLAIN },
	{ "greatest", SPAN_INIT("\xf4\x8f\xbf\xbf"), true, UTF8_PLAIN },
	{ "above it", SPAN_INIT("\xf4\x90\x80\x80"), false, UTF8_CONTROL },
	{ "over-long 2", SPAN_INIT("\xc0\xaf"), false, UTF8_CONTROL },
	{ "over-long 3", SPAN_INIT("\xe0\x9f\xbf"), false, UTF8_CONTROL },
	{ "over-long 4", SPAN_INIT("\xf0\x8f\xbf\xbf"), false,
	    UTF8_CONTROL },
	{ "surrogate", SPAN_INIT("\xed\xa0\x80"), false, UTF8_CONTROL },
	{ "below it", SPAN_INIT("\xed\x9f\xbf"), true, UTF8_PLAIN },
	{ "cut short", SPAN_INIT("a\xe2\x82"), false, UTF8_CONTROL },
	{ "continuation alone", SPAN_INIT("\x80"), false, UTF8_CONTROL },
	{ "f5", SPAN_INIT("\xf5\x80\x80\x80"), false, UTF8_CONTROL },
	{ "NUL", SPAN_INIT("a\0"), true, UTF8_CONTROL },
	{ "DEL", SPAN_INIT("a\x7f"), true, UTF8_CONTROL },
	{ "C1", SPAN_INIT("\xc2\x85"), true, UTF8_CONTROL },
	{ "override", SPAN_INIT("a\xe2\x80\xae"), true, UTF8_BIDI },
	{ "zero width", SPAN_INIT("\xe2\x80\x8b"), true, UTF8_INVISIBLE },
	{ "tag characters", SPAN_INIT("\xf3\xa0\x81\x81"), true,
	    UTF8_INVISIBLE },
	{ "worst of two", SPAN_INIT("\xe2\x80\x8b\xe2\x80\xae"), true,
	    UTF8_BIDI },
	{ "emoji with selector", SPAN_INIT("\xe2\x9d\xa4\xef\xb8\x8f"), true,
	    UTF8_PLAIN },
};

int
main(void)
{
	bool same = true, whole = true;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		T_OK(utf8_valid(cases[i].in) == cases[i].valid,
		    cases[i].label);
		T_INT(utf8_worst(cases[i].in), cases[i].worst,
		    cases[i].label);
	}
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		uint8_t room[4];
		struct buf b = BUF_ON(room);
		struct span s;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		utf8_put(&b, c);
		s = buf_span(&b);
		same &= utf8_next(&s) == (int32_t)c && s.len == 0;
	}
	T_OK(same, "every scalar value there and back");
	for (size_t cap = 0; cap < 9; cap++) {
		uint8_t room[9];
		struct buf b = { .ptr = room, .cap = cap };

		utf8_put(&b, 0xff);
		utf8_put(&b, 0x20ac);
		utf8_put(&b, 0x1f600);
		whole &= utf8_valid(buf_span(&b)) && b.full;
	}
	T_OK(whole, "no half character where the room ends");
	return t_done();
}
