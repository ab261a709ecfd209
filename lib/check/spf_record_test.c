/* SPDX-License-Identifier: Apache-2.0 */
#include "check/spf_record.h"

#include "test/t.h"

struct flaw_case {
	const char *text;
	enum assay_reason want;
	const char *term;		/* the one to blame */
};

static const struct flaw_case flaws[] = {
	{ "v=spf1", 0, NULL },
	{ "v=spf1 ", 0, NULL },
	{ "V=SPF1 -ALL", 0, NULL },
	{ "v=spf1  a   mx  -all  ", 0, NULL },
	{ "v=spf1 a:example.com/24//64 a/24 a//64 mx/0//0 -all", 0, NULL },
	{ "v=spf1 include:example.com exists:%{i}.example.com ptr", 0, NULL },
	{ "v=spf1 ip4:0.0.0.0/0 ip6:::/0 ip6:::1.2.3.4/128", 0, NULL },
	{ "v=spf1 foo=bar x-y_z.1=%{d} empty= -all", 0, NULL },
	{ "v=spf1 -all redirect=a.example exp=b.example", 0, NULL },
	{ "v=spf1 a:foo:bar/baz.example.com/24", 0, NULL },
	{ "v=spf1 moo", ASSAY_R_SPF_UNKNOWN_MECHANISM, "moo" },
	{ "v=spf1 -all moo", ASSAY_R_SPF_UNKNOWN_MECHANISM, "moo" },
	{ "v=spf1 -", ASSAY_R_SPF_UNKNOWN_MECHANISM, "-" },
	{ "v=spf1 --all", ASSAY_R_SPF_UNKNOWN_MECHANISM, "--all" },
	{ "v=spf1 allx", ASSAY_R_SPF_UNKNOWN_MECHANISM, "allx" },
	{ "v=spf1 all:", ASSAY_R_SPF_BAD_TERM, "all:" },
	{ "v=spf1 all/8", ASSAY_R_SPF_BAD_TERM, "all/8" },
	{ "v=spf1 include", ASSAY_R_SPF_BAD_TERM, "include" },
	{ "v=spf1 exists/24", ASSAY_R_SPF_BAD_TERM, "exists/24" },
	{ "v=spf1 exists:a.example.com/24", ASSAY_R_SPF_BAD_DOMAIN_SPEC,
	    "exists:a.example.com/24" },
	{ "v=spf1 ptr/0", ASSAY_R_SPF_BAD_TERM, "ptr/0" },
	{ "v=spf1 include:", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "include:" },
	{ "v=spf1 a:", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "a:" },
	{ "v=spf1 a:/24", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "a:/24" },
	{ "v=spf1 a:museum", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "a:museum" },
	{ "v=spf1 a:%{c}", ASSAY_R_SPF_BAD_MACRO, "a:%{c}" },
	{ "v=spf1 a:%(ir).example.com", ASSAY_R_SPF_BAD_MACRO,
	    "a:%(ir).example.com" },
	{ "v=spf1 a/33", ASSAY_R_SPF_BAD_CIDR, "a/33" },
	{ "v=spf1 a/024", ASSAY_R_SPF_BAD_CIDR, "a/024" },
	{ "v=spf1 a//129", ASSAY_R_SPF_BAD_CIDR, "a//129" },
	{ "v=spf1 a/24/64", ASSAY_R_SPF_BAD_CIDR, "a/24/64" },
	{ "v=spf1 a/", ASSAY_R_SPF_BAD_CIDR, "a/" },
	{ "v=spf1 a///64", ASSAY_R_SPF_BAD_CIDR, "a///64" },
	{ "v=spf1 a//64/24", ASSAY_R_SPF_BAD_CIDR, "a//64/24" },
	{ "v=spf1 a/99999999999999999999", ASSAY_R_SPF_BAD_CIDR,
	    "a/99999999999999999999" },
	{ "v=spf1 ip4", ASSAY_R_SPF_BAD_TERM, "ip4" },
	{ "v=spf1 ip4/24", ASSAY_R_SPF_BAD_TERM, "ip4/24" },
	{ "v=spf1 ip4:", ASSAY_R_SPF_BAD_NETWORK, "ip4:" },
	{ "v=spf1 ip4:1.2.3/24", ASSAY_R_SPF_BAD_NETWORK, "ip4:1.2.3/24" },
	{ "v=spf1 ip4:1.2.3.4/33", ASSAY_R_SPF_BAD_CIDR,
	    "ip4:1.2.3.4/33" },
	{ "v=spf1 ip4:1.2.3.4/", ASSAY_R_SPF_BAD_CIDR, "ip4:1.2.3.4/" },
	{ "v=spf1 ip4:1.2.3.4//32", ASSAY_R_SPF_BAD_CIDR,
	    "ip4:1.2.3.4//32" },
	{ "v=spf1 ip4:1.2.3.4:25", ASSAY_R_SPF_BAD_NETWORK,
	    "ip4:1.2.3.4:25" },
	{ "v=spf1 ip4:::1", ASSAY_R_SPF_BAD_NETWORK, "ip4:::1" },
	{ "v=spf1 ip6:1.2.3.4", ASSAY_R_SPF_BAD_NETWORK, "ip6:1.2.3.4" },
	{ "v=spf1 ip6:::1/129", ASSAY_R_SPF_BAD_CIDR, "ip6:::1/129" },
	{ "v=spf1 ip6:::1//33", ASSAY_R_SPF_BAD_CIDR, "ip6:::1//33" },
	{ "v=spf1 redirect=a.example redirect=a.example",
	    ASSAY_R_SPF_DUPLICATE_MODIFIER, "redirect=a.example" },
	{ "v=spf1 exp=a.example -all EXP=b.example",
	    ASSAY_R_SPF_DUPLICATE_MODIFIER, "EXP=b.example" },
	{ "v=spf1 redirect=", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "redirect=" },
	{ "v=spf1 exp=", ASSAY_R_SPF_BAD_DOMAIN_SPEC, "exp=" },
	{ "v=spf1 -redirect=a.example", ASSAY_R_SPF_BAD_TERM,
	    "-redirect=a.example" },
	{ "v=spf1 =a", ASSAY_R_SPF_BAD_TERM, "=a" },
	{ "v=spf1 9a=b", ASSAY_R_SPF_BAD_TERM, "9a=b" },
	{ "v=spf1 a=%", ASSAY_R_SPF_BAD_MACRO, "a=%" },
	{ "v=spf1 a\tmx", ASSAY_R_SPF_NOT_ASCII, "a\tmx" },
	{ "v=spf1 -all\n", ASSAY_R_SPF_NOT_ASCII, "-all\n" },
	{ "v=spf1 a:\xc3\xa9.example.com", ASSAY_R_SPF_NOT_ASCII,
	    "a:\xc3\xa9.example.com" },
};

static void
test_flaws(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
		const struct flaw_case *c = &flaws[i];
		struct span text = assay_cstr(c->text);
		const struct spf_record *r = spf_record_parse(text, &a);

		T_OK(spf_is_record(text), c->text);
		T_INT(r->flaw, c->want, c->text);
		if (c->term != NULL)
			T_SPAN(spf_text(text, r->flaw_at, r->flaw_len),
			    assay_cstr(c->term), "the term to blame");
	}
	arena_free(&a);
}

static void
test_version(void)
{
	T_OK(!spf_is_record(SPAN("v=spf10")), "v=spf10 is another");
	T_OK(!spf_is_record(SPAN("v=spf1\t-all")), "TAB ends no version");
	T_OK(!spf_is_record(SPAN(" v=spf1 -all")), "nothing before it");
	T_OK(!spf_is_record(SPAN("v=spf")), "too short");
	T_OK(!spf_is_record(SPAN("")), "empty");
	T_OK(!spf_is_record(SPAN("spf2.0/pra -all")), "sender-id");
	T_OK(!spf_is_record(SPAN("v=spf1\0 -all")), "NUL");
}

static void
test_parts(void)
{
	struct span text = SPAN("v=spf1 a ~mx:Ex.EXAMPLE.com./9//17 "
	    "?ip4:192.0.2.0/24 ip6:2001:db8::1 include:%{d2} -all a:x.y "
	    "redirect=c.example exp=D.example");
	const struct spf_record *r;
	struct arena a;

	arena_init(&a, 1 << 20);
	r = spf_record_parse(text, &a);
	T_INT(r->n, 6, "six terms; what stands behind all is dropped");
	T_OK(r->has_all && r->redirect == NULL, "all kills redirect");
	T_SPAN(r->exp->name, SPAN("d.example"), "exp");
	T_OK(r->term[0].kind == SPF_A && r->term[0].spec == NULL &&
	    r->term[0].result == ASSAY_PASS && r->term[0].cidr4 == 32 &&
	    r->term[0].cidr6 == 128, "a");
	T_OK(r->term[1].kind == SPF_MX && r->term[1].cidr4 == 9 &&
	    r->term[1].cidr6 == 17 && r->term[1].result == ASSAY_SOFTFAIL,
	    "mx");
	T_SPAN(r->term[1].spec->name, SPAN("ex.example.com"), "its name");
	T_SPAN(spf_text(text, r->term[1].at, r->term[1].len),
	    SPAN("~mx:Ex.EXAMPLE.com./9//17"), "as written");
	T_OK(r->term[2].net4 == 0xc0000200 && r->term[2].cidr4 == 24 &&
	    r->term[2].result == ASSAY_NEUTRAL, "ip4");
	T_OK(r->term[3].net6->high == 0x20010db800000000 &&
	    r->term[3].net6->low == 1 && r->term[3].cidr6 == 128, "ip6");
	T_OK(span_absent(r->term[4].spec->name) &&
	    r->term[4].spec->letters != 0, "include with a macro");
	T_OK(r->term[5].result == ASSAY_FAIL, "-all");
	arena_free(&a);
}

/* The longest record costs no more than what can matter of it. */
static void
test_long(void)
{
	static uint8_t room[LIMIT_TXT + 1];
	struct buf b = BUF_ON(room);
	const struct spf_record *r;
	struct arena a;

	arena_init(&a, 1 << 20);
	buf_str(&b, "v=spf1");
	while (b.len + 2 <= LIMIT_TXT)
		buf_str(&b, " a");
	r = spf_record_parse(buf_span(&b), &a);
	T_OK(r != NULL && r->flaw == 0 && r->n == LIMIT_SPF_TERMS + 1,
	    "eleven of 32,000 can be reached");
	T_OK(a.used < 40000, "and are all that is kept");
	while (b.len < sizeof(room))
		buf_byte(&b, ' ');
	r = spf_record_parse(buf_span(&b), &a);
	T_INT(r->flaw, ASSAY_R_SPF_RECORD_TOO_LONG, "too long");
	arena_free(&a);
	arena_init(&a, 100);
	T_OK(spf_record_parse(SPAN("v=spf1 a mx -all"), &a) == NULL,
	    "no memory");
	arena_free(&a);
}

int
main(void)
{
	test_flaws();
	test_version();
	test_parts();
	test_long();
	return t_done();
}
