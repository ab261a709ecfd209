/* SPDX-License-Identifier: Apache-2.0 */
/* Signature fields that are not what they should be (ATTACKS 1 and 3). */
#include "facts/sig_parse.h"

#include "test/t.h"

#define GOOD_B "b=AAAA"
#define GOOD_BH "bh=AAAA"
#define WITHOUT_D "v=1; a=rsa-sha256; s=s1; h=from; " GOOD_BH "; " GOOD_B
#define WITHOUT_S "v=1; a=rsa-sha256; d=ex.org; h=from; " GOOD_BH "; " GOOD_B
#define WITHOUT_A "v=1; s=s1; d=ex.org; h=from; " GOOD_BH "; " GOOD_B
#define WITHOUT_H "v=1; a=rsa-sha256; s=s1; d=ex.org; " GOOD_BH "; " GOOD_B
#define GOOD WITHOUT_H "; h=from"

#define D10 "0123456789"
#define L63 "a23456789012345678901234567890123456789012345678901234567890123"

static const struct {
	const char *label;
	struct span value;
	enum assay_reason flaw;
} dkim[] = {
#define ASSAY_R_DKIM_0 ASSAY_R_NONE
#define ROW(label, text, flaw) { label, { (const uint8_t *)(text), \
	sizeof(text) - 1 }, ASSAY_R_DKIM_##flaw }
	ROW("good", GOOD, 0),
	ROW("all tags, folded", " v=1;\r\n\ta=ed25519-sha256 ;\r\n c = "
	    "relaxed/simple; d=Ex.ORG; s=a.b_c;\r\n\th = From :\r\n to\t:"
	    "Subject; i=\r\n joe@sub.ex.org; l=12; q=x/y : dns/txt; t=1; x=2;"
	    " z=From:a|To:b; unknown=yes; bh=A A\r\n AA; b= AA\r\n AA ;", 0),
	ROW("RSA-SHA256 in capitals", WITHOUT_A "; a=RSA-SHA256", 0),

	ROW("no tags", "hello", SYNTAX),
	ROW("empty", "", SYNTAX),
	ROW("A3: NUL in s=", WITHOUT_S "; s=a\0b", SYNTAX),
	ROW("A3: NUL in d=", WITHOUT_D "; d=ex.org\0.attack.example",
	    SYNTAX),
	ROW("bare CR", GOOD "; x\r=1", SYNTAX),
	ROW("empty tag", GOOD ";; t=1", SYNTAX),
	ROW("duplicate d=", GOOD "; d=attack.example", DUPLICATE_TAG),
	ROW("duplicate unknown tag", GOOD "; y=1; y=2", DUPLICATE_TAG),

	ROW("v=2", "v=2; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH "; "
	    GOOD_B, VERSION),
	ROW("v=01", "v=01; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH
	    "; " GOOD_B, VERSION),
	ROW("no v=", "a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH "; "
	    GOOD_B, MISSING_TAG),
	ROW("V=1", "V=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH "; "
	    GOOD_B, MISSING_TAG),
	ROW("no a=", WITHOUT_A, MISSING_TAG),
	ROW("no d=", WITHOUT_D, MISSING_TAG),
	ROW("no s=", WITHOUT_S, MISSING_TAG),
	ROW("no h=", WITHOUT_H, MISSING_TAG),
	ROW("no b=", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH,
	    MISSING_TAG),
	ROW("no bh=", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_B,
	    MISSING_TAG),

	ROW("a= empty", WITHOUT_A "; a=", BAD_ALGORITHM),
	ROW("a=rsa-sha512", WITHOUT_A "; a=rsa-sha512", BAD_ALGORITHM),
	ROW("a=rsa-sha256x", WITHOUT_A "; a=rsa-sha256x", BAD_ALGORITHM),
	ROW("a=none", WITHOUT_A "; a=none", BAD_ALGORITHM),

	ROW("A4: ( in d=", WITHOUT_D "; d=legit.example(.attack.example",
	    BAD_DOMAIN),
	ROW("A4: ' in d=", WITHOUT_D "; d=legit.example'a.attack.example",
	    BAD_DOMAIN),
	ROW("A4: \" in d=", WITHOUT_D "; d=legit.example\"=(.attack.example",
	    BAD_DOMAIN),
	ROW("A3b: escape in d=", WITHOUT_D
	    "; d=legit.example\\032.attack.example", BAD_DOMAIN),
	ROW("A3: %00 in d=", WITHOUT_D "; d=ex.org%00.attack.example",
	    BAD_DOMAIN),
	ROW("A3b: final dot", WITHOUT_D "; d=ex.org.", BAD_DOMAIN),
	ROW("A3b: empty label", WITHOUT_D "; d=ex..org", BAD_DOMAIN),
	ROW("first dot", WITHOUT_D "; d=.ex.org", BAD_DOMAIN),
	ROW("A3b: label of 64 octets", WITHOUT_D "; d=" L63 "4.org",
	    BAD_DOMAIN),
	ROW("label of 63 octets", WITHOUT_D "; d=" L63 ".org", 0),
	ROW("A3b: name of 255 octets", WITHOUT_D "; d=" L63 "." L63 "." L63
	    "." L63, BAD_DOMAIN),
	ROW("one label", WITHOUT_D "; d=org", BAD_DOMAIN),
	ROW("space in d=", WITHOUT_D "; d=ex .org", BAD_DOMAIN),
	ROW("folded d=", WITHOUT_D "; d=ex\r\n .org", BAD_DOMAIN),
	ROW("d= empty", WITHOUT_D "; d=", BAD_DOMAIN),
	ROW("d= an address", WITHOUT_D "; d=[192.0.2.1]", BAD_DOMAIN),
	ROW("A3b: s=a\\.b", WITHOUT_S "; s=a\\.b", BAD_SELECTOR),
	ROW("A3: s= with %00", WITHOUT_S
	    "; s=sel._domainkey.attack.example.%00.any", BAD_SELECTOR),
	ROW("A3: s= with \\000", WITHOUT_S
	    "; s=sel._domainkey.attack.example.\\000.any", BAD_SELECTOR),
	ROW("s= empty", WITHOUT_S "; s=", BAD_SELECTOR),
	ROW("s= final dot", WITHOUT_S "; s=s1.", BAD_SELECTOR),
	ROW("s=*", WITHOUT_S "; s=*", BAD_SELECTOR),
	ROW("key name of 254 octets", "v=1; a=rsa-sha256; s=" L63 "." L63
	    "; d=" L63 ".a234567890123456789012345678901234567890.example.org"
	    "; h=from; " GOOD_BH "; " GOOD_B, NAME_TOO_LONG),

	ROW("i= without @", GOOD "; i=ex.org", BAD_IDENTITY),
	ROW("i= bad domain", GOOD "; i=joe@ex..org", BAD_IDENTITY),
	ROW("i= empty", GOOD "; i=", BAD_IDENTITY),
	ROW("i= another domain", GOOD "; i=joe@attack.example",
	    IDENTITY_OUTSIDE),
	ROW("i= longer word", GOOD "; i=joe@notex.org", IDENTITY_OUTSIDE),
	ROW("i= above d=", GOOD "; i=joe@org", IDENTITY_OUTSIDE),
	ROW("i= encoded @", GOOD "; i=joe=40ex.org", 0),
	ROW("i= encoded, outside", GOOD "; i=joe@ex.org=40attack.example",
	    IDENTITY_OUTSIDE),
	ROW("i= with a stray =", GOOD "; i=a=ex.net@sub.ex.org", 0),
	ROW("i= no local part", GOOD "; i=@ex.org", 0),

	ROW("c=simple", GOOD "; c=simple", 0),
	ROW("c=Relaxed/Relaxed", GOOD "; c=Relaxed/Relaxed", 0),
	ROW("c= empty", GOOD "; c=", BAD_CANONICALIZATION),
	ROW("c=nowsp", GOOD "; c=nowsp", BAD_CANONICALIZATION),
	ROW("c=relaxed/", GOOD "; c=relaxed/", BAD_CANONICALIZATION),
	ROW("c=relaxed/simple/simple", GOOD "; c=relaxed/simple/simple",
	    BAD_CANONICALIZATION),

	ROW("h= empty", WITHOUT_H "; h=", BAD_FIELD_LIST),
	ROW("h= without From", WITHOUT_H "; h=to:subject",
	    FROM_NOT_SIGNED),
	ROW("h=fromage", WITHOUT_H "; h=fromage:xfrom", FROM_NOT_SIGNED),
	ROW("h= empty name", WITHOUT_H "; h=from::to", BAD_FIELD_LIST),
	ROW("h= final colon", WITHOUT_H "; h=from:", BAD_FIELD_LIST),
	ROW("h= two words", WITHOUT_H "; h=from to", BAD_FIELD_LIST),
	ROW("h= UTF-8", WITHOUT_H "; h=from:\xc3\xa9", BAD_FIELD_LIST),
	ROW("h=FROM", WITHOUT_H "; h=FROM", 0),

	ROW("q=dns/txt:other", GOOD "; q=dns/txt:other", 0),
	ROW("q=other", GOOD "; q=other", QUERY_METHOD),
	ROW("q=dns", GOOD "; q=dns", QUERY_METHOD),
	ROW("q= empty", GOOD "; q=", QUERY_METHOD),

	ROW("l=0", GOOD "; l=0", 0),
	ROW("A16: l=18446744073709551616", GOOD "; l=18446744073709551616",
	    0),
	ROW("l= 76 digits", GOOD "; l=" D10 D10 D10 D10 D10 D10 D10 "012345",
	    0),
	ROW("A16: l= 77 digits", GOOD "; l=" D10 D10 D10 D10 D10 D10 D10
	    "0123456", BAD_LENGTH),
	ROW("A16: l=+5", GOOD "; l=+5", BAD_LENGTH),
	ROW("l=-1", GOOD "; l=-1", BAD_LENGTH),
	ROW("A16: l=0x10", GOOD "; l=0x10", BAD_LENGTH),
	ROW("l= empty", GOOD "; l=", BAD_LENGTH),
	ROW("l=1 2", GOOD "; l=1 2", BAD_LENGTH),

	ROW("t= 12 digits", GOOD "; t=999999999999", 0),
	ROW("t= 13 digits", GOOD "; t=0999999999999", BAD_TIME),
	ROW("t=-1", GOOD "; t=-1", BAD_TIME),
	ROW("t=now", GOOD "; t=now", BAD_TIME),
	ROW("x= empty", GOOD "; x=", BAD_TIME),
	ROW("x= before t=", GOOD "; t=2; x=1", EXPIRES_BEFORE_SIGNED),
	ROW("x= equal to t=", GOOD "; t=2; x=2", EXPIRES_BEFORE_SIGNED),

	ROW("b= empty", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH
	    "; b=", BAD_SIGNATURE_DATA),
	ROW("b=!", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH
	    "; b=AA!A", BAD_SIGNATURE_DATA),
	ROW("bh= empty", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; bh=; "
	    GOOD_B, BAD_BODY_HASH),
	ROW("bh=not_base_64", "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; "
	    "bh=not_base_64; " GOOD_B, BAD_BODY_HASH),
#undef ROW
};

/* "x: value", as header_parse() would give it. */
static struct field
field_of(struct arena *a, struct span value)
{
	struct buf b = arena_buf(a, value.len + 20);
	struct field f = { .at = 7 };

	buf_str(&b, "DKIM-Signature:");
	buf_put(&b, value);
	buf_str(&b, "\r\n");
	f.raw = buf_span(&b);
	f.name = span_head(f.raw, 14);
	f.value = span_slice(f.raw, 15, 15 + value.len);
	return f;
}

static void
test_dkim(struct arena *a)
{
	for (size_t i = 0; i < sizeof(dkim) / sizeof(dkim[0]); i++) {
		struct field f = field_of(a, dkim[i].value);
		struct sig_facts s;
		struct sig_text t;
		bool ok = sig_parse(&s, &t, SIG_DKIM, &f, a);

		T_INT(s.flaw, dkim[i].flaw, dkim[i].label);
		T_OK(ok == (s.flaw == ASSAY_R_NONE), dkim[i].label);
		if (s.flaw == ASSAY_R_DKIM_BAD_DOMAIN ||
		    s.flaw == ASSAY_R_DKIM_DUPLICATE_TAG)
			T_OK(domain_absent(s.d), "and no domain is shown");
		if (s.flaw == ASSAY_R_DKIM_BAD_SELECTOR)
			T_OK(domain_absent(s.selector), "and no selector");
	}
}

static void
test_facts(struct arena *a)
{
	struct field f = field_of(a, dkim[1].value);
	struct sig_facts s;
	struct sig_text t;

	(void)sig_parse(&s, &t, SIG_DKIM, &f, a);
	T_SPAN(s.d.name, SPAN("ex.org"), "d= in lower case");
	T_SPAN(s.selector.name, SPAN("a.b_c"), "s=");
	T_SPAN(s.identity.name, SPAN("sub.ex.org"), "domain of i=");
	T_SPAN(s.alg_text, SPAN("ed25519-sha256"), "a= as text");
	T_INT(s.alg, ALG_ED25519_SHA256, "a=");
	T_INT(s.header_canon, CANON_RELAXED, "header relaxed");
	T_INT(s.body_canon, CANON_SIMPLE, "body simple");
	T_OK(s.has_l && s.l == 12, "l=");
	T_OK(s.has_t && s.t == 1 && s.has_x && s.x == 2, "t= and x=");
	T_SPAN(s.bh, SPAN("\0\0\0"), "bh= without white space");
	T_SPAN(s.b, SPAN("\0\0\0"), "b= without white space");
	T_SPAN(s.b_text, SPAN("AAAA"), "b= for header.b");
	T_SPAN(span_slice(f.raw, t.b_from - 2, t.b_to + 1),
	    SPAN("b= AA\r\n AA ;"), "RFC 6376 3.7: b= with the white space");
	T_OK(s.place.at == 7 && s.place.len == f.raw.len, "place");
	f = field_of(a, SPAN(GOOD "; l=18446744073709551616"));
	(void)sig_parse(&s, &t, SIG_DKIM, &f, a);
	T_OK(s.has_l && s.l == UINT64_MAX, "l= beyond all counting");
	f = field_of(a, SPAN(WITHOUT_A "; a=rsa-sha1"));
	T_OK(sig_parse(&s, &t, SIG_DKIM, &f, a) && s.alg == ALG_RSA_SHA1,
	    "rsa-sha1 is known, to be refused by name");
	f = field_of(a, SPAN(WITHOUT_A "; a=<script>"));
	(void)sig_parse(&s, &t, SIG_DKIM, &f, a);
	T_SPAN(s.alg_text, SPAN_NONE, "what is no token is not shown");
}

static void
test_many_names(struct arena *a)
{
	struct buf b = arena_buf(a, 20000);
	struct sig_facts s;
	struct sig_text t;
	struct field f;

	buf_str(&b, WITHOUT_H "; h=from");
	for (unsigned i = 1; i < LIMIT_H_NAMES; i++)
		buf_str(&b, ":x");
	f = field_of(a, buf_span(&b));
	T_OK(sig_parse(&s, &t, SIG_DKIM, &f, a), "as many names as allowed");
	buf_str(&b, ":x");
	f = field_of(a, buf_span(&b));
	(void)sig_parse(&s, &t, SIG_DKIM, &f, a);
	T_INT(s.flaw, ASSAY_R_DKIM_TOO_MUCH, "one more");
}

/* A tag of megabytes must not take the memory of the evaluation. */
static void
test_large_values(struct arena *a)
{
	static const struct { const char *start; enum assay_reason flaw; }
	row[] = {
		{ "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_BH
		    "; b=", ASSAY_R_DKIM_BAD_SIGNATURE_DATA },
		{ "v=1; a=rsa-sha256; d=ex.org; s=s1; h=from; " GOOD_B
		    "; bh=", ASSAY_R_DKIM_BAD_BODY_HASH },
		{ GOOD "; i=@ex.org", ASSAY_R_DKIM_BAD_IDENTITY },
		{ WITHOUT_D "; d=", ASSAY_R_DKIM_BAD_DOMAIN },
		{ WITHOUT_S "; s=", ASSAY_R_DKIM_BAD_SELECTOR },
		{ WITHOUT_A "; a=", ASSAY_R_DKIM_BAD_ALGORITHM },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct arena_mark m = arena_mark(a);
		struct buf b = arena_buf(a, 4u << 20);
		struct sig_facts s;
		struct sig_text t;
		struct field f;
		struct arena small;

		buf_str(&b, row[i].start);
		while (b.len < (4u << 20) - 8)
			buf_str(&b, "AAAA");
		f = field_of(a, buf_span(&b));
		arena_init(&small, 256u << 10);
		(void)sig_parse(&s, &t, SIG_DKIM, &f, &small);
		T_INT(s.flaw, row[i].flaw, row[i].start);
		T_OK(!small.failed, "in little memory");
		arena_free(&small);
		arena_back(a, m);
	}
}

static const struct {
	const char *label, *value;
	enum sig_kind kind;
	enum assay_reason flaw;
	unsigned instance;
} arc[] = {
	{ "seal", "i=1; a=rsa-sha256; d=ex.org; s=s1; cv=none; b=AAAA",
	    SIG_SEAL, ASSAY_R_NONE, 1 },
	{ "seal, folded", "\r\n\ti = 12 ; a=rsa-sha256;\r\n d=ex.org; "
	    "s=s1; cv=pass;\r\n b=AA\r\n\tAA", SIG_SEAL, ASSAY_R_NONE, 12 },
	{ "seal, i= last", "a=rsa-sha256; d=ex.org; s=s1; cv=none; b=AAAA; "
	    "i=2;", SIG_SEAL, ASSAY_R_NONE, 2 },
	{ "comments around i=", "(x) i=(y)3(z\\)) ; a=rsa-sha256; d=ex.org; "
	    "s=s1; b=AAAA", SIG_SEAL, ASSAY_R_NONE, 3 },
	{ "seal with h=", "i=1; a=rsa-sha256; d=ex.org; s=s1; cv=none; "
	    "h=from; b=AAAA", SIG_SEAL, ASSAY_R_ARC_SEAL_HAS_H, 1 },
	{ "i=0", "i=0; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "i=50", "i=50; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_NONE, 50 },
	{ "i=51", "i=51; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "i=001", "i=001; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "i=1x", "i=1x; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "i=-1", "i=-1; a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "no i=", "a=rsa-sha256; d=ex.org; s=s1; b=AAAA", SIG_SEAL,
	    ASSAY_R_ARC_BAD_INSTANCE, 0 },
	{ "two i=", "i=1; a=rsa-sha256; d=ex.org; s=s1; b=AAAA; i=2",
	    SIG_SEAL, ASSAY_R_DKIM_DUPLICATE_TAG, 0 },
	{ "AMS", "i=1; a=rsa-sha256; d=ex.org; s=s1; h=from; bh=AAAA; "
	    "b=AAAA", SIG_AMS, ASSAY_R_NONE, 1 },
	{ "AMS, any v=", "i=1; v=7; a=rsa-sha256; d=ex.org; s=s1; h=from; "
	    "bh=AAAA; b=AAAA", SIG_AMS, ASSAY_R_NONE, 1 },
	{ "AMS over a seal", "i=1; a=rsa-sha256; d=ex.org; s=s1; "
	    "h=from:ARC-Seal; bh=AAAA; b=AAAA", SIG_AMS,
	    ASSAY_R_ARC_COVERS_SEAL, 1 },
	{ "AMS without bh=", "i=1; a=rsa-sha256; d=ex.org; s=s1; h=from; "
	    "b=AAAA", SIG_AMS, ASSAY_R_DKIM_MISSING_TAG, 1 },
};

static void
test_arc(struct arena *a)
{
	for (size_t i = 0; i < sizeof(arc) / sizeof(arc[0]); i++) {
		struct field f = field_of(a, assay_cstr(arc[i].value));
		struct sig_facts s;
		struct sig_text t;

		(void)sig_parse(&s, &t, arc[i].kind, &f, a);
		T_INT(s.flaw, arc[i].flaw, arc[i].label);
		T_INT(t.instance, arc[i].instance, arc[i].label);
	}
}

int
main(void)
{
	struct arena a;

	arena_init(&a, LIMIT_EVAL_MEMORY);
	test_dkim(&a);
	test_facts(&a);
	test_many_names(&a);
	test_large_values(&a);
	test_arc(&a);
	arena_free(&a);
	return t_done();
}
