/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "test/t.h"

static struct reading *reading;
static struct parcel *parcel;
static char said[4096];

static void
say(const char *words)
{
	size_t n = strlen(said);

	snprintf(said + n, sizeof(said) - n, "%s ", words);
}

static void
say_frame(enum parcel_kind kind)
{
	const struct parcel_seen *s = parcel_seen(parcel);
	char words[300];

	words[0] = '\0';
	switch (kind) {
	case PARCEL_HEAD:
		snprintf(words, sizeof(words), "head:%.*s",
		    (int)s->head.policy.domain.len,
		    (const char *)s->head.policy.domain.ptr);
		break;
	case PARCEL_ROW:
		snprintf(words, sizeof(words), "row:%llu",
		    (unsigned long long)s->row.count);
		break;
	case PARCEL_END:
		snprintf(words, sizeof(words), "end:%u/%llu", s->sum.rows,
		    (unsigned long long)s->sum.messages);
		break;
	case PARCEL_FAILURE:
		snprintf(words, sizeof(words), "failure:%.*s",
		    (int)s->failure.reporter.len,
		    (const char *)s->failure.reporter.ptr);
		break;
	case PARCEL_TLS: snprintf(words, sizeof(words), "tls"); break;
	case PARCEL_POLICY:
		snprintf(words, sizeof(words), "policy:%llu/%llu",
		    (unsigned long long)s->policy.good,
		    (unsigned long long)s->policy.bad);
		break;
	case PARCEL_DETAIL:
		snprintf(words, sizeof(words), "detail:%llu",
		    (unsigned long long)s->detail.sessions);
		break;
	case PARCEL_TLS_END: snprintf(words, sizeof(words), "tls-end"); break;
	case PARCEL_REFUSED:
		snprintf(words, sizeof(words), "refused:%s",
		    store_aside_name(s->refused.reason));
		break;
	case PARCEL_DONE: snprintf(words, sizeof(words), "done"); break;
	case PARCEL_BAD: snprintf(words, sizeof(words), "BAD"); break;
	case PARCEL_MORE: return;
	}
	say(words);
}

static void
take(struct span frames)
{
	enum parcel_kind kind;

	while (frames.len > 0) {
		size_t cap;
		uint8_t *room = parcel_room(parcel, &cap);
		size_t n = frames.len < cap ? frames.len : cap;

		memcpy(room, frames.ptr, n);
		parcel_got(parcel, n);
		frames = span_skip(frames, n);
		while ((kind = parcel_next(parcel)) != PARCEL_MORE) {
			say_frame(kind);
			if (kind == PARCEL_BAD)
				return;
		}
	}
}

static void
reads(const char *bytes, const char *want, const char *label)
{
	static uint8_t room[2 * PARCEL_FRAME];
	bool more = true;

	said[0] = '\0';
	parcel_reset(parcel);
	reading_start(reading, assay_cstr(bytes), SPAN_NONE);
	while (more) {
		struct buf b = BUF_ON(room);
		more = reading_more(reading, &b);
		take(buf_span(&b));
	}
	T_SPAN(assay_cstr(said), assay_cstr(want), label);
}

#define HEAD "<report_metadata><org_name>o</org_name><email>a@r.example" \
	"</email><report_id>1</report_id><date_range><begin>1</begin>" \
	"<end>2</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>d.example</domain><p>none</p>" \
	"</policy_published>"
#define ROW(n) "<record><row><source_ip>192.0.2.1</source_ip><count>" n \
	"</count><policy_evaluated><disposition>none</disposition></policy_" \
	"evaluated></row><identifiers><header_from>d.example</header_from>" \
	"</identifiers></record>"
#define TLS "{\"organization-name\":\"o\",\"date-range\":{\"start-datetime\"" \
	":\"2026-01-01T00:00:00Z\",\"end-datetime\":\"2026-01-01T23:59:59Z\"" \
	"},\"contact-info\":\"a@r.example\",\"report-id\":\"1\",\"policies\":" \
	"[{\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"d.example\""\
	"},\"summary\":{\"total-successful-session-count\":7," \
	"\"total-failure-session-count\":2},\"failure-details\":[{" \
	"\"result-type\":\"certificate-expired\",\"failed-session-count\":2}]" \
	"}]}"
#define ARF "From: Mail System <fbl@r.example>\r\nMIME-Version: 1.0\r\n" \
	"Content-Type: multipart/report; report-type=feedback-report; " \
	"boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n" \
	"--b\r\nContent-Type: message/feedback-report\r\n\r\n" \
	"Feedback-Type: abuse\r\nVersion: 1\r\nUser-Agent: x\r\n\r\n--b\r\n" \
	"Content-Type: text/rfc822-headers\r\n\r\nFrom: a@d.example\r\n\r\n" \
	"--b--\r\n"

int
main(void)
{
	reading = reading_new();
	parcel = parcel_new();
	if (reading == NULL || parcel == NULL)
		return 1;
	reads("<feedback>" HEAD POLICY ROW("3") ROW("4") "</feedback>",
	    "head:d.example row:3 row:4 end:2/7 done ", "an aggregate report");
	reads("<feedback>" HEAD ROW("3") POLICY "</feedback>",
	    "head: row:3 head:d.example end:1/3 done ",
	    "its policy behind its rows");
	reads("<feedback>" HEAD POLICY "</feedback>",
	    "head:d.example end:0/0 done ", "one without rows");
	reads(TLS, "tls policy:7/2 detail:2 tls-end done ", "a TLS report");
	reads(ARF, "failure:fbl@r.example done ", "a feedback report");
	reads("hello", "refused:no-report done ", "nothing of ours");
	reads("", "refused:no-report done ", "nothing at all");
	reads("From: a@b.example\r\n\r\nhello\r\n",
	    "refused:no-report done ", "a mail like another");
	reads("\x1f\x8b\x08rubbish", "refused:unreadable done ",
	    "no gzip behind its first octets");
	reads("<feedback><!DOCTYPE x>" HEAD POLICY "</feedback>",
	    "refused:malformed done ", "a document type");
	reads("{\"organization-name\":", "refused:malformed done ",
	    "half of a TLS report");
	reading_free(reading);
	parcel_free(parcel);
	return t_done();
}
