/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_mail.h"

#include "base/buf.h"
#include "test/t.h"

static const struct report_mail sample = {
	.from = SPAN_INIT("dmarc@mx.rcpt.example"),
	.from_name = SPAN_INIT("Rcpt \"and\" Sons, Ltd."),
	.to = SPAN_INIT("reports@third.example"),
	.subject = SPAN_INIT("Report Domain: shop.example Submitter: "
	    "mx.rcpt.example Report-ID: <2026-01-02_shop.example.abcd"
	    "@mx.rcpt.example>"),
	.message_id = SPAN_INIT("2026-01-02.abcd@mx.rcpt.example"),
	.date = 1767366245,
	.text = SPAN_INIT("This is a report.\n\n.\nBye.\n"),
	.file_name = SPAN_INIT("mx.rcpt.example!shop.example!1!2.xml.gz"),
	.file = SPAN_INIT("0123456789012345678901234567890123456789"
	    "0123456789012345678"),
};

static const char want[] =
    "Date: Fri, 2 Jan 2026 15:04:05 +0000\r\n"
    "From: \"Rcpt \\\"and\\\" Sons, Ltd.\"\r\n"
    " <dmarc@mx.rcpt.example>\r\n"
    "To: <reports@third.example>\r\n"
    "Subject: Report Domain: shop.example Submitter: mx.rcpt.example "
    "Report-ID:\r\n"
    " <2026-01-02_shop.example.abcd@mx.rcpt.example>\r\n"
    "Message-ID:\r\n"
    " <2026-01-02.abcd@mx.rcpt.example>\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_assay_report\"\r\n"
    "\r\n"
    "--=_assay_report\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n"
    "\r\n"
    "This is a report.\r\n\r\n.\r\nBye.\r\n"
    "\r\n"
    "--=_assay_report\r\n"
    "Content-Type: application/gzip;\r\n"
    " name=\"mx.rcpt.example!shop.example!1!2.xml.gz\"\r\n"
    "Content-Disposition: attachment;\r\n"
    " filename=\"mx.rcpt.example!shop.example!1!2.xml.gz\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
    "NDU2\r\n"
    "Nzg=\r\n"
    "--=_assay_report--\r\n";

static uint8_t room[8192];
static size_t most = sizeof(room);

static bool
collect(void *ctx, struct assay_span s)
{
	struct buf *b = ctx;

	buf_put(b, s);
	return !b->full && b->len <= most;
}

static enum assay_status
write_mail(const struct report_mail *m, struct buf *b)
{
	*b = BUF_ON(room);
	return report_mail_write(m, collect, b);
}

/* What would end a field, a quoted name, or an argument of SMTP. */
static void
test_refused(void)
{
	static const struct span bad[] = { SPAN_INIT(""),
		SPAN_INIT("a@b\r\nBcc: c@d"), SPAN_INIT("a@b c"),
		SPAN_INIT("a@b>"), SPAN_INIT("a\"b"), SPAN_INIT("a\x80@b"),
		SPAN_INIT("a@b\0") };
	struct buf b;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct report_mail m[6] = { sample, sample, sample, sample,
			sample, sample };
		m[0].from = m[1].to = m[2].message_id = m[3].file_name =
		    bad[i];
		m[4].subject = m[5].from_name = SPAN("a\nb");
		for (size_t k = 0; k < 6; k++) {
			T_INT(write_mail(&m[k], &b), ASSAY_MISUSE, "refused");
			T_INT(b.len, 0, "and nothing written");
		}
	}
	{
		struct report_mail m = sample;
		m.text = SPAN("hello\n--=_assay_report--\n");
		T_INT(write_mail(&m, &b), ASSAY_MISUSE, "a boundary in it");
		m.text = SPAN("hello\rthere\n");
		T_INT(write_mail(&m, &b), ASSAY_MISUSE, "a lone CR in it");
	}
}

int
main(void)
{
	struct report_mail m = sample;
	struct buf b;

	T_INT(write_mail(&m, &b), ASSAY_OK, "written");
	T_SPAN(buf_span(&b), assay_cstr(want), "all of it");
	m.file_name = SPAN("a!b!1!2.xml");
	m.from_name = SPAN_NONE;
	T_INT(write_mail(&m, &b), ASSAY_OK, "plain");
	T_OK(span_search(buf_span(&b), SPAN("Content-Type: text/xml;")) <
	    b.len, "is text/xml");
	T_OK(span_search(buf_span(&b), SPAN("From: <dmarc@mx")) < b.len,
	    "and nameless");
	most = 300;
	T_INT(write_mail(&m, &b), ASSAY_IO, "nobody takes it");
	most = sizeof(room);
	test_refused();
	return t_done();
}
