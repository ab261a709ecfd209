/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/path.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *local, *domain;	/* domain NULL: none */
	bool ok, null_path, literal;
} cases[] = {
	{ "plain", SPAN_INIT("a.b@Example.com"), "a.b", "example.com", true,
	    false, false },
	{ "null path", SPAN_INIT(""), NULL, NULL, true, true, false },
	{ "absent", { NULL, 0 }, NULL, NULL, false, false, false },
	{ "source route", SPAN_INIT("@x.example,@y.example:a@b.example"), "a",
	    "b.example", true, false, false },
	{ "quoted", SPAN_INIT("\"a b\\\"@c\"@b.example"), "a b\"@c",
	    "b.example",
	    true, false, false },
	{ "literal", SPAN_INIT("a@[192.0.2.1]"), "a", NULL, true, false, true },
	{ "IPv6 literal", SPAN_INIT("a@[IPv6:2001:db8::1]"), "a", NULL, true,
	    false, true },
	{ "UTF-8", SPAN_INIT("j\xc3\xb6@b\xc3\xbc" "cher.example"),
	    "j\xc3\xb6", "xn--bcher-kva.example", true, false, false },
	{ "A2: open comment", SPAN_INIT("(any@legit.example"), NULL, NULL,
	    false,
	    false, false },
	{ "A5: parenthesis", SPAN_INIT("any@legit.example(a.attack.example"),
	    NULL, NULL, false, false, false },
	{ "A5: two @", SPAN_INIT("any@legit.example'@any.attack.example"),
	    NULL, NULL, false, false, false },
	{ "A5: odd route",
	    SPAN_INIT("@legit.example,@any.com:'any@attack.example"),
	    "'any", "attack.example", true, false, false },
	{ "route without address", SPAN_INIT("@x.example:"), NULL, NULL, false,
	    false, false },
	{ "route, empty place", SPAN_INIT("@x.example,:a@b"), NULL, NULL, false,
	    false, false },
	{ "no @", SPAN_INIT("postmaster"), NULL, NULL, false, false, false },
	{ "no local-part", SPAN_INIT("@b.example"), NULL, NULL, false, false,
	    false },
	{ "no domain", SPAN_INIT("a@"), NULL, NULL, false, false, false },
	{ "dots", SPAN_INIT("a..b@b.example"), NULL, NULL, false, false,
	    false },
	{ "dot behind", SPAN_INIT("a.@b.example"), NULL, NULL, false, false,
	    false },
	{ "final dot", SPAN_INIT("a@b.example."), NULL, NULL, false, false,
	    false },
	{ "space", SPAN_INIT("a@b.example "), NULL, NULL, false, false, false },
	{ "brackets", SPAN_INIT("<a@b.example>"), NULL, NULL, false, false,
	    false },
	{ "NUL", SPAN_INIT("a\0@b.example"), NULL, NULL, false, false, false },
	{ "CRLF", SPAN_INIT("a@b.example\r\nDATA"), NULL, NULL, false, false,
	    false },
	{ "quote not closed", SPAN_INIT("\"a@b.example"), NULL, NULL, false,
	    false, false },
	{ "text behind quote", SPAN_INIT("\"a\"b@b.example"), NULL, NULL, false,
	    false, false },
	{ "literal and more", SPAN_INIT("a@[192.0.2.1]x"), NULL, NULL, false,
	    false, true },
	{ "bad UTF-8", SPAN_INIT("a\xff@b.example"), NULL, NULL, false, false,
	    false },
	{ "bidi override", SPAN_INIT("\xe2\x80\xaemoc@b.example"), NULL, NULL,
	    false, false, false },
};

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct path p;
		bool ok = path_parse(&p, cases[i].in, &a);

		T_OK(ok == cases[i].ok, cases[i].label);
		T_SPAN(p.local, assay_cstr(cases[i].local), cases[i].label);
		T_SPAN(p.domain.name, assay_cstr(cases[i].domain),
		    cases[i].label);
		T_OK(p.null_path == cases[i].null_path &&
		    p.has_domain_literal == cases[i].literal,
		    cases[i].label);
	}
	arena_free(&a);
	return t_done();
}
