/* SPDX-License-Identifier: Apache-2.0 */
#include "report/failure_of.h"

#include <stdlib.h>

#include "check/dmarc_record.h"
#include "eval.h"
#include "report/failure_item.h"
#include "test/t.h"

static const char zone_text[] =
    "[{\"name\":\"bounce.shop.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=spf1 ip4:192.0.2.1 -all\"]},"
    "{\"name\":\"_dmarc.shop.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=none; fo=1:d:s; ruf=mailto:f%41@shop.test!10m,"
    " https://x.test/,mailto:b@x.test\"]},"
    "{\"name\":\"evil.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=spf1 -all\"]},"
    "{\"name\":\"_dmarc.bank.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject; ruf=mailto:f@bank.test\"]},"
    "{\"name\":\"_dmarc.psd.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject; psd=y; ruf=mailto:f@psd.test\"]},"
    "{\"name\":\"_dmarc.mute.test\",\"type\":\"TXT\",\"values\":"
    "[\"v=DMARC1; p=reject; rua=mailto:d@mute.test\"]}]";

struct sent { const char *label, *from, *mail_from, *ip, *more; };

static struct assay_eval *
judge(const struct sent *m, const struct assay_verdict **v)
{
	struct assay_span rcpt = SPAN("reader@rcpt.test");
	struct assay_session s = { .now = 1700000000, .rcpt = &rcpt,
		.n_rcpt = 1, .helo = SPAN("mx.shop.test"),
		.queue_id = SPAN("4Ln7Qs55xmz4nP"),
		.mail_from = assay_cstr(m->mail_from) };
	struct assay_oracle zone;
	struct assay_eval *ev;
	char text[2000];

	snprintf(text, sizeof(text), "From: Jo <%s>\r\n"
	    "To: reader@rcpt.test\r\nMessage-ID: <1@x>\r\n%s\r\nhello\r\n",
	    m->from, m->more == NULL ? "" : m->more);
	if (assay_addr_parse(&s.client, assay_cstr(m->ip)) != ASSAY_OK ||
	    assay_oracle_zone(&zone, assay_cstr(zone_text), NULL, NULL) !=
	    ASSAY_OK || assay_eval_new(&ev, &s, NULL, NULL, NULL) !=
	    ASSAY_OK || assay_eval_data(ev, assay_cstr(text)) != ASSAY_OK ||
	    assay_eval_run(ev, &zone, 1) != ASSAY_OK ||
	    assay_decide(v, ev, NULL) != ASSAY_OK)
		exit(1);
	assay_oracle_free(&zone);
	return ev;
}

static const struct failure_how how = {
	.report_from = SPAN_INIT("dmarc@ours.test"), .key = { 1, 2, 3 },
	.reporter = SPAN_INIT("mx.ours.test"),
	.user_agent = SPAN_INIT("assay") };

static void
has(struct span letter, const char *what, bool yes)
{
	bool there = span_search(letter, assay_cstr(what)) < letter.len;

	T_INT(there, yes, what);
	if (there != yes)
		printf("# %.*s\n", (int)letter.len,
		    (const char *)letter.ptr);
}

static void
wanted(void)
{
	static const struct { struct sent m; unsigned want; } cases[] = {
		{ { "fails", "a@bank.test", "b@evil.test", "192.0.2.9",
		    NULL }, ARF_WANT_DMARC },
		{ { "below the record", "a@x.bank.test", "b@evil.test",
		    "192.0.2.9", NULL }, ARF_WANT_DMARC },
		{ { "nobody asks", "a@mute.test", "b@evil.test", "192.0.2.9",
		    NULL }, 0 },
		{ { "no record", "a@none.test", "b@evil.test", "192.0.2.9",
		    NULL }, 0 },
		{ { "a public suffix", "a@psd.test", "b@evil.test",
		    "192.0.2.9", NULL }, 0 },
		{ { "a bounce", "a@bank.test", "", "192.0.2.9", NULL }, 0 },
		{ { "a report", "a@bank.test", "b@evil.test", "192.0.2.9",
		    "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
		    "boundary=x\r\n" }, 0 },
		{ { "our own", "dmarc@ours.test", "b@evil.test", "192.0.2.9",
		    NULL }, 0 },
		{ { "fo=1:s with a pass", "a@shop.test",
		    "b@bounce.shop.test", "192.0.2.1", NULL },
		    ARF_WANT_DMARC },
		{ { "fo=1:d:s", "a@shop.test", "b@bounce.shop.test",
		    "192.0.2.7", "DKIM-Signature: v=1; a=rsa-sha256; "
		    "d=list.test; s=k1; h=from; bh=AAAA; b=AAAA\r\n" },
		    ARF_WANT_DMARC | ARF_WANT_DKIM | ARF_WANT_SPF } };
	const struct assay_verdict *v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct assay_eval *ev = judge(&cases[i].m, &v);
		struct failure_wish w;

		T_INT(failure_wanted(&w, ev, v, 0, &how), cases[i].want != 0,
		    cases[i].m.label);
		T_INT(w.want, cases[i].want, "of these kinds");
		T_OK(!failure_wanted(&w, ev, v, 1, &how), "one author");
		assay_eval_free(ev);
	}
}

static void
letters(void)
{
	static const struct sent m = { NULL, "jo@news.shop.test",
		"bob@bounce.shop.test", "192.0.2.7",
		"Subject: http://x.test/?u=ann@rcpt.test\r\n"
		"DKIM-Signature: v=1; a=rsa-sha256; d=shop.test; s=k1; "
		"h=from; bh=AAAA; b=AAAA\r\n" };
	const struct assay_verdict *v;
	struct assay_eval *ev = judge(&m, &v);
	struct failure_wish w;
	struct failure_how all = how;
	struct span l;

	T_OK(failure_wanted(&w, ev, v, 0, &how), "wanted");
	T_SPAN(w.domain, SPAN("shop.test"), "of its policy domain");
	T_SPAN(w.ruf, SPAN("fA@shop.test,b@x.test"), "to");
	l = failure_letter(ev, v, 0, ARF_WANT_DMARC, 7, &how);
	T_OK(arf_letter_valid(l), "a letter");
	has(l, "Auth-Failure: dmarc\r\n", true);
	has(l, "dmarc=fail header.from=news.shop.test", true);
	has(l, "Identity-Alignment: dkim, spf\r\n", true);
	has(l, "Incidents: 7\r\n", true);
	has(l, "Reported-Domain: news.shop.test\r\n", true);
	has(l, "DKIM-Domain: shop.test\r\nDKIM-Selector: k1\r\n"
	    "DKIM-Identity: @shop.test\r\n", true);
	has(l, "SPF-DNS: txt : bounce.shop.test :", true);
	has(l, "v=spf1 ip4:192.0.2.1 -all", true);
	has(l, "Source-IP: 192.0.2.7\r\n", true);
	has(l, "Original-Envelope-Id: 4Ln7Qs55xmz4nP\r\n", true);
	has(l, "Delivery-Result: delivered\r\n", true);
	has(l, "text/rfc822-headers", true);
	has(l, "Message-ID: <1@x>", true);
	has(l, "reader@", false);
	has(l, "bob@", false);
	has(l, "ann@", false);
	has(l, "http:", false);
	has(l, "hello", false);
	l = failure_letter(ev, v, 0, ARF_WANT_DKIM, 1, &how);
	has(l, "Auth-Failure: signature\r\n", true);
	l = failure_letter(ev, v, 0, ARF_WANT_SPF, 1, &how);
	has(l, "Auth-Failure: spf\r\n", true);
	has(l, "spf=fail smtp.mailfrom=bounce.shop.test", true);
	all.show = ARF_SHOW_ALL;
	all.message = SPAN("From: a@shop.test\r\n\r\nthe text of it\r\n");
	l = failure_letter(ev, v, 0, ARF_WANT_DMARC, 1, &all);
	has(l, "the text of it", true);
	has(l, "a@shop.test", true);
	assay_eval_free(ev);
}

static void
items(void)
{
	static const struct sent m = { NULL, "a@bank.test", "b@evil.test",
		"192.0.2.9", NULL };
	const struct assay_verdict *v;
	struct assay_eval *ev = judge(&m, &v);
	struct failure_wish w;
	struct failure_item f = { .at = 1700000000 }, g;
	struct arena *a = arena_new(1 << 20);
	struct buf b = arena_buf(a, 64 << 10), c = arena_buf(a, 64 << 10);

	T_OK(failure_wanted(&w, ev, v, 0, &how), "wanted");
	f.domain = w.domain;
	f.ruf = w.ruf;
	f.letter = failure_letter(ev, v, 0, ARF_WANT_DMARC, 1, &how);
	failure_item_put(&b, &f);
	T_OK(failure_item_is(buf_span(&b)), "is one");
	T_OK(failure_item_get(&g, buf_span(&b), a), "is read");
	T_INT(g.at, f.at, "when");
	T_SPAN(g.domain, f.domain, "domain");
	T_SPAN(g.ruf, f.ruf, "addresses");
	T_SPAN(g.letter, f.letter, "letter");
	T_OK(!failure_item_get(&g, span_head(buf_span(&b), b.len - 1), a),
	    "what was cut is none");
	f.ruf = SPAN("a@b.test>\r\nRCPT TO:<c@d.test");
	failure_item_put(&c, &f);
	T_OK(!failure_item_get(&g, buf_span(&c), a), "no addresses");
	c.len = 0;
	f.ruf = w.ruf;
	f.letter = SPAN("Auto-Submitted: auto-generated\r\nBcc: a@b.test\r\n");
	failure_item_put(&c, &f);
	T_OK(!failure_item_get(&g, buf_span(&c), a), "no letter of ours");
	arena_delete(a);
	assay_eval_free(ev);
}

int
main(void)
{
	wanted();
	letters();
	items();
	return t_done();
}
