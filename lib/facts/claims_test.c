/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/claims.h"

#include "test/t.h"

/* One letter a claim: O ours, T trusted, o other; in capitals with its id. */
static struct span
run(const char *header, struct facts *f, struct arena *a)
{
	static const struct span friends[] = { { (const uint8_t *)
	    "relay.us.example", 16 } };
	struct assay_session session = { .receiver = SPAN("Mx.US.example") };
	struct assay_options options = { .trusted_authserv = friends,
		.n_trusted_authserv = 1 };
	struct buf b = arena_buf(a, 2000);
	struct header h;

	*f = (struct facts){ .fields = 0 };
	T_OK(header_parse(&h, assay_cstr(header), 20000, a), "header");
	claims_collect(f, &h, a, &session, &options);
	for (size_t i = 0; i < f->n_claim; i++) {
		const struct claim *c = &f->claim[i];
		buf_str(&b, i == 0 ? "" : " ");
		buf_str(&b, c->ours ? "ours:" : c->trusted ? "trusted:" :
		    "other:");
		buf_put(&b, c->authserv_id);
	}
	for (size_t i = 0; i < f->n_finding; i++) {
		buf_str(&b, " !");
		buf_str(&b, assay_reason_text(f->finding[i].reason)->name);
		buf_str(&b, " ");
		buf_put(&b, f->finding[i].detail);
	}
	return arena_done(a, &b);
}

#define AR "Authentication-Results"
#define FORGED " !authres-claims-us 1 field"

static const struct {
	const char *label, *header, *want;
} cases[] = {
	{ "ours", AR ": mx.us.example; dmarc=pass\r\n",
	  "ours:mx.us.example" FORGED },
	{ "ours behind a comment", AR ":(x) mx.us.example (y); none\r\n",
	  "ours:mx.us.example" FORGED },
	{ "ours, quoted, version 1", AR ": \"mx.us.example\" 1; none\r\n",
	  "ours:mx.us.example" FORGED },
	{ "ours in capitals", "AUTHENTICATION-results: MX.US.EXAMPLE; none\r\n",
	  "ours:MX.US.EXAMPLE" FORGED },
	{ "ours with a final dot", AR ": mx.us.example.; none\r\n",
	  "ours:mx.us.example." FORGED },
	{ "ours, version 2", AR ": mx.us.example 2; ???\r\n",
	  "ours:mx.us.example" FORGED },
	{ "ours, folded", AR ":\r\n\tmx.us.example;\r\n\tnone\r\n",
	  "ours:mx.us.example" FORGED },
	{ "space before the colon", AR " : mx.us.example; none\r\n",
	  "ours:mx.us.example" FORGED },
	{ "name split", AR "\r\n : mx.us.example; none\r\n",
	  "ours:mx.us.example" FORGED " !authres-hidden 1 field" },
	{ "NUL would end this line for some", "X" AR ": mx.us.example\r\n",
	  "" },
	{ "does not parse", AR ": mx.us.example; dmarc\r\n",
	  "ours: !authres-unparsable 1 field" },
	{ "no id", AR ": spf=pass smtp.mailfrom=a\r\n",
	  "ours: !authres-unparsable 1 field" },
	{ "id in two pieces", AR ": mx.us\r\n .example; none\r\n",
	  "ours: !authres-unparsable 1 field" },
	{ "another's", AR ": other.example; dmarc=pass\r\n",
	  "other:other.example" },
	{ "below ours", AR ": a.mx.us.example; none\r\n",
	  "other:a.mx.us.example" },
	{ "version 2 of another", AR ": other.example 2; x\r\n",
	  "other:other.example" },
	{ "trusted", AR ": Relay.US.example; spf=pass\r\n",
	  "trusted:Relay.US.example" },
	{ "ARC's stays", "ARC-" AR ": i=1; mx.us.example; spf=pass\r\n", "" },
	{ "Received-SPF ours", "Received-SPF: pass (x) receiver=mx.us.example;"
	  " helo=a\r\n", "ours:mx.us.example !received-spf-claims-us 1 field" },
	{ "Received-SPF of another",
	  "Received-SPF: pass receiver=b.example\r\n", "other:b.example" },
	{ "Received-SPF of nobody", "Received-SPF: none\r\n", "other:" },
	{ "behind a lone CR", "X: y\r" AR ": mx.us.example; spf=pass\r\n",
	  " !authres-hidden 1 field" },
	{ "behind a lone LF, name in pieces", "X: y\nauthentication-"
	  "\x01results : (x)\tMX.us.example; spf=pass\r\n",
	  " !authres-hidden 1 field" },
	{ "behind a lone CR, of another", "X: y\r" AR
	  ": other.example; spf=pass\r\n", " !authres-hidden 1 field" },
	{ "behind lone octets, no such field", "X: y\rAuthentication-Result:"
	  " mx.us.example\n" AR " mx.us.example; spf=pass\r\n", "" },
	{ "two", AR ": mx.us.example; none\r\n" AR ": mx.us.example; spf=pass"
	  "\r\n", "ours:mx.us.example ours:mx.us.example !authres-claims-us 2 "
	  "fields" },
};

static void
test_idn(void)
{
	struct assay_session session = {
		.receiver = SPAN("xn--bcher-kva.example") };
	struct assay_options options = { .profile = ASSAY_RFC9989 };
	struct facts f = { .fields = 0 };
	struct header h;
	struct arena a;

	arena_init(&a, 1 << 20);
	T_OK(header_parse(&h, SPAN(AR ": b\xc3\xbc" "cher.example; none\r\n"),
	    20, &a), "header");
	claims_collect(&f, &h, &a, &session, &options);
	T_OK(f.n_claim == 1 && f.claim[0].ours, "ours as a U-label");
	session.receiver = SPAN_NONE;
	f = (struct facts){ .fields = 0 };
	claims_collect(&f, &h, &a, &session, &options);
	T_OK(f.n_claim == 1 && !f.claim[0].ours, "no receiver: nobody's");
	arena_free(&a);
}

/* 10,000 fields: all found, two findings, memory for the claims alone. */
static void
test_many(void)
{
	struct assay_session session = { .receiver = SPAN("mx.us.example") };
	struct assay_options options = { .profile = ASSAY_RFC9989 };
	struct facts f = { .fields = 0 };
	struct header h;
	struct arena a;
	struct buf b;

	arena_init(&a, 8 << 20);
	b = arena_buf(&a, 600000);
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, AR ": \"mx.us.example\"; spf=pass a.b=c\r\n");
	T_OK(header_parse(&h, buf_span(&b), 20000, &a), "header");
	claims_collect(&f, &h, &a, &session, &options);
	T_INT(f.n_claim, 10000, "all are named");
	T_OK(f.claim[9999].ours && f.n_finding == 2, "two findings");
	T_INT(f.finding[0].severity, SEVERITY_S2, "they claim us");
	T_INT(f.finding[1].reason, ASSAY_R_AUTHRES_LIMIT, "and are many");
	T_INT(f.finding[1].severity, SEVERITY_S1, "which is S1");
	T_OK(!a.failed, "within the memory");
	arena_free(&a);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts f;
		struct arena a;

		arena_init(&a, 1 << 20);
		T_SPAN(run(cases[i].header, &f, &a),
		    assay_cstr(cases[i].want), cases[i].label);
		arena_free(&a);
	}
	test_idn();
	test_many();
	return t_done();
}
