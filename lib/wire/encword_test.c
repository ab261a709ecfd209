/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/encword.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *want;
	bool encoded, control, hidden, bad;
} cases[] = {
	{ "plain", SPAN_INIT("Joe Public"), "Joe Public", 0, 0, 0, 0 },
	{ "quoted", SPAN_INIT("\"Public, \\\"Joe\\\"\""), "Public, \"Joe\"",
	    0, 0, 0, 0 },
	{ "folded", SPAN_INIT("a\r\n  b"), "a b", 0, 0, 0, 0 },
	{ "Q", SPAN_INIT("=?utf-8?Q?J=C3=B6rg_X?="), "J\xc3\xb6rg X", 1, 0,
	    0, 0 },
	{ "B", SPAN_INIT("=?UTF-8?b?SsO2cmc=?="), "J\xc3\xb6rg", 1, 0, 0,
	    0 },
	{ "Latin-1", SPAN_INIT("=?iso-8859-1?q?J=F6rg?="), "J\xc3\xb6rg", 1,
	    0, 0, 0 },
	{ "language", SPAN_INIT("=?utf-8*de?q?a?="), "a", 1, 0, 0, 0 },
	{ "unknown charset", SPAN_INIT("=?x-foo?q?a=80?="), "a\xef\xbf\xbd",
	    1, 0, 0, 1 },
	{ "white space between", SPAN_INIT("=?utf-8?q?a?=\r\n =?utf-8?q?b?="
	    " c"), "ab c", 1, 0, 0, 0 },
	{ "inside quotes, as shown", SPAN_INIT("\"=?utf-8?q?a?=\""), "a", 1,
	    0, 0, 0 },
	{ "Mailsploit NUL", SPAN_INIT("=?utf-8?b?cG90dXNAYS50ZXN0AA==?="),
	    "potus@a.test", 1, 1, 0, 0 },
	{ "CR LF", SPAN_INIT("=?utf-8?q?a=0D=0Ab?="), "ab", 1, 1, 0, 0 },
	{ "bidi", SPAN_INIT("=?utf-8?q?a=E2=80=AEb?="), "ab", 1, 0, 1, 0 },
	{ "zero width, raw", SPAN_INIT("a\xe2\x80\x8b" "b"), "ab", 0, 0, 1,
	    0 },
	{ "not UTF-8", SPAN_INIT("J\xf6rg"), "J\xef\xbf\xbdrg", 0, 0, 0, 1 },
	{ "bad base64 stays", SPAN_INIT("=?utf-8?b?a?="), "=?utf-8?b?a?=",
	    0, 0, 0, 0 },
	{ "not ended", SPAN_INIT("=?utf-8?q?a"), "=?utf-8?q?a", 0, 0, 0, 0 },
	{ "no such encoding", SPAN_INIT("=?utf-8?x?a?="), "=?utf-8?x?a?=",
	    0, 0, 0, 0 },
	{ "NUL", SPAN_INIT("a\0b"), "ab", 0, 1, 0, 0 },
};

int
main(void)
{
	uint8_t room[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_ON(room);
		struct encword_seen seen;

		encword_show(&b, cases[i].in, &seen);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
		T_OK(seen.encoded == cases[i].encoded &&
		    seen.control == cases[i].control &&
		    seen.hidden == cases[i].hidden &&
		    seen.bad == cases[i].bad, cases[i].label);
	}
	return t_done();
}
