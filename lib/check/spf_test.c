/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions against a zone; what is written is the whole evidence.  Each is
 * run warm and with answers in several orders, which must not matter. */
#include "check/check.h"

#include "test/run_fixture.h"
#include "test/t.h"

#define TXT(n, x) RR(n, ASSAY_T_TXT, x)
#define A(n, x) RR(n, ASSAY_T_A, x)

static const struct fixture_rr zone[] = {
	TXT("all.example", "v=spf1 -all"),
	TXT("plus.example", "v=spf1 +all"),
	TXT("wide.example", "v=spf1 include:half.example -all"),
	TXT("half.example", "v=spf1 ip4:128.0.0.0/1 ip6:2000::/3"),
	TXT("soft.example", "v=spf1 ip4:198.51.100.0/24 ~all"),
	TXT("neutral.example", "v=spf1 ?ip4:192.0.2.0/24"),
	TXT("default.example", "v=spf1 ip4:198.51.100.0/24"),
	TXT("other.example", "no spf"),
	TXT("two.example", "v=spf1 -all"),
	TXT("two.example", "v=spf1 +all"),
	TXT("bad.example", "v=spf1 ip4:192.0.2.1 moo"),
	TXT("inc.example", "v=spf1 include:soft.example a -all"),
	TXT("incbad.example", "v=spf1 include:bad.example -all"),
	TXT("incnone.example", "v=spf1 include:other.example -all"),
	TXT("incnx.example", "v=spf1 include:nowhere.test -all"),
	TXT("incname.example", "v=spf1 include:a..b.example -all"),
	A("inc.example", "192.0.2.1"),
	RR("inc.example", ASSAY_T_AAAA, "2001:db8::1"),
	TXT("re.example", "v=spf1 a:gone.example redirect=all.example"),
	TXT("renone.example", "v=spf1 redirect=other.example"),
	TXT("rename.example", "v=spf1 redirect=a..b.example"),
	TXT("loop.example", "v=spf1 include:loop.example -all"),
	TXT("reloop.example", "v=spf1 redirect=reloop.example"),
	TXT("void.example", "v=spf1 a:v1.test exists:v2.test ?all"),
	TXT("void3.example", "v=spf1 a:v1.test mx:v2.test a:v3.test +all"),
	TXT("mx.example", "v=spf1 mx -all"),
	RR("mx.example", ASSAY_T_MX, "10 m1.mx.example"),
	RR("mx.example", ASSAY_T_MX, "10 m2.mx.example"),
	RR("mx.example", ASSAY_T_MX, "10 m3.mx.example"),
	RR("mx.example", ASSAY_T_MX, "20 m4.mx.example"),
	A("m1.mx.example", "198.51.100.1"),
	A("m2.mx.example", "198.51.100.2"),
	A("m3.mx.example", "198.51.100.3"),
	A("m4.mx.example", "192.0.2.1"),
	TXT("nullmx.example", "v=spf1 mx ?all"),
	RR("nullmx.example", ASSAY_T_MX, "0 ."),
	TXT("mxtemp.example", "v=spf1 mx ?all"),
	RR("mxtemp.example", ASSAY_T_MX, "10 m1.mx.example"),
	RR("mxtemp.example", ASSAY_T_MX, "10 temp.example"),
	RR("mxtemp.example", ASSAY_T_MX, "10 m4.mx.example"),
	TXT("mxmany.example", "v=spf1 mx ?all"),
	RR("mxmany.example", ASSAY_T_MX, "1 a"),
	RR("mxmany.example", ASSAY_T_MX, "1 b"),
	RR("mxmany.example", ASSAY_T_MX, "1 c"),
	RR("mxmany.example", ASSAY_T_MX, "1 d"),
	RR("mxmany.example", ASSAY_T_MX, "1 e"),
	RR("mxmany.example", ASSAY_T_MX, "1 f"),
	RR("mxmany.example", ASSAY_T_MX, "1 g"),
	RR("mxmany.example", ASSAY_T_MX, "1 h"),
	RR("mxmany.example", ASSAY_T_MX, "1 i"),
	RR("mxmany.example", ASSAY_T_MX, "1 j"),
	RR("mxmany.example", ASSAY_T_MX, "1 k"),
	RR_KIND("temp.example", 0, ASSAY_A_TEMPFAIL),
	RR_KIND("bogus.example", 0, ASSAY_A_BOGUS),
	RR_KIND("unknown.example", 0, ASSAY_A_UNKNOWN),
	TXT("late.example", "v=spf1 ip4:192.0.2.1 include:temp.example"),
	TXT("inctemp.example", "v=spf1 include:bogus.example +all"),
	TXT("ptr.example", "v=spf1 ptr -all"),
	RR("1.2.0.192.in-addr.arpa", ASSAY_T_PTR, "liar.example"),
	RR("1.2.0.192.in-addr.arpa", ASSAY_T_PTR, "temp.example"),
	RR("1.2.0.192.in-addr.arpa", ASSAY_T_PTR, "www.ptr.example"),
	A("liar.example", "198.51.100.9"),
	A("www.ptr.example", "192.0.2.1"),
	TXT("mac.example", "v=spf1 exists:%{l}.%{ir}.%{d} -all exp=e.%{d}"),
	A("any.1.2.0.192.mac.example", "127.0.0.2"),
	TXT("e.mac.example", "%{s} %{i} %{p} at %{r} %{t}%_%%"),
	TXT("eai.example", "v=spf1 a:%{l}.eai.example +all exp=e.mac.example"),
	TXT("eaiexp.example", "v=spf1 -all exp=e.mac.example"),
	TXT("eaire.example", "v=spf1 redirect=%{l}.eai.example"),
	TXT("incexp.example", "v=spf1 -include:expin.example exp=x.example"),
	TXT("expin.example", "v=spf1 +all exp=e.mac.example"),
	TXT("x.example", "see http://x.example/%{D2R}?i=%{I}&s=%{S}"),
	TXT("reexp.example", "v=spf1 redirect=eaiexp.example exp=x.example"),
	TXT("exp2.example", "v=spf1 -all exp=two.example"),
	TXT("expsyn.example", "v=spf1 -all exp=expsyn2.example"),
	TXT("expsyn2.example", "100% wrong"),
	TXT("expnx.example", "v=spf1 -all exp=nowhere.test"),
	TXT("exptemp.example", "v=spf1 -all exp=temp.example"),
	TXT("p.example", "v=spf1 a:%{p} -all"),
	TXT("p10.example", "v=spf1 a:%{p}.x.test a:%{p}.y.test "
	    "exists:%{p}.example exists:%{p}.example exists:%{p}.example "
	    "exists:%{p}.example +all"),
	TXT("p12.example", "v=spf1 a:%{p}.x.test a:%{p}.x.test a:%{p}.x.test "
	    "a:%{p}.x.test a:%{p}.x.test a:%{p}.x.test +all"),
	A("unknown.x.test", "127.0.0.1"), A("unknown.y.test", "127.0.0.1"),
	A("www.ptr.example.x.test", "127.0.0.1"),
	A("www.ptr.example.y.test", "127.0.0.1"),
	A("www.ptr.example.example", "127.0.0.1"),
	A("unknown.example", "127.0.0.1"),
	TXT("xn--bcher-kva.example", "v=spf1 a:%{o}.test -all"),
	A("xn--bcher-kva.example.test", "192.0.2.1"),
	TXT("h.example", "v=spf1 exists:%{h}.h.example ?all"),
};

struct spf_case {
	const char *client, *helo, *from, *want;
};

static const struct spf_case cases[] = {
	/* the identities */
	{ "192.0.2.1", "all.example", "a@plus.example",
	    "helo=fail spf-fail [all.example] -all <- all.example/16\n"
	    "spf=pass spf-pass-anyone [plus.example] +all "
	    "<- plus.example/16\n" },
	{ "192.0.2.1", "soft.example", "",
	    "helo=softfail spf-softfail [soft.example] ~all "
	    "<- soft.example/16\n"
	    "spf=softfail spf-softfail [soft.example] ~all "
	    "<- soft.example/16\n" },
	{ "192.0.2.1", "[192.0.2.1]", "",
	    "helo=none spf-domain-literal [] [192.0.2.1]\n"
	    "spf=none spf-domain-literal [] [192.0.2.1]\n" },
	{ "192.0.2.1", "Localhost", "a@[192.0.2.1]",
	    "helo=none spf-single-label [] Localhost\n"
	    "spf=none spf-domain-literal [] a@[192.0.2.1]\n" },
	{ "192.0.2.1", "", "a@localhost",
	    "helo=none spf-no-helo [] \n"
	    "spf=none spf-single-label [] a@localhost\n" },
	{ "192.0.2.1", "all.example", NULL,
	    "helo=fail spf-fail [all.example] -all <- all.example/16\n"
	    "spf=none spf-no-mail-from [] \n" },
	{ "192.0.2.1", "a b", "a@x..example",
	    "helo=none spf-bad-name [] a b\n"
	    "spf=none spf-bad-name [] a@x..example\n" },
	/* ATTACKS.md A2, A5: not an address, no domain, no HELO instead */
	{ "192.0.2.1", "plus.example", "(any@plus.example",
	    "helo=pass spf-pass-anyone [plus.example] +all "
	    "<- plus.example/16\n"
	    "spf=permerror spf-bad-reverse-path [] (any@plus.example\n" },
	{ "192.0.2.1", "h", "any@plus.example'@any.plus.example",
	    "helo=none spf-single-label [] h\n"
	    "spf=permerror spf-bad-reverse-path [] "
	    "any@plus.example'@any.plus.example\n" },
	{ "192.0.2.1", "h", "any@plus.example(a.attack.example",
	    "helo=none spf-single-label [] h\n"
	    "spf=none spf-bad-name [] any@plus.example(a.attack.example\n" },
	{ "192.0.2.1", "h", "@plus.example,@any.com:'any@all.example",
	    "helo=none spf-single-label [] h\n"
	    "spf=fail spf-fail [all.example] -all <- all.example/16\n" },
	{ "192.0.2.1", "h", "@plus.example",
	    "helo=none spf-single-label [] h\n"
	    "spf=pass spf-pass-anyone [plus.example] +all "
	    "<- plus.example/16\n" },
	{ "192.0.2.1", "h", "nobody",
	    "helo=none spf-single-label [] h\n"
	    "spf=permerror spf-bad-reverse-path [] nobody\n" },
	{ "192.0.2.1", "h", "a..b.@ALL.example.",
	    "helo=none spf-single-label [] h\n"
	    "spf=fail spf-fail [all.example] -all <- all.example/16\n" },
	{ NULL, "all.example", "a@plus.example",
	    "helo=none no-client-address [all.example] \n"
	    "spf=none no-client-address [plus.example] \n" },
	{ "::ffff:192.0.2.1", "h", "a@neutral.example",
	    "helo=none spf-single-label [] h\n"
	    "spf=neutral spf-neutral [neutral.example] ?ip4:192.0.2.0/24 "
	    "<- neutral.example/16\n" },
};

/* Only the line of MAIL FROM, with HELO "h.example.org". */
static const struct spf_case mail_cases[] = {
	{ "192.0.2.1", NULL, "default.example", "neutral spf-no-match "
	    "[default.example]  <- default.example/16" },
	{ "192.0.2.1", NULL, "other.example", "none spf-no-record "
	    "[other.example]  <- other.example/16" },
	{ "192.0.2.1", NULL, "liar.example", "none spf-no-record "
	    "[liar.example]  <- liar.example/16" },
	{ "192.0.2.1", NULL, "nowhere.test", "none spf-no-name "
	    "[nowhere.test]  <- nowhere.test/16" },
	{ "192.0.2.1", NULL, "two.example", "permerror "
	    "spf-multiple-records [two.example]  <- two.example/16" },
	{ "192.0.2.1", NULL, "bad.example", "permerror "
	    "spf-unknown-mechanism [bad.example] moo <- bad.example/16" },
	{ "192.0.2.1", NULL, "wide.example", "pass spf-pass-anyone "
	    "[wide.example] include:half.example "
	    "<- wide.example/16, half.example/16" },
	{ "198.51.100.1", NULL, "inc.example", "pass spf-pass "
	    "[inc.example] include:soft.example "
	    "<- inc.example/16, soft.example/16" },
	{ "192.0.2.1", NULL, "inc.example", "pass spf-pass [inc.example] a "
	    "<- inc.example/16, soft.example/16, inc.example/1" },
	{ "2001:db8::1", NULL, "inc.example", "pass spf-pass [inc.example] "
	    "a <- inc.example/16, soft.example/16, inc.example/28" },
	{ "2001:db8::2", NULL, "inc.example", "fail spf-fail [inc.example] "
	    "-all <- inc.example/16, soft.example/16, inc.example/28" },
	{ "192.0.2.1", NULL, "incbad.example", "permerror "
	    "spf-unknown-mechanism [incbad.example] moo of bad.example "
	    "<- incbad.example/16, bad.example/16" },
	{ "192.0.2.1", NULL, "incnone.example", "permerror "
	    "spf-include-without-record [incnone.example] other.example "
	    "<- incnone.example/16, other.example/16" },
	{ "192.0.2.1", NULL, "incnx.example", "permerror "
	    "spf-include-without-record [incnx.example] nowhere.test "
	    "<- incnx.example/16, nowhere.test/16" },
	{ "192.0.2.1", NULL, "incname.example", "permerror "
	    "spf-include-bad-name [incname.example] include:a..b.example "
	    "<- incname.example/16" },
	{ "192.0.2.1", NULL, "re.example", "fail spf-fail [re.example] "
	    "-all of all.example "
	    "<- re.example/16, gone.example/1, all.example/16" },
	{ "192.0.2.1", NULL, "renone.example", "permerror "
	    "spf-redirect-without-record [renone.example] other.example "
	    "<- renone.example/16, other.example/16" },
	{ "192.0.2.1", NULL, "rename.example", "permerror "
	    "spf-redirect-bad-name [rename.example] a..b.example "
	    "<- rename.example/16" },
	{ "192.0.2.1", NULL, "loop.example", "permerror "
	    "spf-too-many-lookups [loop.example] include:loop.example "
	    "<- loop.example/16" },
	{ "192.0.2.1", NULL, "reloop.example", "permerror "
	    "spf-too-many-lookups [reloop.example] reloop.example "
	    "<- reloop.example/16" },
	{ "192.0.2.1", NULL, "void.example", "neutral spf-neutral "
	    "[void.example] ?all "
	    "<- void.example/16, v1.test/1, v2.test/1" },
	{ "192.0.2.1", NULL, "void3.example", "permerror "
	    "spf-too-many-void-lookups [void3.example] v3.test "
	    "<- void3.example/16, v1.test/1, v2.test/15, v3.test/1" },
	{ "192.0.2.1", NULL, "mx.example", "pass spf-pass [mx.example] mx "
	    "<- mx.example/16, mx.example/15, m1.mx.example/1, "
	    "m2.mx.example/1, m3.mx.example/1, m4.mx.example/1" },
	{ "198.51.100.2", NULL, "mx.example", "pass spf-pass [mx.example] "
	    "mx <- mx.example/16, mx.example/15, m1.mx.example/1, "
	    "m2.mx.example/1" },
	/* four hosts without AAAA are one void look-up */
	{ "2001:db8::1", NULL, "mx.example", "fail spf-fail [mx.example] "
	    "-all <- mx.example/16, mx.example/15, m1.mx.example/28, "
	    "m2.mx.example/28, m3.mx.example/28, m4.mx.example/28" },
	{ "192.0.2.1", NULL, "nullmx.example", "neutral spf-neutral "
	    "[nullmx.example] ?all <- nullmx.example/16, "
	    "nullmx.example/15" },
	{ "198.51.100.1", NULL, "mxtemp.example", "pass spf-pass "
	    "[mxtemp.example] mx <- mxtemp.example/16, mxtemp.example/15, "
	    "m1.mx.example/1" },
	{ "192.0.2.1", NULL, "mxtemp.example", "temperror spf-dns-failure "
	    "[mxtemp.example] temp.example <- mxtemp.example/16, "
	    "mxtemp.example/15, m1.mx.example/1, temp.example/1" },
	{ "192.0.2.1", NULL, "mxmany.example", "permerror spf-too-many-mx "
	    "[mxmany.example] mxmany.example <- mxmany.example/16, "
	    "mxmany.example/15" },
	{ "192.0.2.1", NULL, "temp.example", "temperror spf-dns-failure "
	    "[temp.example] temp.example <- temp.example/16" },
	{ "192.0.2.1", NULL, "bogus.example", "temperror spf-dns-bogus "
	    "[bogus.example] bogus.example <- bogus.example/16" },
	{ "192.0.2.1", NULL, "unknown.example", "temperror "
	    "spf-dns-no-source [unknown.example] unknown.example "
	    "<- unknown.example/16" },
	{ "192.0.2.1", NULL, "late.example", "pass spf-pass [late.example] "
	    "ip4:192.0.2.1 <- late.example/16" },
	{ "192.0.2.1", NULL, "inctemp.example", "temperror spf-dns-bogus "
	    "[inctemp.example] bogus.example <- inctemp.example/16, "
	    "bogus.example/16" },
	{ "192.0.2.1", NULL, "ptr.example", "pass spf-pass [ptr.example] "
	    "ptr <- ptr.example/16, 1.2.0.192.in-addr.arpa/12, "
	    "liar.example/1, temp.example/1, www.ptr.example/1" },
	{ "192.0.2.2", NULL, "ptr.example", "fail spf-fail [ptr.example] "
	    "-all <- ptr.example/16, 2.2.0.192.in-addr.arpa/12" },
	{ "192.0.2.1", NULL, "any@mac.example", "pass spf-pass "
	    "[mac.example] exists:%{l}.%{ir}.%{d} <- mac.example/16, "
	    "any.1.2.0.192.mac.example/1" },
	{ "192.0.2.1", NULL, "p.example", "pass spf-pass [p.example] a:%{p} "
	    "<- p.example/16, 1.2.0.192.in-addr.arpa/12, liar.example/1, "
	    "temp.example/1, www.ptr.example/1" },
	/* %{p} counts: 5 terms with one are 10, the 6th is too many */
	{ "192.0.2.1", NULL, "p10.example", "pass spf-pass [p10.example] "
	    "exists:%{p}.example <- p10.example/16, "
	    "1.2.0.192.in-addr.arpa/12, liar.example/1, temp.example/1, "
	    "www.ptr.example/1, www.ptr.example.x.test/1, "
	    "www.ptr.example.y.test/1, www.ptr.example.example/1" },
	{ "192.0.2.1", NULL, "p12.example", "permerror "
	    "spf-too-many-lookups [p12.example] a:%{p}.x.test "
	    "<- p12.example/16, 1.2.0.192.in-addr.arpa/12, liar.example/1, "
	    "temp.example/1, www.ptr.example/1, www.ptr.example.x.test/1" },
	/* RFC 8616 */
	{ "192.0.2.1", NULL, "\xc3\xbc@eai.example", "pass "
	    "spf-pass-anyone [eai.example] +all <- eai.example/16" },
	{ "192.0.2.1", NULL, "\xc3\xbc@eaire.example", "permerror "
	    "spf-redirect-bad-name [eaire.example] %{l}.eai.example "
	    "<- eaire.example/16" },
	{ "192.0.2.1", NULL, "a@b\xc3\xbc" "cher.example", "pass spf-pass "
	    "[xn--bcher-kva.example] a:%{o}.test "
	    "<- xn--bcher-kva.example/16, xn--bcher-kva.example.test/1" },
};

struct explain_case {
	const char *from, *want;	/* NULL: none */
};

static const struct explain_case explanations[] = {
	{ "x@mac.example", "x@mac.example 192.0.2.1 www.ptr.example at "
	    "mx.example.net 1700000000 %" },
	{ "any@mac.example", NULL },
	{ "a@incexp.example",
	    "see http://x.example/example.incexp?i=192.0.2.1&"
	    "s=a%40incexp.example" },
	{ "a@reexp.example", "a@reexp.example 192.0.2.1 www.ptr.example "
	    "at mx.example.net 1700000000 %" },
	{ "\xc3\xbc@eaiexp.example", NULL },
	{ "\"a\\\\b\"@eaiexp.example", "a\\b@eaiexp.example 192.0.2.1 "
	    "www.ptr.example at mx.example.net 1700000000 %" },
	{ "a@exp2.example", NULL }, { "a@expsyn.example", NULL },
	{ "a@expnx.example", NULL }, { "a@exptemp.example", NULL },
	{ "a@all.example", NULL },
};

static void
session_of(struct fixture *f, const struct spf_case *c)
{
	fixture_init(f, zone, sizeof(zone) / sizeof(zone[0]));
	if (c->client != NULL && assay_addr_parse(&f->session.client,
	    assay_cstr(c->client)) != ASSAY_OK)
		T_OK(false, "a case with a bad address");
	f->session.helo = assay_cstr(c->helo);
	f->session.mail_from = assay_cstr(c->from);
	f->session.receiver = SPAN("mx.example.net");
	f->session.now = 1700000000;
}

/* Runs both identities warm and in every kind of order, the first time
 * comparing with want. */
static void
in_every_order(const struct spf_case *c, bool both, struct assay_keep *keep)
{
	struct fixture f, g;

	session_of(&f, c);
	f.run.keep = keep;
	if (both)
		fixture_check(&f, ASSAY_CHECK_HELO, check_helo);
	T_INT(fixture_check(&f, ASSAY_CHECK_SPF, check_spf), 1, c->from);
	T_SPAN(fixture_print(&f), assay_cstr(c->want), c->from);
	for (uint32_t seed = 0; seed < 7; seed++) {
		session_of(&g, c);
		g.mode = (enum fixture_mode)(1 + seed % 3);
		g.seed = seed;
		if (both)
			fixture_check(&g, ASSAY_CHECK_HELO, check_helo);
		T_OK(fixture_check(&g, ASSAY_CHECK_SPF, check_spf) > 0,
		    "does not hang");
		T_SPAN(fixture_print(&g), fixture_print(&f),
		    "order does not matter");
		T_OK(g.out.spf.lookups == f.out.spf.lookups &&
		    g.out.spf.voids == f.out.spf.voids, "nor for the counts");
		fixture_free(&g);
	}
	fixture_free(&f);
}

static void
test_mail_from(struct assay_keep *keep)
{
	char from[200], want[1000];

	for (size_t i = 0; i < sizeof(mail_cases) / sizeof(mail_cases[0]);
	    i++) {
		struct spf_case c = mail_cases[i];
		bool has_local = memchr(c.from, '@', strlen(c.from)) != NULL;
		snprintf(from, sizeof(from), "%s%s", has_local ? "" : "a@",
		    c.from);
		snprintf(want, sizeof(want), "spf=%s\n", c.want);
		c.helo = "h.example.org";
		c.from = from;
		c.want = want;
		in_every_order(&c, false, keep);
	}
}

static void
test_explanations(void)
{
	size_t n = sizeof(explanations) / sizeof(explanations[0]);

	for (size_t i = 0; i < 3 * n; i++) {
		const struct explain_case *e = &explanations[i % n];
		struct spf_case c = { "192.0.2.1", "h.example.org", e->from,
			NULL };
		struct fixture f;
		session_of(&f, &c);
		f.mode = (enum fixture_mode)(i / n);
		fixture_check(&f, ASSAY_CHECK_SPF, check_spf);
		T_SPAN(f.out.spf.explanation, assay_cstr(e->want), e->from);
		fixture_free(&f);
	}
}

/* Each identity has limits of its own. */
static void
test_limits(void)
{
	struct spf_case c = { "192.0.2.1", "p10.example", "a@p10.example",
		NULL };
	struct fixture f;

	session_of(&f, &c);
	fixture_check(&f, ASSAY_CHECK_HELO, check_helo);
	fixture_check(&f, ASSAY_CHECK_SPF, check_spf);
	T_INT(f.out.helo.result, ASSAY_PASS, "helo passes");
	T_INT(f.out.spf.result, ASSAY_PASS, "and so does the other");
	T_INT(f.out.helo.lookups, f.out.spf.lookups, "with equal counts");
	fixture_free(&f);
}

/* How often a check is run when each answer comes alone. */
static void
test_passes(void)
{
	struct spf_case c = { "192.0.2.1", "h", "a@mx.example", NULL };
	struct fixture f;

	session_of(&f, &c);
	f.mode = FIXTURE_ALL;
	T_INT(fixture_check(&f, ASSAY_CHECK_SPF, check_spf), 4,
	    "TXT, MX, all addresses at once, the end");
	fixture_free(&f);
	c.from = "a@void3.example";
	session_of(&f, &c);
	f.mode = FIXTURE_ALL;
	T_INT(fixture_check(&f, ASSAY_CHECK_SPF, check_spf), 3,
	    "the names of later terms are asked for ahead");
	fixture_free(&f);
}

int
main(void)
{
	const uint8_t seed[16] = { 1 };
	struct assay_keep *keep;

	if (assay_keep_new(&keep, 0, seed) != ASSAY_OK)
		return 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		in_every_order(&cases[i], true, keep);
	test_mail_from(keep);
	test_mail_from(keep);	/* now from what was kept */
	test_explanations();
	test_limits();
	test_passes();
	assay_keep_free(keep);
	return t_done();
}
