/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/url.h"

#include "base/limits.h"
#include "test/t.h"
#include "wire/addr.h"

static const struct {
	const char *label;
	struct span in;
	const char *want;	/* "scheme kind host odd": NULL: no URL */
} cases[] = {
	{ "plain", SPAN_INIT("http://a.example/x?y#z"),
	    "http name a.example 0 http://a.example/x?y#z" },
	{ "case", SPAN_INIT("HTTPS://A.Example"),
	    "https name a.example 0 https://a.example" },
	{ "blanks around", SPAN_INIT(" \n http://a.example\r\n"),
	    "http name a.example 0 http://a.example" },
	{ "blanks inside", SPAN_INIT("ht\ntp://a.ex\tample/"),
	    "http name a.example 1 http://a.example/" },
	{ "one slash", SPAN_INIT("http:/a.example/x"),
	    "http name a.example 2 http://a.example/x" },
	{ "no slash", SPAN_INIT("https:a.example/x"),
	    "https name a.example 2 https://a.example/x" },
	{ "many slashes", SPAN_INIT("https:////a.example/x"),
	    "https name a.example 2 https://a.example/x" },
	{ "backslashes", SPAN_INIT("https:\\\\a.example\\@b.example/"),
	    "https name a.example 2 https://a.example\\@b.example/" },
	{ "user that looks like a host",
	    SPAN_INIT("https://bank.example@evil.example/"),
	    "https name evil.example 4 https://evil.example/" },
	{ "user, password, two ats",
	    SPAN_INIT("https://bank.example:443@x@evil.example/"),
	    "https name evil.example 4 https://evil.example/" },
	{ "backslash ends the host",
	    SPAN_INIT("https://evil.example\\.bank.example/"),
	    "https name evil.example 2 https://evil.example\\.bank.example/" },
	{ "fragment ends the host",
	    SPAN_INIT("https://evil.example#@bank.example/"),
	    "https name evil.example 0 https://evil.example#@bank.example/" },
	{ "query ends the host",
	    SPAN_INIT("https://evil.example?@bank.example/"),
	    "https name evil.example 0 https://evil.example?@bank.example/" },
	{ "percent-encoded host", SPAN_INIT("http://%65vil.ex%61mple/"),
	    "http name evil.example 8 http://evil.example/" },
	{ "encoded slash in a host", SPAN_INIT("http://a%2fb.example/"),
	    "http bad - 8 http://?/" },
	{ "IDN", SPAN_INIT("http://b\xc3\xbc" "cher.example/"),
	    "http name xn--bcher-kva.example 16 "
	    "http://xn--bcher-kva.example/" },
	{ "IDN as A-label", SPAN_INIT("http://xn--bcher-kva.example/"),
	    "http name xn--bcher-kva.example 16 "
	    "http://xn--bcher-kva.example/" },
	{ "full-width letters and dot", SPAN_INIT("http://\xef\xbd\x85"
	    "vil\xe3\x80\x82" "example/"),
	    "http name evil.example 32 http://evil.example/" },
	{ "invisible in the host", SPAN_INIT("http://ev\xe2\x80\x8b"
	    "il.example/"), "http name evil.example 32 http://evil.example/" },
	{ "final dot", SPAN_INIT("http://a.example./"),
	    "http name a.example 0 http://a.example/" },
	{ "port", SPAN_INIT("http://a.example:8080/"),
	    "http name a.example 128 http://a.example:8080/" },
	{ "usual port", SPAN_INIT("https://a.example:443/"),
	    "https name a.example 0 https://a.example/" },
	{ "port too large", SPAN_INIT("https://a.example:70000/"),
	    "https bad - 0 https://?/" },
	{ "address", SPAN_INIT("http://192.0.2.1/"),
	    "http addr 192.0.2.1 0 http://192.0.2.1/" },
	{ "one decimal", SPAN_INIT("http://3221225985/"),
	    "http addr 192.0.2.1 64 http://192.0.2.1/" },
	{ "one hexadecimal", SPAN_INIT("http://0xC0000201/"),
	    "http addr 192.0.2.1 64 http://192.0.2.1/" },
	{ "octal", SPAN_INIT("http://0300.0.02.01/"),
	    "http addr 192.0.2.1 64 http://192.0.2.1/" },
	{ "three parts", SPAN_INIT("http://192.0.513/"),
	    "http addr 192.0.2.1 64 http://192.0.2.1/" },
	{ "too large", SPAN_INIT("http://4294967296/"),
	    "http bad - 0 http://?/" },
	{ "five parts", SPAN_INIT("http://1.2.3.4.5/"),
	    "http bad - 0 http://?/" },
	{ "ends in a number", SPAN_INIT("http://a.b.5/"),
	    "http bad - 0 http://?/" },
	{ "ends in hexadecimal", SPAN_INIT("http://a.0x/"),
	    "http bad - 0 http://?/" },
	{ "IPv6", SPAN_INIT("http://[2001:DB8::1]:81/"),
	    "http addr 2001:db8::1 128 http://[2001:db8::1]:81/" },
	{ "IPv6, open", SPAN_INIT("http://[2001:db8::1/"),
	    "http bad - 0 http://?/" },
	{ "no host", SPAN_INIT("http:///"), "http bad - 2 http://?" },
	{ "space in the host", SPAN_INIT("http://a b.example/"),
	    "http bad - 0 http://?/" },
	{ "NUL in the host", SPAN_INIT("http://a\0.example/"),
	    "http bad - 0 http://?/" },
	{ "mailto", SPAN_INIT("mailto:A%40b.example?subject=x"),
	    "mailto name b.example 0 mailto:A%40b.example" },
	{ "mailto without a domain", SPAN_INIT("mailto:a"),
	    "mailto none - 0 mailto:a" },
	{ "program", SPAN_INIT("java\nscript:alert(1)"),
	    "javascript none - 1 javascript:alert(1)" },
	{ "data", SPAN_INIT("data:text/html,<b>"), "data none - 0 data:" },
	{ "tel", SPAN_INIT("tel:+15550100"), "tel none - 0 tel:+15550100" },
	{ "other", SPAN_INIT("x-a+b:c d"), "other none - 0 x-a+b:c%20d" },
	{ "file on a host", SPAN_INIT("file://a.example/x"),
	    "file name a.example 0 file://a.example/x" },
	{ "file here", SPAN_INIT("file:///x"), "file none - 0 file:///x" },
	{ "without a scheme", SPAN_INIT("//a.example/x"),
	    "https name a.example 256 https://a.example/x" },
	{ "relative", SPAN_INIT("a/b"), NULL },
	{ "a fragment", SPAN_INIT("#x"), NULL },
	{ "empty", SPAN_INIT(""), NULL },
	{ "blanks", SPAN_INIT(" \t"), NULL },
};

static const struct {
	const char *base, *in, *want;
} relative[] = {
	{ "https://b.example/x", "y?q", "https name b.example 256 "
	    "https://b.example/y?q" },
	{ "https://b.example/x", "//c.example/", "https name c.example 256 "
	    "https://c.example/" },
	{ "https://b.example/x", "\\\\c.example/", "https name c.example 258 "
	    "https://c.example/" },
	{ "https://b.example/x", "http://d.example/",
	    "http name d.example 0 http://d.example/" },
	{ "mailto:a@b.example", "x", NULL },
};

static const struct {
	const char *a, *b;
	bool same;
} owners[] = {
	{ "a.example", "a.example", true },
	{ "www.a.example", "mail.a.example", true },
	{ "a.example", "b.example", false },
	{ "a.co.uk", "b.co.uk", false },
	{ "x.a.co.uk", "a.co.uk", true },
	{ "a.com.evil.example", "a.com", false },
	{ "co.uk", "a.co.uk", false },
	{ "a.de", "b.de", false },
	{ "localhost", "a.localhost", false },
};

static void
show(struct buf *b, const struct url *u)
{
	static const char *const kinds[] = { "none", "name", "addr", "bad" };

	buf_str(b, url_scheme_name(u->scheme));
	buf_byte(b, ' ');
	buf_str(b, kinds[u->kind]);
	buf_byte(b, ' ');
	if (u->kind == URL_HOST_NAME)
		buf_put(b, u->host.name);
	else if (u->kind == URL_HOST_ADDR)
		addr_print(b, &u->addr);
	else
		buf_byte(b, '-');
	buf_byte(b, ' ');
	buf_u64(b, u->odd);
	buf_byte(b, ' ');
	buf_put(b, u->text);
}

static void
check(struct span in, const struct url *base, const char *want,
    const char *label, struct arena *a)
{
	uint8_t room[500];
	struct buf b = BUF_ON(room);
	struct url u;
	bool ok = url_read(&u, in, base, a);

	T_OK(ok == (want != NULL), label);
	if (!ok || want == NULL)
		return;
	show(&b, &u);
	T_SPAN(buf_span(&b), assay_cstr(want), label);
}

int
main(void)
{
	static uint8_t big[LIMIT_URL + 9];
	struct arena a;
	struct url u;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].in, NULL, cases[i].want, cases[i].label, &a);
	for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		T_OK(url_read(&u, assay_cstr(relative[i].base), NULL, &a),
		    relative[i].base);
		check(assay_cstr(relative[i].in), &u, relative[i].want,
		    relative[i].in, &a);
	}
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		struct domain x, y;

		T_OK(domain_parse(&x, assay_cstr(owners[i].a), false, &a) &&
		    domain_parse(&y, assay_cstr(owners[i].b), false, &a) &&
		    url_same_owner(x, y) == owners[i].same &&
		    url_same_owner(y, x) == owners[i].same, owners[i].a);
	}
	memset(big, 'a', sizeof(big));
	memcpy(big, "http://b.example/", 17);
	T_OK(url_read(&u, (struct span){ big, sizeof(big) }, NULL, &a) &&
	    u.odd == URL_ODD_LONG && u.text.len == LIMIT_URL_TEXT,
	    "longer than what is read");
	T_OK(url_read(&u, SPAN("http://a.example/?a=b#c"), NULL, &a) &&
	    span_eq(u.query, SPAN("a=b")), "query");
	arena_free(&a);
	return t_done();
}
