/* SPDX-License-Identifier: Apache-2.0 */
#include "letter.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "parcel.h"
#include "test/t.h"

static uint8_t told[4 << 20];
static struct buf out = { .ptr = told, .cap = sizeof(told) };

static bool
take(void *ctx, struct assay_span s)
{
	(void)ctx;
	buf_put(&out, s);
	return !out.full;
}

static char reason[400], content[2 * STORE_HASH + 1];
static struct parcel *parcel;
static struct letter *letter;
static uint64_t messages;

/* Frames as letters; what a refusal says in reason, hash of the content. */
static const char *
frames(struct span file)
{
	static char seen[200];
	struct span in;
	size_t at = 0;

	out.len = 0;
	reason[0] = content[0] = '\0';
	messages = 0;
	if (!letter_read(letter, file, SPAN_NONE, take, NULL))
		return "(nothing)";
	in = buf_span(&out);
	parcel_reset(parcel);
	for (;;) {
		enum parcel_kind k = parcel_next(parcel);
		const struct parcel_seen *s = parcel_seen(parcel);
		size_t cap, n;
		uint8_t *room;
		uint8_t hash[STORE_HASH];

		if (k == PARCEL_MORE && in.len == 0)
			break;
		if (k == PARCEL_MORE) {
			room = parcel_room(parcel, &cap);
			n = in.len < cap ? in.len : cap;
			memcpy(room, in.ptr, n);
			parcel_got(parcel, n);
			in = span_skip(in, n);
			continue;
		}
		if (at < sizeof(seen) - 1)
			seen[at++] = "?hreftpdTxbDB"[k];
		if (k == PARCEL_BAD)
			break;
		if (k == PARCEL_REFUSED)
			snprintf(reason, sizeof(reason), "%s: %.*s",
			    store_aside_name(s->refused.reason),
			    (int)s->refused.detail.len,
			    (const char *)s->refused.detail.ptr);
		if (k == PARCEL_ROW)
			messages += s->row.count;
		if (k == PARCEL_END) {
			parcel_content(parcel, hash);
			for (size_t i = 0; i < STORE_HASH; i++)
				snprintf(content + 2 * i, 3, "%02x",
				    hash[i]);
		}
	}
	seen[at] = '\0';
	return seen;
}

static void
same(struct span file, const char *want, const char *label)
{
	const char *got = frames(file);

	T_OK(strcmp(got, want) == 0, label);
	if (strcmp(got, want) != 0)
		printf("# got: %s\n# want: %s\n# %s\n", got, want, reason);
}

#define META "<report_metadata><org_name>R</org_name><email>a@r.example" \
	"</email><report_id>1</report_id><date_range><begin>1700000000" \
	"</begin><end>1700086399</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>example.org</domain><p>none</p>" \
	"</policy_published>"
#define RECORD "<record><row><source_ip>192.0.2.1</source_ip><count>3" \
	"</count><policy_evaluated><disposition>none</disposition><dkim>pass" \
	"</dkim><spf>fail</spf></policy_evaluated></row><identifiers>" \
	"<header_from>example.org</header_from></identifiers><auth_results>" \
	"<dkim><domain>example.org</domain><selector>s</selector><result>pass" \
	"</result></dkim></auth_results></record>"
#define REPORT "<?xml version=\"1.0\"?><feedback>" META POLICY RECORD \
	RECORD "</feedback>"

static struct span
gzipped(struct span s)
{
	static uint8_t room[64 << 10];
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)s.ptr,
		.avail_in = (uInt)s.len, .next_out = room,
		.avail_out = sizeof(room) };

	deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return (struct span){ room, z.total_out };
}

static void
aggregates(void)
{
	char plain[2 * STORE_HASH + 1];
	struct span z;
	uint8_t copy[64 << 10];

	same(SPAN(REPORT), "hrreD", "a report");
	T_INT(messages, 6, "its messages");
	strcpy(plain, content);
	z = gzipped(SPAN(REPORT));
	same(z, "hrreD", "gzipped");
	T_OK(strcmp(plain, content) == 0, "has the same content");
	same(SPAN("<feedback>" RECORD POLICY META RECORD "</feedback>"),
	    "hrrheD", "policy behind a row: the head once more");
	T_OK(strcmp(plain, content) == 0, "has the same content");
	same(SPAN("<feedback>" META POLICY "</feedback>"), "heD", "no rows");
	same(SPAN("<feedback>" META POLICY RECORD "<record/><record></record>"
	    "<record><row/></record>" RECORD "</feedback>"), "hrrheD",
	    "rows that say nothing are no rows");
	T_OK((parcel_seen(parcel)->head.deviations & AGGREGATE_D_MISSING)
	    != 0, "and noted");
	same(SPAN("<feedback>" META POLICY "<record><row><count>3</count>"
	    "</row></record></feedback>"), "hrheD", "messages of nobody are");
	same(SPAN("<feedback>" META POLICY RECORD), "hrheD", "no end: what "
	    "was there is read");
	T_OK((parcel_seen(parcel)->head.deviations & AGGREGATE_D_MALFORMED)
	    != 0, "and noted");
	same(SPAN("<feedback>" META POLICY "<record><row><count>3<"),
	    "heD", "half a row is none");
	same(SPAN("<feedback><report_metadata><org_name>R</org_name><email>"
	    "a@r.example</email><report_id>1</report_id><date_range><begin>"
	    "9999-12-31T23:59:60-23:59</begin><end>9999-12-31T23:59:60-23:59"
	    "</end></date_range></report_metadata>" POLICY RECORD
	    "</feedback>"), "hreD", "a period behind the last year");
	memcpy(copy, z.ptr, z.len);
	same((struct span){ copy, z.len - 9 }, "xD", "gzip, cut");
	T_OK(strstr(reason, "malformed: the compressed data end") == reason,
	    "is refused with the reason");
	copy[z.len - 7] ^= 1;
	same((struct span){ copy, z.len }, "xD", "gzip, another sum");
}

static void
mails(void)
{
	static const char arf[] = "From: fbl@r.example\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=feedback-report;"
	    " boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n--b\r\n"
	    "Content-Type: message/feedback-report\r\n\r\n"
	    "Feedback-Type: auth-failure\r\nUser-Agent: x/1\r\nVersion: 1\r\n"
	    "Auth-Failure: dmarc\r\nReported-Domain: example.org\r\n"
	    "Original-Mail-From: <jo@x.example>\r\nSource-IP: 192.0.2.9\r\n"
	    "Identity-Alignment: dkim\r\n"
	    "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
	    "From: \xff\xfe <jo@x.example>\r\nMessage-ID: <1@x>\r\n\r\n"
	    "--b--\r\n";
	static const char tls[] = "{\"organization-name\":\"R\","
	    "\"date-range\":{\"start-datetime\":\"2026-01-01T00:00:00Z\","
	    "\"end-datetime\":\"2026-01-01T23:59:59Z\"},"
	    "\"contact-info\":\"a@r.example\",\"report-id\":\"7\","
	    "\"policies\":[{\"policy\":{\"policy-type\":\"sts\","
	    "\"policy-domain\":\"example.org\",\"policy-string\":[\"a\","
	    "\"b\"]},\"summary\":{\"total-successful-session-count\":5,"
	    "\"total-failure-session-count\":2},\"failure-details\":[{"
	    "\"result-type\":\"certificate-expired\",\"sending-mta-ip\":"
	    "\"192.0.2.1\",\"failed-session-count\":2}]}]}";
	const struct parcel_seen *s = parcel_seen(parcel);

	same(assay_cstr(arf), "fD", "a failure report");
	same(assay_cstr(tls), "tpdTD", "a TLS report");
	T_INT(s->policy.good, 5, "sessions that were good");
	T_SPAN(s->policy.strings, SPAN("a\nb"), "its policy");
	T_SPAN(s->detail.type, SPAN("certificate-expired"), "what went wrong");
	same(gzipped(assay_cstr(tls)), "tpdTD", "gzipped");
	same(SPAN("{\"organization-name\":\"R\",\"policies\":3,}"), "xD",
	    "JSON that is none");
	same(SPAN("From: a@b.example\r\nSubject: hi\r\n\r\nHello.\r\n"), "D",
	    "a mail without a report");
	same(SPAN("From: mx@b.example\r\nMIME-Version: 1.0\r\nContent-Type: "
	    "multipart/report; report-type=delivery-status; boundary=b\r\n"
	    "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
	    "Reporting-MTA: dns; x\r\n\r\nAction: failed\r\n"
	    "Status: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
	    "\r\nMessage-ID: <1@x>\r\nContent-Type: text/xml\r\n\r\n" REPORT
	    "\r\n--b--\r\n"), "bD", "a bounce, and not the report in it");
	T_SPAN(s->bounce.message_id, SPAN("1@x"), "which came back");
	same(SPAN("hello"), "D", "a text");
	same(SPAN(""), "D", "nothing");
	same(SPAN("From: a@b.example\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	    "Content-Type: text/xml\r\n\r\n" REPORT "\r\n--b\r\n"
	    "Content-Type: text/xml\r\n\r\n" REPORT "\r\n--b--\r\n"),
	    "hrrehrreD", "a mail with two");
}

/* A row that no frame can hold as it is: what is left out is noted. */
static void
long_rows(void)
{
	static uint8_t room[1 << 20];
	struct buf b = BUF_ON(room);

	buf_str(&b, "<feedback>" META POLICY "<record><row><source_ip>"
	    "192.0.2.1</source_ip><count>3</count></row><identifiers>"
	    "<header_from>example.org</header_from></identifiers>"
	    "<auth_results>");
	for (int i = 0; i < 100; i++) {
		buf_str(&b, "<dkim><domain>d.example</domain><selector>");
		for (int k = 0; k < 30; k++)
			buf_str(&b, "0123456789012345678901234567890123456789"
			    "9");
		buf_str(&b, "</selector><result>pass</result></dkim>");
	}
	buf_str(&b, "</auth_results></record></feedback>");
	same(buf_span(&b), "hrheD", "a long row");
	T_INT(messages, 3, "is not lost");
	T_OK((parcel_seen(parcel)->row.deviations & (AGGREGATE_D_TOO_MANY |
	    AGGREGATE_D_TOO_LONG)) != 0, "and noted");
}

int
main(void)
{
	letter = letter_new();
	parcel = parcel_new();
	if (letter == NULL || parcel == NULL)
		return 1;
	aggregates();
	mails();
	long_rows();
	letter_free(letter);
	parcel_free(parcel);
	return t_done();
}
