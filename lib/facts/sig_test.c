/* SPDX-License-Identifier: Apache-2.0 */
/* Which signatures are read, which are hashed, and what they cover. */
#include "facts/sig.h"

#include "test/mail_fixture.h"
#include "test/sign_mail.h"
#include "test/t.h"

#define MAIL "From: a@ex.org\r\nTo: b@ex.net\r\nSubject: hi\r\n" \
	"Date: now\r\nX: y\r\n\r\nbody\r\n"

static const struct signing good = {
	.tags = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=ex.org; s=s1",
	.h = "from:to:subject:date", .key = SIGN_RSA_1024,
	.header = CANON_RELAXED, .body = CANON_RELAXED
};

static void
put_sig(struct buf *b, const char *domain)
{
	buf_str(b, "DKIM-Signature: v=1; a=rsa-sha256; d=");
	buf_str(b, domain);
	buf_str(b, "; s=s1; h=from; bh=AAAA; b=AAAA\r\n");
}

static unsigned
tried(const struct facts *f)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->dkim.n_sig; i++)
		n += f->dkim.sig[i].flaw == ASSAY_R_NONE;
	return n;
}

/* ATTACKS 3: 1,000 signatures; the author's comes first if it is read. */
static void
test_caps(void)
{
	struct fixture f;
	struct buf b;

	fixture_init(&f, NULL, 0);
	b = arena_buf(&f.arena, 200000);
	for (unsigned i = 0; i < 1000; i++)
		put_sig(&b, i == 15 ? "mail.ex.org" : "attack.example");
	buf_str(&b, MAIL);
	fixture_mail(&f, buf_span(&b), "ex.org");
	T_INT(f.facts.dkim.seen, 1000, "all are counted");
	T_INT(f.facts.dkim.n_sig, LIMIT_SIGS_PARSED, "few are parsed");
	T_INT(tried(&f.facts), LIMIT_SIGS_VERIFIED, "fewer are verified");
	T_INT(f.facts.dkim.sig[15].flaw, ASSAY_R_NONE,
	    "the one below the author's domain among them");
	T_INT(f.facts.dkim.sig[8].flaw, ASSAY_R_NONE, "then from the top");
	T_INT(f.facts.dkim.sig[9].flaw, ASSAY_R_DKIM_NOT_TRIED,
	    "the others are left out");
	fixture_free(&f);

	fixture_init(&f, NULL, 0);
	f.limits.signatures = 1;
	b = arena_buf(&f.arena, 2000);
	put_sig(&b, "esp.example");
	put_sig(&b, "ex.org");
	buf_str(&b, MAIL);
	fixture_mail(&f, buf_span(&b), "mail.ex.org");
	T_INT(f.facts.dkim.sig[0].flaw, ASSAY_R_DKIM_NOT_TRIED,
	    "with a limit of one, a stranger's is left out");
	T_INT(f.facts.dkim.sig[1].flaw, ASSAY_R_NONE,
	    "for the one above the author's domain");
	fixture_free(&f);
}

/* 10,000 fields and 20 signatures that each name 1,000 of them. */
static void
test_large(void)
{
	struct fixture f;
	struct buf b;

	fixture_init(&f, NULL, 0);
	f.limits.signatures = 20;
	b = arena_buf(&f.answers, 4u << 20);
	for (unsigned s = 0; s < 20; s++) {
		buf_str(&b, "DKIM-Signature: v=1; a=rsa-sha256; d=ex.org; "
		    "s=s1; bh=AAAA; b=AAAA; h=from");
		for (unsigned i = 0; i < 999; i++)
			buf_str(&b, ":x");
		buf_str(&b, "\r\n");
	}
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, "X: y\r\n");
	buf_str(&b, MAIL);
	T_OK(!b.full, "room");
	fixture_mail(&f, buf_span(&b), "ex.org");
	T_INT(tried(&f.facts), 20, "all hashed");
	T_OK(!f.arena.failed, "within the memory of an evaluation");
	fixture_free(&f);
}

/* Fields of a megabyte, signed by all: work has an end. */
static void
test_budget(void)
{
	struct fixture f;
	struct buf b;

	fixture_init(&f, NULL, 0);
	b = arena_buf(&f.answers, 8u << 20);
	for (unsigned i = 0; i < 20; i++)
		put_sig(&b, "ex.org");
	buf_str(&b, "From: ");
	while (b.len < (7u << 20))
		buf_str(&b, "0123456789abcdef");
	buf_str(&b, "\r\n\r\n");
	f.limits.signatures = 20;
	fixture_mail(&f, buf_span(&b), "ex.org");
	T_INT(f.facts.dkim.sig[0].flaw, ASSAY_R_NONE, "the first is hashed");
	T_INT(f.facts.dkim.sig[19].flaw, ASSAY_R_DKIM_TOO_MUCH,
	    "the last would be too much");
	T_INT(tried(&f.facts), LIMIT_HEADER_HASHED / (7u << 20),
	    "as many as the limit lets");
	fixture_free(&f);
}

/* ATTACKS A14 and A15 */
static void
test_coverage(void)
{
	struct fixture f;
	struct signing s = good;
	struct span m;

	fixture_init(&f, NULL, 0);
	s.h = "from";
	m = sign_mail(&f.answers, SPAN(MAIL), &s);
	fixture_mail(&f, m, NULL);
	T_SPAN(f.facts.dkim.sig[0].not_signed, SPAN("Subject, Date, To"),
	    "A14: what is not signed");
	T_SPAN(f.facts.dkim.sig[0].unsigned_twin, SPAN_NONE, "no twin");
	fixture_free(&f);

	fixture_init(&f, NULL, 0);
	m = sign_mail(&f.answers, SPAN(MAIL), &good);
	struct buf b = arena_buf(&f.answers, m.len + 100);
	buf_str(&b, "Subject: another\r\nX: z\r\nTo: c@ex.net\r\n");
	buf_put(&b, m);
	fixture_mail(&f, buf_span(&b), NULL);
	T_SPAN(f.facts.dkim.sig[0].not_signed, SPAN_NONE, "all is signed");
	T_SPAN(f.facts.dkim.sig[0].unsigned_twin, SPAN("Subject, To"),
	    "A15: but two stand there again");
	fixture_free(&f);
}

/* The hash of the lowest signature but one, with a third on top or not. */
static void
hash_of(uint8_t out[32], const char *h, bool third)
{
	struct signing s = good;
	struct fixture f;
	struct span m;
	struct buf b;

	fixture_init(&f, NULL, 0);
	s.h = h;
	m = sign_mail(&f.answers, SPAN(MAIL), &good);
	m = sign_mail(&f.answers, m, &s);
	b = arena_buf(&f.answers, m.len + 200);
	if (third)
		put_sig(&b, "attack.example");
	buf_put(&b, m);
	fixture_mail(&f, buf_span(&b), NULL);
	memcpy(out, f.facts.dkim.sig[third ? 1 : 0].header_hash, 32);
	fixture_free(&f);
}

/* The signature field itself is not in its h=, another one may be. */
static void
test_own_field(void)
{
	uint8_t a[32], b[32];

	hash_of(a, "from:dkim-signature", false);
	hash_of(b, "from:dkim-signature", true);
	T_OK(memcmp(a, b, 32) == 0, "the lower one is signed, not itself");
	hash_of(a, "from:dkim-signature:dkim-signature", false);
	hash_of(b, "from:dkim-signature:dkim-signature", true);
	T_OK(memcmp(a, b, 32) != 0, "over-signed: a third one is seen");
}

static void
test_header_b(void)
{
	struct fixture f;
	struct span m;

	fixture_init(&f, NULL, 0);
	m = sign_mail(&f.answers, SPAN(MAIL), &good);
	fixture_mail(&f, m, NULL);
	T_INT(f.facts.dkim.sig[0].b_text.len, 8, "eight characters of b=");
	fixture_free(&f);

	fixture_init(&f, NULL, 0);
	struct buf b = arena_buf(&f.arena, 2000);
	buf_str(&b, "DKIM-Signature: v=1; b=ABCDEFGHIJ==\r\n"
	    "DKIM-Signature: v=1; b=ABCDEFGH IJKLMN==\r\n" MAIL);
	fixture_mail(&f, buf_span(&b), NULL);
	T_SPAN(f.facts.dkim.sig[1].b_text, SPAN("ABCDEFGHIJKLMN=="),
	    "more where eight are not enough (RFC 6008 4)");
	fixture_free(&f);
}

static void
test_length(void)
{
	static const struct { const char *tag; size_t l; bool ok;
	    size_t tail; bool too_long; } row[] = {
		{ "; l=6", 6, true, 0, false },
		{ "; l=4", 4, true, 2, false },
		{ "; l=0", 0, true, 6, false },
		{ "; l=7", 6, true, 0, true },
		{ "; l=18446744073709551617", 6, true, 0, true },
		{ "; l=5", 4, false, 1, false },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct signing s = good;
		struct fixture f;
		char tags[200];

		fixture_init(&f, NULL, 0);
		snprintf(tags, sizeof(tags), "%s%s", good.tags, row[i].tag);
		s.tags = tags;
		s.has_l = true;
		s.l = row[i].l;
		fixture_mail(&f, sign_mail(&f.answers, SPAN(MAIL), &s), NULL);
		T_OK(f.facts.dkim.sig[0].body_hash_ok == row[i].ok,
		    row[i].tag);
		T_INT(f.facts.dkim.sig[0].unsigned_tail, row[i].tail,
		    row[i].tag);
		T_OK(f.facts.dkim.sig[0].l_too_long == row[i].too_long,
		    row[i].tag);
		fixture_free(&f);
	}
}

int
main(void)
{
	test_caps();
	test_large();
	test_budget();
	test_coverage();
	test_own_field();
	test_header_b();
	test_length();
	return t_done();
}
