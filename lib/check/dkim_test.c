/* SPDX-License-Identifier: Apache-2.0 */
/* Real signatures, verified (RFC 6376 6, BRIEF 14, ATTACKS 3). */
#include "check/check.h"

#include "test/mail_fixture.h"
#include "test/sign_mail.h"
#include "test/t.h"

#define HEADER "From: Joe <joe@ex.org>\r\nTo: b@ex.net\r\n" \
	"Subject: hello\r\n  there\r\nDate: now\r\n\r\n"
#define MAIL HEADER "Dear  b,\r\n\r\nbye \t\r\n\r\n\r\n"
#define BASE "v=1; a=rsa-sha256; d=ex.org; s=s1"
#define KEY(text) RR("s1._domainkey.ex.org", ASSAY_T_TXT, text)

static char rsa_2048[600], rsa_1024[400], ed25519[100];

static void
make_keys(void)
{
	struct { char *to; size_t cap; enum sign_key key; } row[] = {
		{ rsa_2048, sizeof(rsa_2048), SIGN_RSA_2048 },
		{ rsa_1024, sizeof(rsa_1024), SIGN_RSA_1024 },
		{ ed25519, sizeof(ed25519), SIGN_ED25519_RFC8463 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct buf b = { .ptr = (uint8_t *)row[i].to,
			.cap = row[i].cap - 1 };

		(void)sign_p_tag(&b, row[i].key);
		row[i].to[b.len] = '\0';
	}
}

static const struct signing good = {
	.tags = BASE "; c=relaxed/relaxed", .h = "from:to:subject:date",
	.key = SIGN_RSA_1024, .header = CANON_RELAXED, .body = CANON_RELAXED
};

/* Verifies m with the zone; leaves the outcome in f. */
static void
verify(struct fixture *f, struct span m, const char *author)
{
	f->session.now = 1700000000;
	fixture_mail(f, m, author);
	(void)fixture_check(f, ASSAY_CHECK_DKIM, check_dkim);
}

static enum assay_reason
reason(const struct fixture *f)
{
	return f->out.dkim.n_sig == 0 ? ASSAY_R_NONE :
	    f->out.dkim.sig[0].reason;
}

/* ---- every algorithm and canonicalisation ---- */

static void
test_matrix(void)
{
	static const char *const name[] = { "simple", "relaxed" };
	static const struct { enum sign_key key; const char *alg, *text; }
	alg[] = { { SIGN_RSA_2048, "rsa-sha256", rsa_2048 },
	    { SIGN_RSA_1024, "rsa-sha256", rsa_1024 },
	    { SIGN_ED25519_RFC8463, "ed25519-sha256", ed25519 } };

	for (size_t k = 0; k < 3; k++)
		for (unsigned c = 0; c < 4; c++) {
			char tags[200], record[700];
			struct fixture_rr rr = KEY(record);
			struct signing s = good;
			struct fixture f;

			fixture_init(&f, &rr, 1);
			snprintf(record, sizeof(record), "k=%s; %s", k == 2 ?
			    "ed25519" : "rsa", alg[k].text);
			snprintf(tags, sizeof(tags), "v=1; a=%s; d=ex.org; "
			    "s=s1; c=%s/%s", alg[k].alg, name[c / 2],
			    name[c % 2]);
			s.tags = tags;
			s.key = alg[k].key;
			s.header = (enum canon)(c / 2);
			s.body = (enum canon)(c % 2);
			verify(&f, sign_mail(&f.answers, SPAN(MAIL), &s),
			    "ex.org");
			T_INT(f.out.dkim.overall, ASSAY_PASS, tags);
			T_INT(reason(&f), ASSAY_R_DKIM_PASS, tags);
			T_OK(f.out.dkim.sig[0].alignable, tags);
			fixture_free(&f);
		}
}

/* ---- key records ---- */

static const struct {
	const char *label, *record;	/* "@": the key; NULL: no answer   */
	enum assay_akind kind;
	const char *tags;		/* behind BASE                     */
	enum assay_result result;
	enum assay_reason reason;
	bool alignable;
} key_row[] = {
	{ "plain", "@", 0, "", ASSAY_PASS, ASSAY_R_DKIM_PASS, true },
	{ "t=y is shown and counts for nothing", "t=y; @", 0, "", ASSAY_PASS,
	    ASSAY_R_DKIM_TESTING, false },
	{ "t=s, i= equal", "t=s; @", 0, "; i=@ex.org", ASSAY_PASS,
	    ASSAY_R_DKIM_PASS, true },
	{ "t=s, no i=", "t=s; @", 0, "", ASSAY_PASS, ASSAY_R_DKIM_PASS,
	    true },
	{ "t=s, i= below", "t=s; @", 0, "; i=@sub.ex.org", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_KEY_STRICT, false },
	{ "i= below", "@", 0, "; i=a@sub.ex.org", ASSAY_PASS,
	    ASSAY_R_DKIM_PASS, true },
	{ "h=sha1", "h=sha1; @", 0, "", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_KEY_HASH, false },
	{ "revoked", "v=DKIM1; p=", 0, "", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_KEY_REVOKED, false },
	{ "wildcard", "v=spf1 -all", 0, "", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_KEY_VERSION, false },
	{ "no such name", NULL, ASSAY_A_NXDOMAIN, "", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_NO_KEY, false },
	{ "no such record", NULL, ASSAY_A_NODATA, "", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_NO_KEY, false },
	{ "no answer", NULL, ASSAY_A_TEMPFAIL, "", ASSAY_TEMPERROR,
	    ASSAY_R_DKIM_KEY_TEMPFAIL, false },
	{ "forged answer", NULL, ASSAY_A_BOGUS, "", ASSAY_TEMPERROR,
	    ASSAY_R_DKIM_KEY_BOGUS, false },
	{ "nobody knows", NULL, ASSAY_A_UNKNOWN, "", ASSAY_TEMPERROR,
	    ASSAY_R_DKIM_KEY_TEMPFAIL, false },
	{ "not expired", "@", 0, "; x=1700000000", ASSAY_PASS,
	    ASSAY_R_DKIM_PASS, true },
	{ "expired", "@", 0, "; x=1699999999", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_EXPIRED, false },
	{ "signed by a clock that is fast", "@", 0, "; t=1700003600",
	    ASSAY_PASS, ASSAY_R_DKIM_PASS, true },
	{ "signed in the future", "@", 0, "; t=1700003601", ASSAY_PERMERROR,
	    ASSAY_R_DKIM_FUTURE, false },
};

static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(key_row) / sizeof(key_row[0]); i++) {
		char tags[300], record[600] = "";
		struct fixture_rr rr = KEY(record);
		struct signing s = good;
		struct fixture f;
		const char *at = key_row[i].record == NULL ? NULL :
		    (strchr)(key_row[i].record, '@');

		rr.kind = key_row[i].kind;
		if (key_row[i].record != NULL)
			snprintf(record, sizeof(record), "%.*s%s", at == NULL ?
			    100 : (int)(at - key_row[i].record),
			    key_row[i].record, at == NULL ? "" : rsa_1024);
		fixture_init(&f, &rr, 1);
		snprintf(tags, sizeof(tags), "%s%s", good.tags,
		    key_row[i].tags);
		s.tags = tags;
		verify(&f, sign_mail(&f.answers, SPAN(MAIL), &s), "ex.org");
		T_INT(f.out.dkim.overall, key_row[i].result,
		    key_row[i].label);
		T_INT(reason(&f), key_row[i].reason, key_row[i].label);
		T_OK(f.out.dkim.sig[0].alignable == key_row[i].alignable,
		    key_row[i].label);
		fixture_free(&f);
	}
}

/* RFC 6376 3.6.2.2: several records; the order does not matter. */
static void
test_several_records(void)
{
	struct fixture_rr rr[4] = { KEY("p="), KEY(rsa_2048), KEY(rsa_1024),
		KEY("v=spf1 -all") };
	struct fixture f;

	for (unsigned i = 0; i < 3; i++) {
		fixture_init(&f, rr, 3);
		verify(&f, sign_mail(&f.answers, SPAN(MAIL), &good), NULL);
		T_INT(f.out.dkim.overall, ASSAY_PASS, "one of three fits");
		fixture_free(&f);
		struct fixture_rr first = rr[0];
		rr[0] = rr[1];
		rr[1] = rr[2];
		rr[2] = first;
	}
	rr[2] = rr[3];
	rr[1] = rr[0];
	rr[0] = (struct fixture_rr)KEY(rsa_2048);
	fixture_init(&f, rr, 3);
	verify(&f, sign_mail(&f.answers, SPAN(MAIL), &good), NULL);
	T_INT(reason(&f), ASSAY_R_DKIM_SIGNATURE_WRONG,
	    "the record that got furthest is reported");
	fixture_free(&f);
}

/* ---- what never passes ---- */

static void
test_never(void)
{
	struct fixture_rr rr = KEY(rsa_1024);
	static const struct { const char *tags; enum assay_result result;
	    enum assay_reason reason; unsigned asked; } row[] = {
		{ "v=1; a=rsa-sha1; d=ex.org; s=s1", ASSAY_PERMERROR,
		    ASSAY_R_DKIM_SHA1, 1 },
		{ "v=2; a=rsa-sha256; d=ex.org; s=s1", ASSAY_PERMERROR,
		    ASSAY_R_DKIM_VERSION, 0 },
		{ "v=1; a=rsa-sha256; d=ex.org; s=s1; d=ex.org",
		    ASSAY_PERMERROR, ASSAY_R_DKIM_DUPLICATE_TAG, 0 },
		{ "v=1; a=rsa-sha256; d=ex.org; s=s1;;", ASSAY_NEUTRAL,
		    ASSAY_R_DKIM_SYNTAX, 0 },
		{ "v=1; a=rsa-sha256; d=ex.org.; s=s1", ASSAY_PERMERROR,
		    ASSAY_R_DKIM_BAD_DOMAIN, 0 },
		{ "v=1; a=rsa-sha256; d=ex.org; s=s1\\.x", ASSAY_PERMERROR,
		    ASSAY_R_DKIM_BAD_SELECTOR, 0 },
		{ "v=1; a=ed25519-sha256; d=ex.org; s=s1", ASSAY_PERMERROR,
		    ASSAY_R_DKIM_KEY_TYPE, 1 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct signing s = good;
		struct fixture f;

		fixture_init(&f, &rr, 1);
		s.tags = row[i].tags;
		s.header = s.body = CANON_SIMPLE;
		verify(&f, sign_mail(&f.answers, SPAN(MAIL), &s), "ex.org");
		T_INT(f.out.dkim.overall, row[i].result, row[i].tags);
		T_INT(reason(&f), row[i].reason, row[i].tags);
		T_INT(f.memo.n, row[i].asked, "questions asked");
		fixture_free(&f);
	}
}

/* DECISIONS 4: an unsigned tail passes and counts for nothing. */
static void
test_tail(void)
{
	struct fixture_rr rr = KEY(rsa_1024);
	struct signing s = good;
	struct fixture f;
	struct span m;
	struct buf b;

	s.tags = BASE "; c=relaxed/relaxed; l=15";
	s.has_l = true;
	s.l = 15;
	fixture_init(&f, &rr, 1);
	m = sign_mail(&f.answers, SPAN(HEADER "Dear b,\r\n\r\nbye\r\n"), &s);
	b = arena_buf(&f.answers, m.len + 100);
	buf_put(&b, m);
	buf_str(&b, "Buy!\r\n");
	verify(&f, buf_span(&b), "ex.org");
	T_INT(f.out.dkim.overall, ASSAY_PASS, "the rest is appended");
	T_INT(reason(&f), ASSAY_R_DKIM_UNSIGNED_TAIL, "and said to be");
	T_OK(!f.out.dkim.sig[0].alignable, "and never aligned");
	fixture_free(&f);

	fixture_init(&f, &rr, 1);
	s.tags = BASE "; c=relaxed/relaxed; l=16";
	s.l = 16;
	m = sign_mail(&f.answers, SPAN(HEADER "Dear b,\r\n\r\nbye\r\n"), &s);
	verify(&f, m, "ex.org");
	T_INT(f.out.dkim.overall, ASSAY_PASS, "l= is the whole body");
	T_OK(f.out.dkim.sig[0].alignable, "and may be aligned");
	fixture_free(&f);
}

/* ---- properties ---- */

/* Changing any octet of the header or the body fails, unless relaxed
 * canonicalisation hides it: then nothing but white space or the case of a
 * name was changed. */
static void
test_every_octet(void)
{
	struct fixture_rr rr = KEY(rsa_1024);
	struct signing s = good;
	struct arena a;
	struct span m;
	unsigned passed = 0;

	arena_init(&a, 1u << 20);
	s.tags = BASE "; c=simple/simple";
	s.header = s.body = CANON_SIMPLE;
	m = sign_mail(&a, SPAN(HEADER "Dear b\r\nbye\r\n"), &s);
	for (size_t i = 0; i < m.len; i++) {
		struct fixture f;
		struct buf b;

		fixture_init(&f, &rr, 1);
		b = arena_buf(&f.answers, m.len);
		buf_put(&b, m);
		b.ptr[i] ^= 1;
		verify(&f, buf_span(&b), "ex.org");
		if (f.out.dkim.overall == ASSAY_PASS) {
			passed++;
			printf("# octet %zu, %c\n", i, m.ptr[i]);
		}
		fixture_free(&f);
	}
	T_INT(passed, 0, "no octet can be changed");
	arena_free(&a);
}

/* The order in which answers come changes nothing. */
static void
test_order(void)
{
	static const enum fixture_mode mode[] = { FIXTURE_WARM, FIXTURE_ALL,
	    FIXTURE_ONE, FIXTURE_SOME };
	const struct fixture_rr rr[] = {
		KEY(rsa_1024), RR("s2._domainkey.ex.org", ASSAY_T_TXT,
		    rsa_2048),
		RR_KIND("s3._domainkey.ex.org", 0, ASSAY_A_TEMPFAIL),
	};
	char first[4000] = "";

	for (unsigned i = 0; i < 12; i++) {
		struct signing s = good;
		struct fixture f;
		struct span m = SPAN(MAIL), text;
		unsigned passes;

		fixture_init(&f, rr, 3);
		f.mode = mode[i % 4];
		f.seed = i;
		f.session.now = 1700000000;
		m = sign_mail(&f.answers, m, &s);
		s.tags = "v=1; a=rsa-sha256; d=ex.org; s=s2";
		s.header = s.body = CANON_SIMPLE;
		s.key = SIGN_RSA_2048;
		m = sign_mail(&f.answers, m, &s);
		s.tags = "v=1; a=rsa-sha256; d=ex.org; s=s3";
		m = sign_mail(&f.answers, m, &s);
		s.tags = "v=1; a=rsa-sha256; d=ex.org; s=s4";
		m = sign_mail(&f.answers, m, &s);
		fixture_mail(&f, m, "ex.org");
		passes = fixture_check(&f, ASSAY_CHECK_DKIM, check_dkim);
		T_OK(f.mode != FIXTURE_ALL || passes == 2,
		    "all keys in one round");
		text = fixture_print(&f);
		if (i == 0)
			snprintf(first, sizeof(first), "%.*s", (int)text.len,
			    (const char *)text.ptr);
		T_SPAN(text, assay_cstr(first), "the same evidence");
		fixture_free(&f);
	}
}

/* Overall: the best word of any signature. */
static void
test_overall(void)
{
	struct fixture_rr rr = KEY(rsa_1024);
	struct signing s = good;
	struct fixture f;
	struct span m;

	fixture_init(&f, &rr, 1);
	verify(&f, SPAN(MAIL), "ex.org");
	T_INT(f.out.dkim.overall, ASSAY_NONE, "no signature");
	T_INT(f.run.n_evidence, 1, "is one line of evidence");
	fixture_free(&f);

	fixture_init(&f, &rr, 1);
	m = sign_mail(&f.answers, SPAN(MAIL), &good);
	s.tags = "v=1; a=rsa-sha256; d=nokey.example; s=s1";
	verify(&f, sign_mail(&f.answers, m, &s), "ex.org");
	T_INT(f.out.dkim.overall, ASSAY_PASS, "one of two is enough");
	T_INT(f.out.dkim.sig[0].result, ASSAY_PERMERROR,
	    "the upper has no key");
	T_INT(f.run.n_evidence, 2, "a line each");
	T_INT(f.run.evidence[1].n_asked, 1, "that rests on one question");
	fixture_free(&f);
}

static void
test_body_changed(void)
{
	struct fixture_rr rr = KEY(rsa_1024);
	struct fixture f;
	struct span m;
	struct buf b;

	fixture_init(&f, &rr, 1);
	m = sign_mail(&f.answers, SPAN(MAIL), &good);
	b = arena_buf(&f.answers, m.len + 10);
	buf_put(&b, m);
	buf_str(&b, "--\r\nlist\r\n");
	verify(&f, buf_span(&b), "ex.org");
	T_INT(f.out.dkim.overall, ASSAY_FAIL, "a list's footer");
	T_INT(reason(&f), ASSAY_R_DKIM_BODY_CHANGED, "changed the body");
	T_SPAN(f.run.evidence[0].detail, SPAN("rsa-sha256; selector s1; "
	    "key of 1024 bits; the header is intact"), "but not the header");
	fixture_free(&f);
}

int
main(void)
{
	make_keys();
	test_matrix();
	test_records();
	test_several_records();
	test_never();
	test_tail();
	test_every_octet();
	test_order();
	test_overall();
	test_body_changed();
	return t_done();
}
