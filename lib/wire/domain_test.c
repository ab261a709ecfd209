/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/domain.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	bool final_dot;
	const char *want;	/* NULL: no name */
} cases[] = {
	{ "plain", SPAN_INIT("example.com"), false, "example.com" },
	{ "upper case", SPAN_INIT("EXAMPLE.Com"), false, "example.com" },
	{ "single label", SPAN_INIT("localhost"), false, "localhost" },
	{ "underscore", SPAN_INIT("_dmarc.a-b.example"), false,
	    "_dmarc.a-b.example" },
	{ "final dot allowed", SPAN_INIT("example.com."), true, "example.com" },
	{ "final dot not allowed", SPAN_INIT("example.com."), false, NULL },
	{ "two final dots", SPAN_INIT("example.com.."), true, NULL },
	{ "only a dot", SPAN_INIT("."), true, NULL },
	{ "empty", SPAN_INIT(""), true, NULL },
	{ "absent", { NULL, 0 }, true, NULL },
	{ "empty label", SPAN_INIT("a..b"), false, NULL },
	{ "dot in front", SPAN_INIT(".a"), false, NULL },
	{ "space", SPAN_INIT("a b"), false, NULL },
	{ "NUL", SPAN_INIT("a.b\0.c"), false, NULL },
	{ "backslash", SPAN_INIT("a\\.b"), false, NULL },
	{ "parenthesis", SPAN_INIT("legit.example(.attack.example"), false,
	    NULL },
	{ "percent", SPAN_INIT("a%00.b"), false, NULL },
	{ "U-label", SPAN_INIT("b\xc3\xbc" "cher.example"), false,
	    "xn--bcher-kva.example" },
	{ "U-label, final dot", SPAN_INIT("b\xc3\xbc" "cher.example."), true,
	    "xn--bcher-kva.example" },
	{ "8-bit that is not UTF-8", SPAN_INIT("a\xff.example"), false, NULL },
	{ "invisible", SPAN_INIT("legit.example\xe2\x80\x80"), false, NULL },
};

static void
lengths(struct arena *a)
{
	uint8_t room[400];
	struct buf b = BUF_ON(room);
	struct domain d;

	for (int i = 0; i < 63; i++)
		buf_byte(&b, 'a');
	T_OK(domain_parse(&d, buf_span(&b), false, a), "label of 63");
	buf_byte(&b, 'a');
	T_OK(!domain_parse(&d, buf_span(&b), false, a), "label of 64");
	T_OK(domain_absent(d), "... is no domain");
	b.len = 0;
	for (int i = 0; i < 126; i++)
		buf_str(&b, "a.");
	buf_byte(&b, 'a');
	T_OK(domain_parse(&d, buf_span(&b), false, a), "name of 253");
	T_INT(domain_labels(d), 127, "of 127 labels");
	buf_byte(&b, 'a');
	T_OK(!domain_parse(&d, buf_span(&b), false, a), "name of 254");
}

static void
parts(struct arena *a)
{
	struct domain d, up, x, none = { SPAN_NONE };

	T_OK(domain_parse(&d, SPAN("A.b.example.COM"), false, a), "parse");
	T_INT(domain_labels(d), 4, "labels");
	T_INT(domain_labels(none), 0, "labels of none");
	T_SPAN(domain_tail(d, 2).name, SPAN("example.com"), "tail 2");
	T_SPAN(domain_tail(d, 9).name, d.name, "tail 9");
	T_OK(domain_absent(domain_tail(d, 0)), "tail 0");
	up = domain_parent(d);
	T_SPAN(up.name, SPAN("b.example.com"), "parent");
	T_OK(domain_absent(domain_parent(domain_tail(d, 1))), "of one label");
	T_OK(domain_within(d, up) && domain_within(d, d), "within");
	T_OK(!domain_within(up, d), "not within");
	T_OK(!domain_within(d, none), "within none");
	T_OK(domain_parse(&x, SPAN("xb.example.com"), false, a) &&
	    !domain_within(x, up), "at label borders alone");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct domain d;
		bool ok = domain_parse(&d, cases[i].in, cases[i].final_dot,
		    &a);

		T_OK(ok == (cases[i].want != NULL), cases[i].label);
		T_SPAN(d.name, assay_cstr(cases[i].want), cases[i].label);
	}
	lengths(&a);
	parts(&a);
	arena_free(&a);
	return t_done();
}
