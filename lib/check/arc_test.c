/* SPDX-License-Identifier: Apache-2.0 */
/* Real ARC chains, sealed and validated (RFC 8617 5.2, BRIEF 15). */
#include "check/check.h"

#include "test/mail_fixture.h"
#include "test/sign_mail.h"
#include "test/t.h"

#define MAIL "From: Joe <joe@ex.org>\r\nTo: b@ex.net\r\n" \
	"Subject: hello\r\n\r\nDear b\r\n"

static char rsa[400], ed25519[120];

static const struct fixture_rr zone[] = {
	RR("s._domainkey.one.example", ASSAY_T_TXT, rsa),
	RR("s._domainkey.two.example", ASSAY_T_TXT, ed25519),
	RR("s._domainkey.three.example", ASSAY_T_TXT, rsa),
};

static void
make_keys(void)
{
	struct buf r = { .ptr = (uint8_t *)rsa, .cap = sizeof(rsa) - 1 };
	struct buf e = { .ptr = (uint8_t *)ed25519,
		.cap = sizeof(ed25519) - 1 };

	buf_str(&r, "v=DKIM1; ");
	(void)sign_p_tag(&r, SIGN_RSA_1024);
	buf_str(&e, "v=DKIM1; k=ed25519; ");
	(void)sign_p_tag(&e, SIGN_ED25519_RFC8463);
}

/* A message that went through n of three sealers; edit changes it on the
 * way behind the sealer of that number. */
static struct span
chain(struct arena *a, unsigned n, unsigned edit)
{
	static const struct sealing s[] = {
		{ 1, "none", "one.example", "s", "from:to:subject",
		    SIGN_RSA_1024 },
		{ 2, "pass", "two.example", "s", "from:to:subject",
		    SIGN_ED25519_RFC8463 },
		{ 3, "pass", "three.example", "s", "from:to:subject",
		    SIGN_RSA_1024 },
	};
	struct span m = SPAN(MAIL);

	for (unsigned i = 0; i < n; i++) {
		m = seal_mail(a, m, &s[i]);
		if (edit == i + 1) {
			struct buf b = arena_buf(a, m.len + 20);
			buf_put(&b, m);
			buf_str(&b, "footer\r\n");
			m = buf_span(&b);
		}
	}
	return m;
}

static void
validate(struct fixture *f, struct span m)
{
	f->session.now = 1700000000;
	fixture_mail(f, m, "ex.org");
	(void)fixture_check(f, ASSAY_CHECK_ARC, check_arc);
}

static void
test_chains(void)
{
	static const struct {
		const char *label;
		unsigned n, edit;
		enum assay_result result;
		enum assay_reason reason;
		unsigned oldest;
	} row[] = {
		{ "no set", 0, 0, ASSAY_NONE, ASSAY_R_ARC_NONE, 0 },
		{ "one set", 1, 0, ASSAY_PASS, ASSAY_R_ARC_PASS, 0 },
		{ "two sets, ed25519", 2, 0, ASSAY_PASS, ASSAY_R_ARC_PASS,
		    0 },
		{ "three sets", 3, 0, ASSAY_PASS, ASSAY_R_ARC_PASS, 0 },
		{ "changed behind the first", 3, 1, ASSAY_PASS,
		    ASSAY_R_ARC_PASS, 2 },
		{ "changed behind the second", 3, 2, ASSAY_PASS,
		    ASSAY_R_ARC_PASS, 3 },
		{ "changed behind the last", 3, 3, ASSAY_FAIL,
		    ASSAY_R_ARC_MESSAGE_SIGNATURE, 0 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct fixture f;

		fixture_init(&f, zone, 3);
		validate(&f, chain(&f.answers, row[i].n, row[i].edit));
		T_INT(f.out.arc.result, row[i].result, row[i].label);
		T_INT(f.out.arc.reason, row[i].reason, row[i].label);
		T_INT(f.out.arc.oldest_pass, row[i].oldest, row[i].label);
		T_INT(f.out.arc.instances, row[i].n, row[i].label);
		T_INT(f.run.n_evidence, 1, row[i].label);
		T_OK(!f.out.arc.sealers_trusted, "nobody is trusted");
		fixture_free(&f);
	}
}

/* X9: every d= must be on the list. */
static void
test_trust(void)
{
	static const struct span list[] = {
		{ (const uint8_t *)"one.example", 11 },
		{ (const uint8_t *)"THREE.example", 13 },
		{ (const uint8_t *)"two.example", 11 },
	};

	for (size_t n = 0; n <= 3; n++) {
		struct fixture f;

		fixture_init(&f, zone, 3);
		f.options.trusted_sealer = list;
		f.options.n_trusted_sealer = n;
		validate(&f, chain(&f.answers, 3, 0));
		T_INT(f.out.arc.result, ASSAY_PASS, "the chain is whole");
		T_OK(f.out.arc.sealers_trusted == (n == 3),
		    "trusted only when all are");
		f.facts.arc.set[1].ams.covers_from = false;
		T_INT(check_arc(&f.run), STEP_DONE, "once more");
		T_OK(f.out.arc.result == ASSAY_PASS &&
		    !f.out.arc.sealers_trusted,
		    "never when From is not covered");
		f.facts.arc.set[1].ams.covers_from = true;
		f.facts.arc.set[2].ams.unsigned_tail = 1;
		T_INT(check_arc(&f.run), STEP_DONE, "once more");
		T_OK(!f.out.arc.sealers_trusted,
		    "nor when a part of the body is not");
		fixture_free(&f);
	}
}

/* RFC 8617 5.2.1: a DNS failure is a failure. */
static void
test_dns(void)
{
	static const enum assay_akind kind[] = { ASSAY_A_NXDOMAIN,
	    ASSAY_A_TEMPFAIL, ASSAY_A_BOGUS };

	for (size_t i = 0; i < 3; i++)
		for (size_t key = 0; key < 3; key++) {
			struct fixture_rr rr[3] = { zone[0], zone[1],
				zone[2] };
			struct fixture f;

			rr[key].kind = kind[i];
			fixture_init(&f, rr, 3);
			validate(&f, chain(&f.answers, 3, 0));
			T_INT(f.out.arc.result, ASSAY_FAIL,
			    "any key that is not to be had");
			T_INT(f.out.arc.reason, key == 2 ?
			    ASSAY_R_ARC_MESSAGE_SIGNATURE : ASSAY_R_ARC_SEAL,
			    "the newest AMS, or a seal");
			fixture_free(&f);
		}
}

/* Changing any octet of the ARC fields makes the chain fail, but for white
 * space and case, which relaxed canonicalisation hides. */
static void
test_every_octet(void)
{
	struct arena a;
	struct span m, arc;
	unsigned passed = 0;

	arena_init(&a, 1u << 22);
	m = chain(&a, 2, 0);
	arc = span_head(m, span_search(m, SPAN("From:")));
	for (size_t i = 0; i < arc.len; i++) {
		struct fixture f;
		struct buf b;

		fixture_init(&f, zone, 3);
		b = arena_buf(&f.answers, m.len);
		buf_put(&b, m);
		b.ptr[i] ^= 1;
		validate(&f, buf_span(&b));
		if (f.out.arc.result == ASSAY_PASS) {
			passed++;
			printf("# octet %zu, %c\n", i, m.ptr[i]);
		}
		fixture_free(&f);
	}
	T_INT(passed, 0, "no octet can be changed");
	arena_free(&a);
}

static void
test_order(void)
{
	static const enum fixture_mode mode[] = { FIXTURE_WARM, FIXTURE_ALL,
	    FIXTURE_ONE, FIXTURE_SOME };
	char first[2000] = "";

	for (unsigned i = 0; i < 8; i++) {
		struct fixture f;
		struct span text, m;
		unsigned passes;

		fixture_init(&f, zone, 3);
		f.mode = mode[i % 4];
		f.seed = i;
		m = chain(&f.answers, 3, 1);
		fixture_mail(&f, m, "ex.org");
		passes = fixture_check(&f, ASSAY_CHECK_ARC, check_arc);
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

int
main(void)
{
	make_keys();
	test_chains();
	test_trust();
	test_dns();
	test_every_octet();
	test_order();
	return t_done();
}
