/* SPDX-License-Identifier: Apache-2.0 */
#include "report/arf.h"

#include "test/t.h"
#include "wire/addr.h"

#define HEAD "From: r@gen.example\nContent-Type: multipart/report;\n" \
	" report-type=feedback-report; boundary=b\n\n"
#define PROSE "--b\n\nThis is a report.\n\n"
#define FIELDS "--b\nContent-Type: message/feedback-report\n\n"
#define BASE "Feedback-Type: auth-failure\nUser-Agent: x/1\nVersion: 1\n" \
	"Auth-Failure: dmarc\nAuthentication-Results: gen.example; dmarc=fail\n"
#define HEADERS "\n--b\nContent-Type: text/rfc822-headers\n\n" \
	"From: a@x.test\nSubject: hi\n\n--b--\n"
#define MAIL(fields) HEAD PROSE FIELDS fields HEADERS

static void
put_name(struct buf *b, const char *label, const char *name)
{
	if (*name == '\0')
		return;
	buf_str(b, label);
	buf_str(b, name);
}

static void
put_text(struct buf *b, const char *label, struct span s)
{
	if (span_absent(s))
		return;
	buf_str(b, label);
	buf_put(b, s);
}

static void
put_number(struct buf *b, const char *label, int64_t n, bool there)
{
	if (!there)
		return;
	buf_str(b, label);
	buf_u64(b, (uint64_t)n);
}

static void
print(struct buf *b, const struct arf *r)
{
	static const char *const forms[] = { "none", "part", "label",
	    "prose" };

	buf_str(b, forms[r->form]);
	if (r->forwarded)
		buf_str(b, " forwarded");
	put_name(b, " type=", arf_type_name(r->type));
	put_name(b, " failure=", arf_failure_name(r->failure));
	put_name(b, " delivery=", arf_delivery_name(r->delivery));
	put_number(b, " align=", r->alignment, r->alignment != 0);
	if (r->source.family != 0) {
		buf_str(b, " ip=");
		addr_print(b, &r->source);
	}
	put_number(b, " port=", r->source_port, r->source_port != 0);
	put_number(b, " at=", r->arrival, r->has_arrival);
	put_number(b, " n=", r->incidents, r->incidents != 1);
	for (size_t i = 0; i < r->n_reported; i++)
		put_text(b, " domain=", r->reported[i].name);
	put_text(b, " id=", r->envelope_id);
	put_text(b, " mail=", r->mail_from);
	put_text(b, " rcpt=", r->rcpt_to);
	put_text(b, " d=", r->dkim_domain.name);
	put_text(b, " s=", r->dkim_selector);
	put_text(b, " i=", r->dkim_identity);
	put_text(b, " spf=", r->spf_dns);
	put_text(b, " from=", r->original.from);
	for (unsigned bit = 0; bit < 12; bit++)
		if (r->deviations >> bit & 1) {
			buf_str(b, " -");
			buf_u64(b, bit);
		}
}

#define START "part type=auth-failure failure=dmarc"
#define END " from=a@x.test"

static const struct {
	const char *label;
	struct span in;
	const char *out;
} cases[] = {
	{ "as the RFCs have it", SPAN_INIT(MAIL(BASE
	    "Identity-Alignment: dkim\nDelivery-Result: reject\n"
	    "DKIM-Domain: Consumer.example\nDKIM-Identity: @consumer.example\n"
	    "DKIM-Selector: epsilon\nOriginal-Envelope-Id: 65E1A3F0A0\n"
	    "Original-Mail-From: <a=b@f.example>\n"
	    "Original-Rcpt-To: <u@gen.example>\n"
	    "Arrival-Date: Tue, 19 Jul 2022 00:57:48 -0500 (CDT)\n"
	    "Source-IP: 192.0.2.2\nSource-Port: 12345\n"
	    "SPF-DNS: txt : f.example : \"v=spf1 -all\"\nIncidents: 7\n"
	    "Reported-Domain: consumer.example\n")),
	    START " delivery=reject align=3 ip=192.0.2.2 port=12345 "
	    "at=1658210268 n=7 domain=consumer.example id=65E1A3F0A0 "
	    "mail=a=b@f.example rcpt=u@gen.example d=consumer.example "
	    "s=epsilon i=@consumer.example "
	    "spf=txt : f.example : \"v=spf1 -all\"" END },
	{ "comments", SPAN_INIT(MAIL("Feedback-Type: (c) Auth-Failure (d)\n"
	    "User-Agent: x\nVersion: 1\nAuthentication-Results: x\n"
	    "Auth-Failure: DMARC (p=reject (a))\n"
	    "Identity-Alignment: (x)SPF , (y) dkim (z)\n"
	    "Incidents: 2 (two)\nReported-Domain: a.test (b)\n")),
	    START " align=7 n=2 domain=a.test" END },
	{ "no Identity-Alignment", SPAN_INIT(MAIL(BASE)), START END " -9" },
	{ "alignment none", SPAN_INIT(MAIL(BASE "Identity-Alignment: none\n")),
	    START " align=1" END },
	{ "alignment of something else", SPAN_INIT(MAIL(BASE
	    "Identity-Alignment: arc\n")), START " align=1" END " -4" },
	{ "null path", SPAN_INIT(MAIL(BASE "Identity-Alignment: spf\n"
	    "Original-Mail-From: <>\n")), START " align=5 mail=" END },
	{ "nothing behind the colon", SPAN_INIT(MAIL(BASE
	    "Identity-Alignment: spf\nOriginal-Mail-From:\n")),
	    START " align=5 mail=" END },
	{ "address forms", SPAN_INIT(MAIL(BASE "Identity-Alignment: spf\n"
	    "Source-IP: [IPv6:2001:DB8::1]\n")),
	    START " align=5 ip=2001:db8::1" END },
	{ "mapped address", SPAN_INIT(MAIL(BASE "Identity-Alignment: spf\n"
	    "Source-IP: ::ffff:192.0.2.1\n")),
	    START " align=5 ip=192.0.2.1" END },
	{ "address and port", SPAN_INIT(MAIL(BASE "Identity-Alignment: spf\n"
	    "Source-IP: 192.0.2.1:25\n")),
	    START " align=5 ip=192.0.2.1" END },
	{ "what cannot be read", SPAN_INIT(MAIL(BASE
	    "Identity-Alignment: spf\nSource-IP: here\nIncidents: many\n"
	    "Arrival-Date: today\nReported-Domain: a..b\n"
	    "Delivery-Result: quarantine\nSource-Port: 65536\n")),
	    START " align=5" END " -4 -5 -6 -7 -8" },
	{ "Received-Date", SPAN_INIT(MAIL("Feedback-Type: abuse\n"
	    "User-Agent: x\nVersion: 0.1\n"
	    "Received-Date: Thu, 29 Apr 2009 00:00:00 -0000 (EST)\n")),
	    "part type=abuse at=1240963200" END },
	{ "both dates", SPAN_INIT(MAIL("Feedback-Type: abuse\n"
	    "User-Agent: x\nVersion: 1\n"
	    "Received-Date: Thu, 29 Apr 2010 00:00:00 +0000\n"
	    "Arrival-Date: Thu, 29 Apr 2009 00:00:00 +0000\n")),
	    "part type=abuse at=1240963200" END " -3" },
	{ "fields twice", SPAN_INIT(MAIL("Feedback-Type: fraud\n"
	    "Feedback-Type: virus\nUser-Agent: x\nVersion: 1\n"
	    "Reported-Domain: b.test\nReported-Domain: a.test\n"
	    "Reported-Domain: B.test\n")),
	    "part type=fraud domain=b.test domain=a.test" END " -3" },
	{ "nothing required is there", SPAN_INIT(MAIL("Source-IP: 192.0.2.1"
	    "\n")), "part ip=192.0.2.1" END " -2" },
	{ "words of nobody", SPAN_INIT(MAIL("Feedback-Type: miscategorized\n"
	    "User-Agent: x\nVersion: 1\n")), "part" END " -4" },
	{ "lines before the fields", SPAN_INIT(HEAD FIELDS "\n\njunk\n\n"
	    "Feedback-Type: not-spam\nUser-Agent: x\nVersion: 1\n\n"
	    "Source-IP: 192.0.2.9\n" HEADERS),
	    "part type=not-spam" END },
	{ "base64", SPAN_INIT(HEAD "--b\nContent-Type: message/feedback-report"
	    "\nContent-Transfer-Encoding: base64\n\n"
	    "RmVlZGJhY2stVHlwZTogYWJ1c2UNClVzZXItQWdlbnQ6IHgNClZlcnNpb246"
	    "IDENCg==" HEADERS), "part type=abuse" END " -1" },
	{ "message, quoted-printable", SPAN_INIT(HEAD FIELDS
	    "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n\n--b\n"
	    "Content-Type: message/rfc822\nContent-Transfer-Encoding: "
	    "quoted-printable\n\n\nFrom=3A a=\n@x.test\nSubject: x\n\nbody\n"
	    "--b--\n"), "part type=abuse from=a@x.test" },
	{ "no message", SPAN_INIT(HEAD FIELDS "Feedback-Type: abuse\n"
	    "User-Agent: x\nVersion: 1\n--b--\n"), "part type=abuse -10" },
	{ "redacted away", SPAN_INIT(HEAD FIELDS "Feedback-Type: abuse\n"
	    "User-Agent: x\nVersion: 1\n--b\nContent-Type: message/rfc822\n\n"
	    "REDACTED\n--b--\n"), "part type=abuse -10" },
	{ "wrong type", SPAN_INIT(HEAD "--b\nContent-Type: "
	    "text/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\n"
	    "Version: 1\n" HEADERS), "label type=abuse" END " -0" },
	{ "no type at all", SPAN_INIT(HEAD PROSE "--b\n\nFeedback-Type: abuse"
	    "\nUser-Agent: x\nVersion: 1\n" HEADERS),
	    "label type=abuse" END " -0" },
	{ "all in one text", SPAN_INIT("Subject: report\n\nHello,\n\n"
	    "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
	    "Source-IP: 192.0.2.1\n\nReceived: by x\nFrom: a@x.test\n\nbuy\n"),
	    "label type=abuse ip=192.0.2.1" END " -0" },
	{ "labels for people", SPAN_INIT("Subject: report\n\n"
	    "A message claiming to be from you has failed the published DMARC"
	    "\npolicy for your domain.\n\n  Sender Domain: x.test\n"
	    "  Sender IP Address: 192.0.2.1\n"
	    "  Received Date: Fri, 31 Aug 2018 00:58:22 +0000\n"
	    "  SPF Alignment: no\n  DKIM Alignment: yes\n"
	    "  DMARC Results: None, Accept\n\n"
	    "------ This is a copy of the headers that were received before "
	    "the error\n       was detected.\n\nReceived: by x\n"
	    "From: a@x.test\nTo: b@y.test\n"),
	    "prose type=auth-failure failure=dmarc align=5 ip=192.0.2.1 "
	    "at=1535677102 domain=x.test" END " -0 -2" },
	{ "a sentence", SPAN_INIT(HEAD "--b\n\nThis is an authentication "
	    "failure report for an email message\nreceived from IP\n"
	    "192.0.2.2 on Thu, 29 Apr 2009 00:00:00 +0000.\n" HEADERS),
	    "prose type=auth-failure ip=192.0.2.2 at=1240963200" END
	    " -0 -2" },
	{ "an abuse report as a sentence", SPAN_INIT("A: b\n\nThis is an email "
	    "Abuse Report for a message received from IP 192.0.2.2.\n"),
	    "prose type=abuse ip=192.0.2.2 -0 -2 -10" },
	{ "no report", SPAN_INIT("From: a@x.test\n\nhello\n"), "none" },
	{ "no report, about DMARC", SPAN_INIT("From: a@x.test\n\nDMARC is a "
	    "thing.\n"), "none" },
	{ "a message alone", SPAN_INIT(HEAD "--b\nContent-Type: "
	    "message/rfc822\n\nFrom: a@x.test\n\nhi\n--b--\n"),
	    "none from=a@x.test" },
	{ "forwarded", SPAN_INIT("Content-Type: multipart/mixed; boundary=c\n"
	    "\n--c\n\nsee below\n--c\nContent-Type: message/rfc822\n\n"
	    MAIL("Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n")
	    "--c--\n"), "part forwarded type=abuse" END },
	{ "a report of its own in the message", SPAN_INIT(HEAD "--b\n\n"
	    "Feedback-Type: fraud\nUser-Agent: x\nVersion: 1\n\n--b\n"
	    "Content-Type: message/rfc822\n\nFrom: a@x.test\n"
	    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
	    "User-Agent: x\nVersion: 1\n--b--\n"),
	    "label type=fraud" END " -0" },
	{ "no fields", SPAN_INIT(HEAD FIELDS "\n" HEADERS),
	    "none" END },
	{ "nothing", SPAN_INIT(""), "none" },
};

static void
one(size_t i, struct arena *a)
{
	ROOM(room, 2000);
	struct buf b = BUF_ON(room), crlf;
	struct span in = cases[i].in;
	const char *why = NULL;
	struct arf r;
	bool ok = arf_read(&r, in, &why, a);

	print(&b, &r);
	T_SPAN(buf_span(&b), assay_cstr(cases[i].out), cases[i].label);
	T_OK(ok == (r.form != ARF_NONE) && (ok || why != NULL),
	    cases[i].label);
	crlf = arena_buf(a, in.len * 2);
	while (in.len > 0) {
		size_t n = span_find(in, '\n');

		buf_put(&crlf, span_head(in, n));
		if (n < in.len)
			buf_str(&crlf, "\r\n");
		in = span_skip(in, n + 1);
	}
	b.len = 0;
	(void)arf_read(&r, buf_span(&crlf), &why, a);
	print(&b, &r);
	T_SPAN(buf_span(&b), assay_cstr(cases[i].out), "... with CRLF");
}

static void
values(struct arena *a)
{
	const char *why;
	struct arf r;
	struct buf b = arena_buf(a, 1 << 20);

	T_OK(arf_read(&r, SPAN(HEAD FIELDS "feedback-type: abuse\n"
	    "X-Own:  a\n\t b\nOriginal-Rcpt-To: <a@x.test>\n"
	    "Original-Rcpt-To: b@x.test\nVersion:\n" HEADERS), &why, a),
	    "read");
	T_INT(r.n_field, 5, "all fields");
	T_SPAN(r.field[0].name, SPAN("Feedback-Type"), "canonical name");
	T_SPAN(r.field[1].name, SPAN("X-Own"), "own name");
	T_SPAN(r.field[1].value, SPAN("a b"), "one line");
	T_SPAN(r.field[2].value, SPAN("<a@x.test>"), "as written");
	T_SPAN(arf_value(&r, ARF_F_VERSION), SPAN(""), "empty, not absent");
	T_OK(span_absent(arf_value(&r, ARF_F_SOURCE_IP)), "absent");
	T_SPAN(r.original.header, SPAN("From: a@x.test\nSubject: hi\n"),
	    "header of the message");
	T_OK(!r.original.whole, "... without its body");
	buf_str(&b, HEAD FIELDS);
	for (unsigned i = 0; i < 2000; i++)
		buf_str(&b, "Original-Rcpt-To: a@x.test\n");
	buf_str(&b, HEADERS);
	T_OK(arf_read(&r, buf_span(&b), &why, a) &&
	    (r.deviations & ARF_D_TOO_MANY) != 0, "too many fields");
	b.len = 0;
	buf_str(&b, HEAD FIELDS "DKIM-Canonicalized-Body: ");
	for (unsigned i = 0; i < 100000; i++)
		buf_byte(&b, 'A');
	buf_str(&b, "\nFeedback-Type: abuse\n" HEADERS);
	T_OK(arf_read(&r, buf_span(&b), &why, a) && r.type == ARF_ABUSE &&
	    r.field[0].value.len < 100000 &&
	    (r.deviations & ARF_D_TOO_MANY) != 0, "a long value is cut");
	b.len = 0;
	for (unsigned i = 0; i < 10000; i++)
		buf_str(&b, "Content-Type: multipart/mixed; boundary=b\n\n"
		    "--b\n");
	T_OK(!arf_read(&r, buf_span(&b), &why, a), "10,000 nested parts");
	T_SPAN(assay_cstr(why), SPAN("parts are nested too deeply"),
	    "... are refused, and why");
}

int
main(void)
{
	struct arena a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		arena_init(&a, 8 << 20);
		one(i, &a);
		arena_free(&a);
	}
	arena_init(&a, 64 << 20);
	values(&a);
	arena_free(&a);
	for (unsigned bit = 0; bit < 12; bit++)
		T_OK(*arf_deviation_text((enum arf_deviation)(1u << bit)) !=
		    '\0', "a clause for each deviation");
	for (enum arf_name id = 1; id < ARF_F_LAST; id++)
		T_OK(*arf_name(id) != '\0', "a name for each field");
	return t_done();
}
