/* SPDX-License-Identifier: Apache-2.0 */
/* A report as it stands, and what hostile messages make of it: nothing. */
#include "report/arf_out.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/mime_part.h"
#include "test/t.h"
#include "wire/addr.h"

#define DOMAIN(lit) { SPAN_INIT(lit) }
#define BOUNDARY "=_assay_TTTTTTTTTTTTTTTT"

static const struct arf_spf_record spf[] = {
	{ DOMAIN("f.example"), SPAN_INIT("v=spf1 \"x\" -all") } };

static const struct arf_out base = {
	.from = SPAN_INIT("dmarc@gen.example"),
	.to = SPAN_INIT("ruf@consumer.example"),
	.message_id = SPAN_INIT("1.arf@gen.example"), .date = 1767366245,
	.reporter = SPAN_INIT("mx.gen.example"),
	.user_agent = SPAN_INIT("Assay/0.1"), .failure = ARF_DMARC,
	.result = ASSAY_FAIL,
	.alignment = ARF_ALIGN_SAID | ARF_ALIGN_DKIM | ARF_ALIGN_SPF,
	.reported = DOMAIN("consumer.example"),
	.message = SPAN_INIT("From: Bob <bob@consumer.example>\r\n"
	    "Bcc: eve@gen.example\r\nSubject: see http://evil.example/\r\n"
	    "Content-Type: text/html\r\n\r\n"
	    "<a href=\"https://evil.example/?u=bob@consumer.example\">\r\n")
};

/* The boundary hangs on the message: shown as Ts. */
static struct span
mask(struct span mail, struct arena *a)
{
	struct buf b = arena_buf(a, mail.len);
	struct span key = SPAN("=_assay_");

	while (mail.len > 0) {
		size_t n = span_search(mail, key);

		buf_put(&b, span_head(mail, n));
		mail = span_skip(mail, n);
		if (mail.len == 0)
			break;
		buf_str(&b, BOUNDARY);
		mail = span_skip(mail, key.len + REDACT_TOKEN);
	}
	return arena_done(a, &b);
}

/* Everything that can be said. */
static struct arf_out
full(void)
{
	struct arf_out m = base;

	m.from_name = SPAN("DMARC \"Filter\"");
	m.spf = spf;
	m.n_spf = 1;
	m.delivery = ARF_REJECT;
	m.incidents = 3;
	m.dkim_domain = (struct domain)DOMAIN("consumer.example");
	m.dkim_selector = (struct domain)DOMAIN("epsilon");
	m.dkim_identity = SPAN("@consumer.example");
	m.mail_from = SPAN("bob@consumer.example");
	m.envelope_id = SPAN("65E1A3F0A0");
	m.source_port = 12345;
	m.has_arrival = true;
	m.arrival = 1767366000;
	addr_parse4(&m.source, SPAN("192.0.2.2"));
	return m;
}

static void
whole(struct arena *a)
{
	struct arf_out m = full();
	struct buf want = arena_buf(a, 4000);
	struct redact r = { .locals = true };

	buf_str(&want, "Date: Fri, 2 Jan 2026 15:04:05 +0000\r\n"
	    "From: \"DMARC \\\"Filter\\\"\"\r\n <dmarc@gen.example>\r\n"
	    "To: <ruf@consumer.example>\r\n"
	    "Subject: Authentication failure report for\r\n"
	    " consumer.example\r\nMessage-ID:\r\n <1.arf@gen.example>\r\n"
	    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=feedback-report;\r\n"
	    " boundary=\"" BOUNDARY "\"\r\n\r\n\r\n--" BOUNDARY "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "This is an authentication failure report for an email message\r\n"
	    "received from IP 192.0.2.2\r\n"
	    "on Fri, 2 Jan 2026 15:00:00 +0000\r\n"
	    "that claims to be written by somebody at\r\n  consumer.example\r\n"
	    "who asks for such reports in the DNS.\r\n"
	    "3 such messages came; this is one of them.\r\n"
	    "What stands before the @ of an address was replaced by a token"
	    "\r\n(RFC 6590).\r\n"
	    "Do not open what is reported: it may be an attack.\r\n"
	    "\r\n--" BOUNDARY "\r\n"
	    "Content-Type: message/feedback-report\r\n\r\n"
	    "Feedback-Type: auth-failure\r\nUser-Agent: Assay/0.1\r\n"
	    "Version: 1\r\nAuth-Failure: dmarc\r\n"
	    "Authentication-Results: mx.gen.example;\r\n"
	    "\tdmarc=fail header.from=consumer.example\r\n"
	    "Identity-Alignment: dkim, spf\r\nDelivery-Result: reject\r\n"
	    "Reported-Domain: consumer.example\r\n"
	    "DKIM-Domain: consumer.example\r\nDKIM-Selector: epsilon\r\n"
	    "DKIM-Identity: @consumer.example\r\n"
	    "SPF-DNS: txt : f.example :\r\n \"v=spf1 \\\"x\\\" -all\"\r\n"
	    "Original-Envelope-Id: 65E1A3F0A0\r\nOriginal-Mail-From: <");
	redact_token(&want, SPAN("bob"), SPAN("consumer.example"), &r);
	buf_str(&want, "@consumer.example>\r\n"
	    "Source-IP: 192.0.2.2\r\nSource-Port: 12345\r\n"
	    "Arrival-Date: Fri, 2 Jan 2026 15:00:00 +0000\r\n"
	    "Incidents: 3\r\n\r\n--" BOUNDARY "\r\n"
	    "Content-Type: text/rfc822-headers\r\n\r\nFrom: Bob <");
	redact_token(&want, SPAN("bob"), SPAN("consumer.example"), &r);
	buf_str(&want, "@consumer.example>\r\n"
	    "Subject: see hxxp://evil.example/\r\n"
	    "Content-Type: text/html\r\n\r\n--" BOUNDARY "--\r\n");
	T_SPAN(mask(arf_write(&m, a), a), buf_span(&want), "the whole mail");
}

static struct span
third(const struct arf_out *m, struct arena *a)
{
	struct part_walk w;
	struct part p = { .type = SPAN_NONE };

	part_walk_start(&w, arf_write(m, a), false, a);
	while (part_next(&w, &p))
		continue;
	return p.content;
}

static void
shown(struct arena *a)
{
	struct arf_out m = base;
	struct buf want = arena_buf(a, 2000);

	m.show = ARF_SHOW_ALL;
	T_SPAN(third(&m, a), SPAN("From: Bob <bob@consumer.example>\r\n"
	    "Subject: see hxxp://evil.example/\r\n"
	    "X-Original-Content-Type: text/html\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "[part 1: text/html]\r\n<a href=3D\"hxxps://evil.example/?u=3D"
	    "bob@consumer.example\">\r\n\r\n"), "all");
	m.show = ARF_SHOW_TEXT;
	T_OK(span_search(third(&m, a), SPAN("bob@")) == third(&m, a).len,
	    "no local part in the body");
	m.message = SPAN("Subject: x\nContent-Type: multipart/mixed; "
	    "boundary=b\nMIME-Version: 1.0\n\nnobody\n--b\n\nhi \xff\x01\n"
	    "--b\nContent-Type: application/pdf; name=http://x\n"
	    "Content-Transfer-Encoding: base64\n\nAAAA\n--b\n"
	    "Content-Type: text/plain; name=a.txt\n\nsecret\n--b\n"
	    "Content-Disposition: attachment\n\nsecret\n--b\n"
	    "Content-Transfer-Encoding: base64\n\naHR0cDovL2EuYi8=\n--b--\n");
	buf_str(&want, "Subject: x\r\n"
	    "X-Original-Content-Type: multipart/mixed; boundary=b\r\n"
	    "X-Original-MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "[part 1: text/plain]\r\nhi ?\r\n\r\n"
	    "[part 2: application/pdf, 4 octets, left out]\r\n"
	    "[part 3: text/plain, 6 octets, left out]\r\n"
	    "[part 4: text/plain, 6 octets, left out]\r\n"
	    "[part 5: text/plain]\r\nhxxp://a.b/\r\n\r\n");
	T_SPAN(third(&m, a), buf_span(&want), "parts are told");
	m.show = ARF_SHOW_HEADER;
	m.message = SPAN("From mbox line\nMessage-ID: <1@x.test>\n"
	    "X: a\n \t\n b\nno field\nY:\n"
	    " =?x?Q?bob?=@x.test\n");
	T_SPAN(third(&m, a), SPAN("Message-ID: <1@x.test>\r\nX: a\r\n"
	    " b\r\nY:\r\n hidden@x.test\r\n"),
	    "no line that looks like the end, no line that is no field");
}

/* Other reports than dmarc. */
static void
others(struct arena *a)
{
	struct arf_out m = base;
	const char *why;
	struct arf r;

	m.failure = ARF_BODYHASH;
	m.dkim_domain = (struct domain)DOMAIN("d.example");
	m.dkim_selector = (struct domain)DOMAIN("s1");
	T_OK(arf_read(&r, arf_write(&m, a), &why, a) &&
	    r.failure == ARF_BODYHASH && r.alignment == 0 &&
	    r.deviations == 0, "bodyhash");
	T_SPAN(r.authres, SPAN("mx.gen.example; dkim=fail header.d=d.example "
	    "header.s=s1"), "... one result");
	m = base;
	m.failure = ARF_SPF;
	m.result = ASSAY_SOFTFAIL;
	m.mail_from_domain = (struct domain)DOMAIN("f.example");
	T_OK(arf_read(&r, arf_write(&m, a), &why, a) &&
	    r.failure == ARF_SPF && r.deviations == 0, "spf");
	T_SPAN(r.authres, SPAN("mx.gen.example; spf=softfail "
	    "smtp.mailfrom=f.example"), "... one result");
	m = base;
	m.alignment = ARF_ALIGN_SAID;
	m.mail_from = SPAN("");
	T_OK(arf_read(&r, arf_write(&m, a), &why, a) &&
	    r.alignment == ARF_ALIGN_SAID && r.mail_from.len == 0 &&
	    !span_absent(r.mail_from), "none failed; null path");
}

/* Ours must be words; what is not ours is left out or made harmless. */
static void
hostile(struct arena *a)
{
	static const char *const bad[] = { "", "a b", "a\r\nBcc: x", "<a>",
	    "\"a\"@b", "\xc3\xa4" };
	struct arf_spf_record record = { DOMAIN("f.example"),
	    SPAN_INIT("v=spf1\r\nBcc: x\r\n\r\n--b \"\\ \xff\x01") };
	struct arf_out m = base;
	const char *why;
	struct arf r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		m = base;
		m.to = assay_cstr(bad[i]);
		T_OK(span_absent(arf_write(&m, a)), "no such address");
		m = base;
		m.mail_from = m.envelope_id = m.dkim_identity =
		    assay_cstr(i == 0 ? "\n" : bad[i]);
		T_OK(arf_read(&r, arf_write(&m, a), &why, a) &&
		    r.n_field == 7 && span_absent(r.mail_from) &&
		    span_absent(r.envelope_id), "left out");
	}
	m = base;
	m.failure = ARF_ADSP;
	T_OK(span_absent(arf_write(&m, a)), "nobody does ADSP any more");
	m = base;
	m.spf = &record;
	m.n_spf = 1;
	T_OK(arf_read(&r, arf_write(&m, a), &why, a) && r.n_field == 8,
	    "a record is one field");
	/* no trigraphs */
	T_SPAN(r.spf_dns, SPAN("txt : f.example : \"v=spf1?" "?Bcc: x"
	    "?" "?" "?" "?" "--b \\\"\\\\ ?" "?\""), "... quoted");
}

static void
large(struct arena *a)
{
	struct buf b = arena_buf(a, 4 << 20);
	struct arf_out m = base;
	const char *why;
	struct arf r;
	struct span mail;
	size_t longest = 0;

	for (unsigned i = 0; i < 100000; i++)
		buf_str(&b, "X: a@a@a@a\n");
	m.message = buf_span(&b);
	mail = arf_write(&m, a);
	T_OK(arf_read(&r, mail, &why, a) && mail.len < LIMIT_ARF_OUT,
	    "a large header");
	T_OK(span_search(mail, SPAN("more than is shown")) < mail.len,
	    "... is cut, and it says so");
	b.len = 0;
	buf_str(&b, "From: a@b.test\n\n");
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&b, "a@a \xe2\x82\xac http:");
	m.message = buf_span(&b);
	m.show = ARF_SHOW_TEXT;
	mail = arf_write(&m, a);
	T_OK(arf_read(&r, mail, &why, a) && mail.len < LIMIT_ARF_OUT,
	    "a large body");
	T_OK(span_search(mail, SPAN("more than is shown")) < mail.len,
	    "... is cut, and it says so");
	b.len = 0;
	for (unsigned i = 0; i < 1000000; i++)
		buf_byte(&b, 'x');
	buf_str(&b, ": y\nX: ");
	for (unsigned i = 0; i < 1000000; i++)
		buf_byte(&b, i % 1000 < 998 ? 'x' : ' ');
	m.message = buf_span(&b);
	mail = arf_write(&m, a);
	T_OK(arf_read(&r, mail, &why, a), "long lines");
	while (mail.len > 0) {
		size_t n = span_cut(&mail, '\n').len;

		longest = n > longest ? n : longest;
	}
	T_OK(longest > 800 && longest <= 999, "no line above 998");
}

/* The same mail in two pieces, and what is no such piece. */
static void
pieces(struct arena *a)
{
	static const char *const no[] = { "",
		"Auto-Submitted: auto-generated\r\n",
		"Bcc: a@b.test\r\nAuto-Submitted: auto-generated\r\n" };
	struct arf_out m = full();
	struct span mail = arf_write(&m, a), letter = arf_letter(&m, a);
	struct buf head = arena_buf(a, 4000), b = arena_buf(a, 64 << 10);

	T_OK(arf_letter_valid(letter), "a letter");
	T_OK(arf_head(&head, &m), "its head");
	buf_put(&head, letter);
	T_SPAN(buf_span(&head), mail, "are the mail");
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		T_OK(!arf_letter_valid(assay_cstr(no[i])), "no letter");
	T_OK(!arf_letter_valid(span_head(letter, letter.len - 1)), "cut");
	for (size_t i = 0; i < 3; i++) {
		b.len = 0;
		buf_put(&b, letter);
		buf_str(&b, ((const char *const[]){ "a\n", "\200\r\n",
		    "\r.\r\n" })[i]);
		T_OK(!arf_letter_valid(buf_span(&b)), "an octet too many");
	}
	b.len = 0;
	buf_put(&b, letter);
	for (size_t i = 0; i < 999; i++)
		buf_byte(&b, 'x');
	buf_str(&b, "\r\n");
	T_OK(!arf_letter_valid(buf_span(&b)), "a line that is too long");
	m.to = SPAN("a@b.test>\r\nBcc: <c@d.test");
	T_OK(!arf_head(&head, &m), "no address");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 256 << 20);
	whole(&a);
	arena_reset(&a);
	pieces(&a);
	shown(&a);
	others(&a);
	hostile(&a);
	large(&a);
	arena_free(&a);
	return t_done();
}
