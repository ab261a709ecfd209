/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json.h"

#include "test/t.h"

struct sink {
	uint8_t room[20000];
	size_t len, stop;	/* stop: fail beyond this many octets */
	unsigned calls;
};

static bool
take(void *ctx, struct span s)
{
	struct sink *k = ctx;

	k->calls++;
	if (k->stop != 0 && k->len + s.len > k->stop)
		return false;
	memcpy(k->room + k->len, s.ptr, s.len);
	k->len += s.len;
	return true;
}

static struct sink sink;

static void
begin(struct jw *w)
{
	sink = (struct sink){ .len = 0 };
	jw_start(w, take, &sink);
}

static struct span
done(struct jw *w, bool want, const char *label)
{
	T_OK(jw_finish(w) == want, label);
	return (struct span){ sink.room, sink.len };
}

static const struct {
	const char *label, *in;
	size_t len;
	const char *want, *octets;
} strings[] = {
	{ "empty", "", 0, "\"\"", "\"\"" },
	{ "plain", "az AZ 09 ~!", 11, "\"az AZ 09 ~!\"",
	    "\"az AZ 09 ~!\"" },
	{ "quote", "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"", "\"a\\\"b\\\\c/\"" },
	{ "control", "\0\1\n\r\t\x1f\x7f", 7,
	    "\"\\u0000\\u0001\\n\\r\\t\\u001f\\u007f\"",
	    "\"\\u0000\\u0001\\n\\r\\t\\u001f\\u007f\"" },
	{ "two octets", "\xc3\xa9", 2, "\"\xc3\xa9\"",
	    "\"\\u00c3\\u00a9\"" },
	{ "three octets", "\xe2\x82\xac", 3, "\"\xe2\x82\xac\"",
	    "\"\\u00e2\\u0082\\u00ac\"" },
	{ "four octets", "\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"",
	    "\"\\u00f0\\u009f\\u0098\\u0080\"" },
	{ "a control of two octets", "\xc2\x9b" "2J", 4, "\"\\u009b2J\"",
	    "\"\\u00c2\\u009b2J\"" },
	{ "an override", "\xe2\x80\xaex\xe2\x81\xa6", 7,
	    "\"\\u202ex\\u2066\"",
	    "\"\\u00e2\\u0080\\u00aex\\u00e2\\u0081\\u00a6\"" },
	{ "a no-break space", "\xc2\xa0", 2, "\"\xc2\xa0\"",
	    "\"\\u00c2\\u00a0\"" },
	{ "Latin-1", "caf\xe9", 4, "\"caf\\u00e9\"", "\"caf\\u00e9\"" },
	{ "tail alone", "\x80", 1, "\"\\u0080\"", "\"\\u0080\"" },
	{ "overlong", "\xc0\xaf", 2, "\"\\u00c0\\u00af\"",
	    "\"\\u00c0\\u00af\"" },
	{ "overlong of three", "\xe0\x80\xaf", 3,
	    "\"\\u00e0\\u0080\\u00af\"", "\"\\u00e0\\u0080\\u00af\"" },
	{ "surrogate", "\xed\xa0\x80", 3, "\"\\u00ed\\u00a0\\u0080\"",
	    "\"\\u00ed\\u00a0\\u0080\"" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", 4,
	    "\"\\u00f4\\u0090\\u0080\\u0080\"",
	    "\"\\u00f4\\u0090\\u0080\\u0080\"" },
	{ "cut", "\xe2\x82", 2, "\"\\u00e2\\u0082\"",
	    "\"\\u00e2\\u0082\"" },
	{ "cut by a letter", "\xe2\x82z", 3, "\"\\u00e2\\u0082z\"",
	    "\"\\u00e2\\u0082z\"" },
};

static void
test_strings(void)
{
	char want[200];

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		struct span s = { (const uint8_t *)strings[i].in,
			strings[i].len };
		struct jw w;

		begin(&w);
		jw_array(&w);
		jw_str(&w, s);
		jw_octets(&w, s);
		jw_end_array(&w);
		snprintf(want, sizeof(want), "[%s,%s]\n", strings[i].want,
		    strings[i].octets);
		T_SPAN(done(&w, true, "finish"), assay_cstr(want),
		    strings[i].label);
	}
}

static void
test_all(void)
{
	struct jw w;

	begin(&w);
	jw_object(&w);
	jw_put_u64(&w, "a", UINT64_MAX);
	jw_put_i64(&w, "b", INT64_MIN);
	jw_put_i64(&w, "c", 7);
	jw_put_bool(&w, "d", true);
	jw_put_str(&w, "e", SPAN_NONE);
	jw_put_cstr(&w, "f", NULL);
	jw_key(&w, "g");
	jw_array(&w);
	jw_end_array(&w);
	jw_key(&w, "h");
	jw_array(&w);
	jw_object(&w);
	jw_end_object(&w);
	jw_object(&w);
	jw_end_object(&w);
	jw_bool(&w, false);
	jw_null(&w);
	jw_i64(&w, -1);
	jw_end_array(&w);
	jw_put_cstr(&w, "\"", "x");
	jw_end_object(&w);
	T_SPAN(done(&w, true, "finish"), SPAN("{\"a\":18446744073709551615,"
	    "\"b\":-9223372036854775808,\"c\":7,\"d\":true,\"e\":null,"
	    "\"f\":null,\"g\":[],\"h\":[{},{},false,null,-1],"
	    "\"\\\"\":\"x\"}\n"), "every value");
}

static void
test_octets(void)
{
	struct jw w;

	begin(&w);
	jw_array(&w);
	for (size_t n = 0; n <= 4; n++)
		jw_base64(&w, span_head(SPAN("\xff\x00\x7f\x3e"), n));
	jw_base64(&w, SPAN_NONE);
	jw_hex(&w, SPAN("\x00\xff\x1a"));
	jw_hex(&w, SPAN(""));
	jw_hex(&w, SPAN_NONE);
	jw_end_array(&w);
	T_SPAN(done(&w, true, "finish"), SPAN("[\"\",\"/w==\",\"/wA=\","
	    "\"/wB/\",\"/wB/Pg==\",null,\"00ff1a\",\"\",null]\n"),
	    "octets");
}

static void
test_sink(void)
{
	static uint8_t big[10000];
	struct jw w;

	memset(big, 'x', sizeof(big));
	begin(&w);
	jw_str(&w, (struct span){ big, sizeof(big) });
	T_OK(jw_finish(&w), "a long string");
	T_INT(sink.len, sizeof(big) + 3, "all of it");
	T_OK(sink.calls <= 11, "in pieces of the buffer");

	sink = (struct sink){ .stop = 3000 };
	jw_start(&w, take, &sink);
	jw_str(&w, (struct span){ big, sizeof(big) });
	T_OK(!jw_finish(&w), "the sink fails");
	T_INT(sink.calls, 3, "and is not called again");
}

int
main(void)
{
	test_strings();
	test_all();
	test_octets();
	test_sink();
	return t_done();
}
