/* SPDX-License-Identifier: Apache-2.0 */
#include "check/spf_macro.h"

#include "test/t.h"
#include "wire/addr.h"

static struct macro_values
values(const char *client)
{
	struct macro_values v = { .local = SPAN("strong-bad"),
		.sender_domain = SPAN("email.example.com"),
		.domain = SPAN("email.example.com"),
		.helo = SPAN("mx.example.org"),
		.receiver = SPAN("mail.example.net"), .now = 1700000000 };

	T_OK(assay_addr_parse(&v.client, assay_cstr(client)) == ASSAY_OK,
	    client);
	return v;
}

struct expand_case {
	const char *text, *want;
};

/* RFC 7208 7.4, and what it leaves out. */
static const struct expand_case four[] = {
	{ "%{s}", "strong-bad@email.example.com" },
	{ "%{o}", "email.example.com" },
	{ "%{d}", "email.example.com" },
	{ "%{d4}", "email.example.com" },
	{ "%{d3}", "email.example.com" },
	{ "%{d2}", "example.com" },
	{ "%{d1}", "com" },
	{ "%{dr}", "com.example.email" },
	{ "%{d2r}", "example.email" },
	{ "%{d1r}", "email" },
	{ "%{d0127}", "email.example.com" },
	{ "%{d99999999999999999999}", "email.example.com" },
	{ "%{l}", "strong-bad" },
	{ "%{l-}", "strong.bad" },
	{ "%{lr}", "strong-bad" },
	{ "%{lr-}", "bad.strong" },
	{ "%{l1r-}", "strong" },
	{ "%{LR-}", "bad.strong" },
	{ "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
	{ "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
	{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
	    "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
	{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
	    "3.2.0.192.in-addr.strong.lp._spf.example.com" },
	{ "%{d2}.trusted-domains.example.net",
	    "example.com.trusted-domains.example.net" },
	{ "%{S}", "strong-bad%40email.example.com" },
	{ "%{c} %{r} %{t} %{h} %{p}",
	    "192.0.2.3 mail.example.net 1700000000 mx.example.org unknown" },
	{ "%%%_%-%%", "% %20%" },
	{ "", "" },
};

static const struct expand_case six[] = {
	{ "%{ir}.%{v}._spf.%{d2}",
	    "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0."
	    "1.0.0.2.ip6._spf.example.com" },
	{ "%{c}", "2001:db8::cb01" },
	{ "%{C}", "2001%3Adb8%3A%3Acb01" },
	{ "%{i2}", "0.1" },
};

static void
test_expand(const struct expand_case *c, size_t n, const char *client)
{
	struct macro_values v = values(client);

	for (size_t i = 0; i < n; i++) {
		uint8_t room[300];
		struct buf b = BUF_ON(room);
		macro_expand(&b, assay_cstr(c[i].text), &v);
		T_SPAN(buf_span(&b), assay_cstr(c[i].want), c[i].text);
	}
}

/* Empty parts, leading and trailing delimiters are parts (7.3). */
static void
test_parts(void)
{
	static const struct expand_case cases[] = {
		{ "%{l}", "-a--b-" }, { "%{l-}", ".a..b." },
		{ "%{lr-}", ".b..a." }, { "%{l2-}", "b." },
		{ "%{l2r-}", "a." }, { "%{l1-}", "" }, { "%{l9-}", ".a..b." },
		{ "%{l5r-}", ".b..a." }, { "%{l4r-}", "b..a." },
	};
	struct macro_values v = values("192.0.2.3");

	v.local = SPAN("-a--b-");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[300];
		struct buf b = BUF_ON(room);
		macro_expand(&b, assay_cstr(cases[i].text), &v);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].text);
	}
}

struct check_case {
	const char *text;
	enum macro_kind kind;
	enum macro_error want;
};

static const struct check_case checks[] = {
	{ "example.com", MACRO_DOMAIN, MACRO_OK },
	{ "example.com.", MACRO_DOMAIN, MACRO_OK },
	{ "example.com..", MACRO_DOMAIN, MACRO_END },
	{ ".com", MACRO_DOMAIN, MACRO_OK },
	{ "museum", MACRO_DOMAIN, MACRO_END },
	{ "museum.", MACRO_DOMAIN, MACRO_END },
	{ "", MACRO_DOMAIN, MACRO_END },
	{ ".", MACRO_DOMAIN, MACRO_END },
	{ "192.0.2.1", MACRO_DOMAIN, MACRO_END },
	{ "example.1com", MACRO_DOMAIN, MACRO_OK },
	{ "example.xn--zckzah", MACRO_DOMAIN, MACRO_OK },
	{ "example.-com", MACRO_DOMAIN, MACRO_END },
	{ "example.com-", MACRO_DOMAIN, MACRO_END },
	{ "example.c_m", MACRO_DOMAIN, MACRO_END },
	{ "foo:bar/baz.example.com", MACRO_DOMAIN, MACRO_OK },
	{ "%{d}", MACRO_DOMAIN, MACRO_OK },
	{ "%%", MACRO_DOMAIN, MACRO_OK },
	{ "x%-", MACRO_DOMAIN, MACRO_OK },
	{ "%{d}com", MACRO_DOMAIN, MACRO_END },
	{ "%{d}.com", MACRO_DOMAIN, MACRO_OK },
	{ "%{d}.", MACRO_DOMAIN, MACRO_END },
	{ "%{c}", MACRO_DOMAIN, MACRO_LETTER },
	{ "%{r}", MACRO_DOMAIN, MACRO_LETTER },
	{ "%{t}", MACRO_DOMAIN, MACRO_LETTER },
	{ "%{c}%{r}%{t}", MACRO_TEXT, MACRO_OK },
	{ "%{x}", MACRO_TEXT, MACRO_LETTER },
	{ "%{}", MACRO_TEXT, MACRO_LETTER },
	{ "%{", MACRO_TEXT, MACRO_LETTER },
	{ "%{d", MACRO_TEXT, MACRO_TRANSFORM },
	{ "%{d0}", MACRO_TEXT, MACRO_TRANSFORM },
	{ "%{d00}", MACRO_TEXT, MACRO_TRANSFORM },
	{ "%{dr2}", MACRO_TEXT, MACRO_TRANSFORM },
	{ "%{d*}", MACRO_TEXT, MACRO_TRANSFORM },
	{ "%{d2R.-+,/_=}", MACRO_TEXT, MACRO_OK },
	{ "%{D}", MACRO_TEXT, MACRO_OK },
	{ "%", MACRO_TEXT, MACRO_PERCENT },
	{ "%(d)", MACRO_TEXT, MACRO_PERCENT },
	{ "100%", MACRO_TEXT, MACRO_PERCENT },
	{ "a b", MACRO_TEXT, MACRO_OK },
	{ "a b", MACRO_VALUE, MACRO_OCTET },
	{ "a\tb", MACRO_TEXT, MACRO_OCTET },
	{ "a\x7f", MACRO_TEXT, MACRO_OCTET },
	{ "\xc3\xa9.example.com", MACRO_DOMAIN, MACRO_OCTET },
	{ "", MACRO_VALUE, MACRO_OK },
};

static void
test_check(void)
{
	uint32_t letters = 7;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		T_INT(macro_check(assay_cstr(checks[i].text), checks[i].kind,
		    &letters), checks[i].want, checks[i].text);
	T_INT(macro_check(SPAN("%{S}%{d2}"), MACRO_DOMAIN, &letters),
	    MACRO_OK, "letters");
	T_INT(letters, macro_bit('s') | macro_bit('d'), "of both cases");
}

#define L60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"

struct name_case {
	const char *text, *want;	/* NULL: not a name */
};

static const struct name_case names[] = {
	{ "Example.COM.", "example.com" },
	{ "a..example.com", NULL },
	{ ".example.com", NULL },
	{ "%{d}", "email.example.com" },
	{ L60 "abc.example.com", L60 "abc.example.com" },
	{ L60 "abcd.example.com", NULL },
	/* 4 x 61 + 11 = 255: the first label goes */
	{ L60 "." L60 "." L60 "." L60 ".example.com",
	    L60 "." L60 "." L60 ".example.com" },
	/* 253 may stay */
	{ L60 "." L60 "." L60 "." L60 ".mple.com",
	    L60 "." L60 "." L60 "." L60 ".mple.com" },
	{ "a%_b%%.example.com", "a\\032b%.example.com" },
	{ "a\\b.example.com", "a\\092b.example.com" },
	{ "foo:bar/baz.example.com", "foo:bar/baz.example.com" },
};

static void
test_name(void)
{
	struct macro_values v = values("192.0.2.3");
	uint8_t room[MACRO_NAME_MAX], big[20001];
	struct buf b, text = BUF_ON(big);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		b = BUF_ON(room);
		T_OK(macro_name(&b, assay_cstr(names[i].text), &v) ==
		    (names[i].want != NULL), names[i].text);
		T_SPAN(buf_span(&b), assay_cstr(names[i].want == NULL ? "" :
		    names[i].want), names[i].text);
	}
	/* the right end of a very long one, made of macros and of text */
	while (text.len + 5 < sizeof(big) - 20)
		buf_str(&text, text.len % 2 == 0 ? "%{S}." : "%{I}.");
	buf_str(&text, "example.com");
	b = BUF_ON(room);
	T_OK(macro_name(&b, buf_span(&text), &v) && b.len <= 253 &&
	    b.len > 200 && span_ends(buf_span(&b), SPAN(".example.com")),
	    "a long expansion is cut on the left");
	text.len = 0;
	while (text.len + 5 < sizeof(big) - 20)
		buf_str(&text, "abcd.");
	buf_str(&text, "example.com");
	b = BUF_ON(room);
	T_OK(macro_name(&b, buf_span(&text), &v) && b.len == 251,
	    "and a long literal");
}

/* Every letter at its longest must fit. */
static void
test_longest(void)
{
	struct macro_values v = values("2001:db8::1");
	uint8_t room[MACRO_NAME_MAX], local[1000];
	struct buf b = BUF_ON(room), l = BUF_ON(local);

	while (l.len < sizeof(local))
		buf_byte(&l, l.len % 10 == 8 ? '.' : '!');
	v.local = buf_span(&l);
	T_OK(macro_name(&b, SPAN("%{S}%{S}.%{S}.example.com"), &v),
	    "a long local-part, escaped thrice");
	T_OK(span_ends(buf_span(&b), SPAN("email.example.com.example.com")),
	    "ends as it should");
}

int
main(void)
{
	test_expand(four, sizeof(four) / sizeof(four[0]), "192.0.2.3");
	test_expand(six, sizeof(six) / sizeof(six[0]), "2001:db8::cb01");
	test_parts();
	test_check();
	test_name();
	test_longest();
	return t_done();
}
