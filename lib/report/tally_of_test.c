/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tally_of.h"

#include <stdlib.h>

#include "eval.h"
#include "test/t.h"

static const char zone_text[] =
    "[{\"name\":\"bounce.shop.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=spf1 ip4:192.0.2.1 -all\"]},"
    "{\"name\":\"_dmarc.shop.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject; np=quarantine; sp=blok; adkim=s; fo=1:s;"
    " rua=mailto:a%41@shop.test!10m, https://x.test/,mailto:b@x.test?cc=c\""
    "]},"
    "{\"name\":\"_dmarc.bank.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject; rua=mailto:d@bank.test\"]},"
    "{\"name\":\"_dmarc.calm.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=none; rua=mailto:d@calm.test\"]},"
    "{\"name\":\"_dmarc.try.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=quarantine; t=y; rua=mailto:d@try.test\"]},"
    "{\"name\":\"try.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=spf1 ip4:192.0.2.1 -all\"]},"
    "{\"name\":\"_dmarc.two.bank.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=none\",\"v=DMARC1; p=reject\"]},"
    "{\"name\":\"_dmarc.mute.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject\"]}]";

static const struct tally_how plain = {
	.report_from = SPAN_INIT("dmarc@rcpt.test") };
static const struct tally_how watching = { .observed = true };

struct sent {
	const char *from, *mail_from, *ip;
	const char *rcpt[2];
	const char *more;	/* fields */
};

static struct assay_eval *
judge(const struct sent *m, const struct assay_verdict **v)
{
	struct assay_span rcpt[2];
	struct assay_session s = { .now = 1700000000, .rcpt = rcpt,
		.helo = assay_cstr("mx.shop.test"),
		.mail_from = assay_cstr(m->mail_from) };
	struct assay_oracle zone;
	struct assay_eval *ev;
	char text[2000];

	while (s.n_rcpt < 2 && m->rcpt[s.n_rcpt] != NULL) {
		rcpt[s.n_rcpt] = assay_cstr(m->rcpt[s.n_rcpt]);
		s.n_rcpt++;
	}
	snprintf(text, sizeof(text), "From: %s\r\n%s\r\nhello\r\n", m->from,
	    m->more == NULL ? "" : m->more);
	if ((m->ip != NULL && assay_addr_parse(&s.client,
	    assay_cstr(m->ip)) != ASSAY_OK) ||
	    assay_oracle_zone(&zone, assay_cstr(zone_text), NULL, NULL) !=
	    ASSAY_OK || assay_eval_new(&ev, &s, NULL, NULL, NULL) !=
	    ASSAY_OK || assay_eval_data(ev, assay_cstr(text)) != ASSAY_OK ||
	    assay_eval_run(ev, &zone, 1) != ASSAY_OK ||
	    assay_decide(v, ev, NULL) != ASSAY_OK) {
		printf("Bail out! not judged\n");
		exit(1);
	}
	assay_oracle_free(&zone);
	return ev;
}

static void
test_whole(void)
{
	static const struct sent m = { "x <joe@news.shop.test>",
		"joe@bounce.shop.test", "192.0.2.1",
		{ "ann@rcpt.test", "bob@RCPT.test" },
		"DKIM-Signature: v=1; a=rsa-sha256; d=list.test; s=k1; "
		"h=from; bh=AAAA; b=AAAA\r\n" };
	const struct assay_verdict *v;
	struct assay_eval *ev = judge(&m, &v);
	struct tally t;

	T_OK(tally_of(&t, ev, v, 0, &plain), "a tally");
	T_INT(t.day, 1700000000 / 86400, "its day");
	T_SPAN(t.policy.domain, SPAN("shop.test"), "policy domain");
	/* sp=blok makes all of it p=none: RFC 9989 4.10.1 */
	T_INT(t.policy.p, AGGREGATE_NONE, "p");
	T_INT(t.policy.sp, AGGREGATE_UNSAID, "sp");
	T_INT(t.policy.np, AGGREGATE_UNSAID, "np");
	T_INT(t.policy.adkim, 's', "adkim");
	T_INT(t.policy.aspf, 'r', "aspf");
	T_INT(t.policy.testing, 0, "testing");
	T_INT(t.policy.discovery, AGGREGATE_TREEWALK, "discovery");
	T_SPAN(t.policy.fo, SPAN("1:s"), "fo");
	T_SPAN(t.rua, SPAN("aA@shop.test,b@x.test"), "where to");
	T_OK(span_search(t.error, SPAN("sp=blok")) < t.error.len,
	    "what is wrong");
	T_SPAN(t.row.header_from, SPAN("news.shop.test"), "author");
	T_SPAN(t.row.envelope_from, SPAN("bounce.shop.test"), "sender");
	T_SPAN(t.row.envelope_to, SPAN("rcpt.test"), "recipients");
	T_INT(t.row.spf, AGGREGATE_ALIGNED_PASS, "SPF is aligned");
	T_INT(t.row.dkim, AGGREGATE_ALIGNED_FAIL, "DKIM is not");
	T_INT(t.row.disposition, AGGREGATE_NONE, "nothing is done");
	T_INT(t.row.n_reason, 0, "as asked");
	T_INT(t.row.n_spf, 1, "SPF");
	T_SPAN(t.row.auth_spf->domain, SPAN("bounce.shop.test"), "of");
	T_INT(t.row.auth_spf->result, AGGREGATE_R_PASS, "passes");
	T_INT(t.row.n_dkim, 1, "a signature");
	T_SPAN(t.row.auth_dkim->domain, SPAN("list.test"), "of");
	T_SPAN(t.row.auth_dkim->selector, SPAN("k1"), "selector");
	T_OK(t.row.auth_dkim->result != AGGREGATE_R_PASS, "does not");
	T_OK(t.row.auth_dkim->human.len > 0, "and why");
	T_OK(!tally_of(&t, ev, v, 1, &plain), "no other author");
	assay_eval_free(ev);
}

static const struct {
	const char *label;
	struct sent m;
	bool observed;
	bool none;			/* no tally */
	enum aggregate_action done;
	enum aggregate_why why;
	const char *comment;
} cases[] = {
	{ "p=reject becomes quarantine", { .from = "a@bank.test",
	  .mail_from = "a@x.test", .ip = "192.0.2.9" }, false, false,
	  AGGREGATE_QUARANTINE, AGGREGATE_LOCAL_POLICY,
	  "p=reject alone is no reason to reject, RFC 9989 7.4" },
	{ "nothing is done by who observes", { .from = "a@bank.test",
	  .mail_from = "a@x.test", .ip = "192.0.2.9" }, true, false,
	  AGGREGATE_NONE, AGGREGATE_LOCAL_POLICY,
	  "this receiver only observes" },
	{ "p=none", { .from = "a@calm.test", .mail_from = "a@x.test",
	  .ip = "192.0.2.9" }, false, false, AGGREGATE_NONE,
	  AGGREGATE_WHY_UNSAID, NULL },
	{ "p=none, observed", { .from = "a@calm.test",
	  .mail_from = "a@x.test", .ip = "192.0.2.9" }, true, false,
	  AGGREGATE_NONE, AGGREGATE_WHY_UNSAID, NULL },
	{ "t=y", { .from = "a@try.test", .mail_from = "a@x.test",
	  .ip = "192.0.2.9" }, false, false, AGGREGATE_NONE,
	  AGGREGATE_TEST_MODE, NULL },
	{ "a pass under t=y, which asks for nothing",
	  { .from = "a@try.test", .mail_from = "a@try.test",
	  .ip = "192.0.2.1" }, false, false, AGGREGATE_NONE,
	  AGGREGATE_WHY_UNSAID, NULL },
	{ "records that cancel each other", { .from = "a@two.bank.test",
	  .mail_from = "a@x.test", .ip = "192.0.2.9" }, false, false,
	  AGGREGATE_QUARANTINE, AGGREGATE_LOCAL_POLICY,
	  "p=reject alone is no reason to reject, RFC 9989 7.4" },
	{ "nobody asked", { .from = "a@mute.test", .mail_from = "a@x.test",
	  .ip = "192.0.2.9" }, false, true, 0, 0, NULL },
	{ "no record", { .from = "a@bare.test", .mail_from = "a@x.test",
	  .ip = "192.0.2.9" }, false, true, 0, 0, NULL },
	{ "from nowhere", { .from = "a@bank.test", .mail_from = "a@x.test" },
	  false, true, 0, 0, NULL },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct assay_verdict *v;
		struct assay_eval *ev = judge(&cases[i].m, &v);
		const char *l = cases[i].label;
		struct tally t;

		T_OK(tally_of(&t, ev, v, 0, cases[i].observed ?
		    &watching : &plain) != cases[i].none, l);
		if (!cases[i].none) {
			T_INT(t.row.disposition, cases[i].done, l);
			T_INT(t.row.n_reason, cases[i].why != 0, l);
		}
		if (!cases[i].none && t.row.n_reason > 0) {
			T_INT(t.row.reason->type, cases[i].why, l);
			T_SPAN(t.row.reason->comment,
			    assay_cstr(cases[i].comment), l);
		}
		assay_eval_free(ev);
	}
}

/* RFC 9990 3.1.1.10: the null path is there, and empty; SPF is that of the
 * HELO name. */
static void
test_null_path(void)
{
	static const struct sent m = { .from = "a@two.bank.test",
		.mail_from = "", .ip = "::ffff:192.0.2.1",
		.rcpt = { "ann@rcpt.test", "bob@other.test" } };
	const struct assay_verdict *v;
	struct assay_eval *ev = judge(&m, &v);
	struct tally t;

	T_OK(tally_of(&t, ev, v, 0, &plain), "a tally");
	T_SPAN(t.policy.domain, SPAN("bank.test"), "of the organization");
	T_SPAN(t.error, SPAN("several DMARC records at _dmarc.two.bank.test"),
	    "its error");
	T_SPAN(t.row.envelope_from, SPAN(""), "null path");
	T_SPAN(t.row.envelope_to, SPAN_NONE, "recipients differ");
	T_INT(t.row.source.family, 4, "IPv4");
	T_INT(t.row.n_spf, 1, "SPF");
	T_SPAN(t.row.auth_spf->domain, SPAN("mx.shop.test"), "of the HELO");
	assay_eval_free(ev);
}

/* Reports cause no reports, and nobody can hide by looking like one. */
static const struct {
	const char *label;
	struct sent m;
	bool letter;
} letters[] = {
	{ "mail", { "a@try.test", "a@try.test", "192.0.2.1",
	  { "x@rcpt.test" }, "Subject: hello\r\n" }, false },
	{ "a report", { "a@try.test", "a@try.test", "192.0.2.1",
	  { "x@rcpt.test" },
	  "Subject:\r\n Report Domain: x Submitter: y\r\n" }, true },
	{ "a forged one", { "a@try.test", "a@try.test", "192.0.2.9",
	  { "x@rcpt.test" },
	  "Subject: Report Domain: x Submitter: y\r\n" }, false },
	{ "a bounce", { "a@try.test", "a@try.test", "192.0.2.1",
	  { "x@rcpt.test" },
	  "Content-Type: multipart/report; boundary=b\r\n" }, true },
	{ "any answer to our reports", { "a@try.test", "", "192.0.2.9",
	  { "DMARC@rcpt.test" }, NULL }, true },
	{ "and to somebody else", { "a@try.test", "", "192.0.2.9",
	  { "DMARC@rcpt.test", "x@rcpt.test" }, NULL }, false },
};

static void
test_letters(void)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		const struct assay_verdict *v;
		struct assay_eval *ev = judge(&letters[i].m, &v);
		struct tally t;

		T_OK(tally_of(&t, ev, v, 0, &plain) &&
		    t.letter == letters[i].letter, letters[i].label);
		assay_eval_free(ev);
	}
}

int
main(void)
{
	test_letters();
	test_whole();
	test_cases();
	test_null_path();
	return t_done();
}
