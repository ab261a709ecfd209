/* SPDX-License-Identifier: Apache-2.0 */
#include "test/t.h"
#include "wire/base64.h"

/* RFC 4648 10, and what must not pass. */
static const struct {
	const char *label;
	struct span in;
	bool fws, ok;
	struct span want;
} cases[] = {
	{ "empty", SPAN_INIT(""), false, true, SPAN_INIT("") },
	{ "one octet", SPAN_INIT("Zg=="), false, true, SPAN_INIT("f") },
	{ "two octets", SPAN_INIT("Zm8="), false, true, SPAN_INIT("fo") },
	{ "three octets", SPAN_INIT("Zm9v"), false, true, SPAN_INIT("foo") },
	{ "six octets", SPAN_INIT("Zm9vYmFy"), false, true,
	    SPAN_INIT("foobar") },
	{ "all 62 and 63", SPAN_INIT("++//"), false, true,
	    SPAN_INIT("\xfb\xef\xff") },
	{ "url alphabet is another", SPAN_INIT("--__"), false, false,
	    SPAN_INIT("") },
	{ "folded", SPAN_INIT(" Zm\r\n\t9v Ym\tFy\r\n "), true, true,
	    SPAN_INIT("foobar") },
	{ "folded inside padding", SPAN_INIT("Zg=\r\n ="), true, true,
	    SPAN_INIT("f") },
	{ "white space not wanted", SPAN_INIT("Zm9v YmFy"), false, false,
	    SPAN_INIT("") },
	{ "other controls are not white space", SPAN_INIT("Zm9v\vYmFy"), true,
	    false, SPAN_INIT("") },
	{ "NUL", SPAN_INIT("Zm9v\0"), true, false, SPAN_INIT("") },
	{ "eight bits", SPAN_INIT("Zm9\xc3"), true, false, SPAN_INIT("") },
	{ "no padding, 2", SPAN_INIT("Zg"), true, false, SPAN_INIT("") },
	{ "no padding, 3", SPAN_INIT("Zm8"), true, false, SPAN_INIT("") },
	{ "half a padding", SPAN_INIT("Zg="), true, false, SPAN_INIT("") },
	{ "one character", SPAN_INIT("Z"), true, false, SPAN_INIT("") },
	{ "one character and padding", SPAN_INIT("Z==="), true, false,
	    SPAN_INIT("") },
	{ "padding alone", SPAN_INIT("===="), true, false, SPAN_INIT("") },
	{ "padding too long", SPAN_INIT("Zg==="), true, false, SPAN_INIT("") },
	{ "padding on a full group", SPAN_INIT("Zm9v="), true, false,
	    SPAN_INIT("") },
	{ "characters behind padding", SPAN_INIT("Zg==Zg=="), true, false,
	    SPAN_INIT("") },
	{ "characters inside padding", SPAN_INIT("Zg=g"), true, false,
	    SPAN_INIT("") },
	{ "bits left over may be anything", SPAN_INIT("Zh=="), false, true,
	    SPAN_INIT("f") },
};

static void
decoding(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[64];
		struct buf out = BUF_ON(room);
		bool ok = base64_decode(&out, cases[i].in, cases[i].fws);

		T_INT(ok, cases[i].ok, cases[i].label);
		if (ok && cases[i].ok)
			T_SPAN(buf_span(&out), cases[i].want,
			    cases[i].label);
	}
}

static void
bounds(void)
{
	uint8_t room[2];
	struct buf out = BUF_ON(room);

	T_OK(!base64_decode(&out, SPAN("Zm9v"), false), "no room");
	T_OK(out.len <= 2 && out.full, "and it says so");
	T_OK(base64_room(4) >= 3 && base64_room(5) >= 3, "room suffices");
}

static void
round_trip(void)
{
	bool same = true;

	for (size_t n = 0; n <= 256; n++) {
		uint8_t in[256], text[400], back[256];
		struct buf t = BUF_ON(text), b = BUF_ON(back);
		struct span s = { in, n };

		for (size_t i = 0; i < n; i++)
			in[i] = (uint8_t)(i * 37 + n * 11 + (i >> 3));
		base64_encode(&t, s);
		same = same && base64_decode(&b, buf_span(&t), false) &&
		    span_eq(buf_span(&b), s) && t.len == (n + 2) / 3 * 4;
	}
	T_OK(same, "decode(encode(x)) == x, 0 to 256 octets");
}

int
main(void)
{
	decoding();
	bounds();
	round_trip();
	return t_done();
}
