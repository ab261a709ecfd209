/* SPDX-License-Identifier: Apache-2.0 */
#include "tlsrpt.h"

#include "base/limits.h"
#include "test/t.h"
#include "wire/addr.h"

#define HEAD "{\"organization-name\":\"O\",\"date-range\":{" \
	"\"start-datetime\":\"2016-04-01T00:00:00Z\"," \
	"\"end-datetime\":\"2016-04-01T23:59:59Z\"}," \
	"\"contact-info\":\"c@o.example\",\"report-id\":\"id\","
#define POLICY "\"policy\":{\"policy-type\":\"sts\",\"policy-string\":" \
	"[\"version: STSv1\",\"mode: testing\"],\"policy-domain\":" \
	"\"y.example\",\"mx-host\":[\"*.y.example\"]}"
#define SUMMARY "\"summary\":{\"total-successful-session-count\":5326," \
	"\"total-failure-session-count\":303}"
#define PLAIN HEAD "\"policies\":[{" POLICY "," SUMMARY "}]}"
#define PRINTED "O c@o.example id 1459468800-1459555199 "
#define FIRST "sts:y.example mx=*.y.example n=2 5326/303"

static const struct {
	const char *label;
	struct span in;
	const char *out;	/* "-N": deviation bit N */
} cases[] = {
	{ "as the RFC has it", SPAN_INIT(PLAIN), PRINTED FIRST },
	{ "mx-host as a string (appendix B)", SPAN_INIT(HEAD "\"policies\":[{"
	    "\"policy\":{\"policy-type\":\"tlsa\",\"policy-domain\":"
	    "\"Y.example\",\"policy-string\":[],\"mx-host\":\"mx.y.example\"}"
	    "," SUMMARY "}]}"),
	    PRINTED "tlsa:y.example mx=mx.y.example n=0 5326/303" },
	{ "failures", SPAN_INIT(HEAD "\"policies\":[{" POLICY "," SUMMARY
	    ",\"failure-details\":[{\"result-type\":\"certificate-expired\","
	    "\"sending-mta-ip\":\"2001:db8:abcd:0012::1\","
	    "\"receiving-ip\":\"::ffff:192.0.2.1\",\"receiving-mx-hostname\":"
	    "\"mx1\",\"receiving-mx-helo\":\"h\",\"failed-session-count\":100,"
	    "\"additional-information\":\"https://x/\",\"failure-reason-code\""
	    ":\"X509\"},{\"result-type\":\"of-tomorrow\","
	    "\"failed-session-count\":3}]}]}"),
	    PRINTED FIRST " (certificate-expired 100 2001:db8:abcd:12::1 "
	    "192.0.2.1 mx1 h https://x/ X509) (of-tomorrow 3)" },
	{ "one object where an array is asked", SPAN_INIT(HEAD "\"policies\":{"
	    POLICY "," SUMMARY ",\"failure-details\":{\"result-type\":"
	    "\"dane-required\",\"failed-session-count\":1}}}"),
	    PRINTED FIRST " (dane-required 1) -3" },
	{ "an array where one object is asked", SPAN_INIT("[" PLAIN "]"),
	    PRINTED FIRST " -3" },
	{ "two of them", SPAN_INIT("[" PLAIN "," PLAIN "]"),
	    PRINTED FIRST " -3 -10" },
	{ "one level up", SPAN_INIT(HEAD "\"policies\":[{\"policy-type\":"
	    "\"no-policy-found\",\"policy-domain\":\"y.example\","
	    "\"total-successful-session-count\":1,"
	    "\"total-failure-session-count\":0}]}"),
	    PRINTED "no-policy-found:y.example mx= n=0 1/0 -2" },
	{ "members are missing", SPAN_INIT("{\"policies\":[{}]}"),
	    "0-0 : mx= n=0 0/0 -2" },
	{ "null and no failures", SPAN_INIT(HEAD "\"policies\":[{" POLICY ","
	    SUMMARY ",\"failure-details\":null}]}"), PRINTED FIRST },
	{ "numbers as strings", SPAN_INIT(HEAD "\"policies\":[{" POLICY
	    ",\"summary\":{\"total-successful-session-count\":\"17\","
	    "\"total-failure-session-count\":\"x\"}}]}"),
	    PRINTED "sts:y.example mx=*.y.example n=2 17/0 -3 -4" },
	{ "numbers that are none", SPAN_INIT(HEAD "\"policies\":[{" POLICY
	    ",\"summary\":{\"total-successful-session-count\":-1,"
	    "\"total-failure-session-count\":1.5}}]}"),
	    PRINTED "sts:y.example mx=*.y.example n=2 0/0 -4" },
	{ "a number beyond 2^64", SPAN_INIT(HEAD "\"policies\":[{" POLICY
	    ",\"summary\":{\"total-successful-session-count\":"
	    "99999999999999999999,\"total-failure-session-count\":1e3}}]}"),
	    PRINTED "sts:y.example mx=*.y.example n=2 0/1000 -4" },
	{ "sums", SPAN_INIT(HEAD "\"policies\":[{" POLICY ",\"summary\":{"
	    "\"total-successful-session-count\":1,"
	    "\"total-failure-session-count\":0},\"failure-details\":[{"
	    "\"result-type\":\"tlsa-invalid\",\"failed-session-count\":2}]}]}"
	    ), PRINTED "sts:y.example mx=*.y.example n=2 1/0 "
	    "(tlsa-invalid 2) -9" },
	{ "words, addresses, domains of nobody", SPAN_INIT(HEAD
	    "\"policies\":[{\"policy\":{\"policy-type\":\"mine\","
	    "\"policy-string\":\"x\",\"policy-domain\":\"a..b\"}," SUMMARY
	    ",\"failure-details\":[{\"result-type\":\"tlsa-invalid\","
	    "\"sending-mta-ip\":\"here\",\"failed-session-count\":2}]}]}"),
	    PRINTED "mine: mx= n=1 5326/303 (tlsa-invalid 2) -3 -6 -7 -8" },
	{ "times", SPAN_INIT("{\"organization-name\":\"O\",\"contact-info\":"
	    "\"c\",\"report-id\":7,\"date-range\":{\"start-datetime\":"
	    "\"2016-04-02T00:00:00\",\"end-datetime\":"
	    "\"2016-04-01T00:00:00Z\"},\"policies\":[{" POLICY "," SUMMARY
	    "}]}"), "O c 7 1459555200-1459468800 " FIRST " -3 -5" },
	{ "a byte order mark, text behind", SPAN_INIT("\xef\xbb\xbf" PLAIN
	    "\n x"), PRINTED FIRST " -0 -1" },
	{ "latin 1", SPAN_INIT("{\"organization-name\":\"\xe4\","
	    "\"policies\":[{" POLICY "," SUMMARY "}]}"),
	    "\xef\xbf\xbd 0-0 " FIRST " -0 -2" },
	{ "a NUL in a name", SPAN_INIT("{\"organization-name\":\"a\\u0000b\","
	    "\"policies\":[{" POLICY "," SUMMARY "}]}"),
	    "ab 0-0 " FIRST " -2" },
};

static const struct {
	const char *label;
	struct span in;
	const char *why;
} refused[] = {
	{ "nothing", SPAN_INIT(""), "it is not JSON" },
	{ "cut off", SPAN_INIT("{\"policies\":[{"), "it is not JSON" },
	{ "another document", SPAN_INIT("{\"a\":1}"), "it has no policies" },
	{ "no object", SPAN_INIT("[1]"), "it is no report" },
	{ "policies of another kind", SPAN_INIT("{\"policies\":[1,\"x\"]}"),
	    "it has no policies" },
	{ "doubled members", SPAN_INIT("{\"policies\":[],\"policies\":[]}"),
	    "a member stands twice" },
};

static void
put(struct buf *b, struct span s)
{
	if (span_absent(s))
		return;
	/* NUL would end the expectation */
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != 0)
			buf_byte(b, s.ptr[i]);
	buf_byte(b, ' ');
}

static void
put_address(struct buf *b, const struct assay_addr *a)
{
	if (a->family == 0)
		return;
	addr_print(b, a);
	buf_byte(b, ' ');
}

static void
put_failure(struct buf *b, const struct tlsrpt_failure *f)
{
	buf_str(b, " (");
	put(b, f->result_text);
	buf_u64(b, f->sessions);
	buf_byte(b, ' ');
	put_address(b, &f->sending);
	put_address(b, &f->receiving);
	put(b, f->mx);
	put(b, f->helo);
	put(b, f->info);
	put(b, f->code);
	b->len--;
	buf_byte(b, ')');
}

static void
print(struct buf *b, const struct tlsrpt *r)
{
	put(b, r->organization);
	put(b, r->contact);
	put(b, r->report_id);
	buf_u64(b, (uint64_t)r->start);
	buf_byte(b, '-');
	buf_u64(b, (uint64_t)r->end);
	for (size_t i = 0; i < r->n_policy; i++) {
		const struct tlsrpt_policy *p = &r->policy[i];

		buf_byte(b, ' ');
		buf_put(b, p->type_text);
		buf_byte(b, ':');
		buf_put(b, p->domain.name);
		buf_str(b, " mx=");
		for (size_t k = 0; k < p->n_mx; k++)
			buf_put(b, p->mx[k]);
		buf_str(b, " n=");
		buf_u64(b, p->n_string);
		buf_byte(b, ' ');
		buf_u64(b, p->successful);
		buf_byte(b, '/');
		buf_u64(b, p->failed);
		for (size_t k = 0; k < p->n_failure; k++)
			put_failure(b, &p->failure[k]);
	}
	for (unsigned bit = 0; bit < 11; bit++)
		if (r->deviations >> bit & 1) {
			buf_str(b, " -");
			buf_u64(b, bit);
		}
}

static void
limits(struct arena *a)
{
	struct buf b = arena_buf(a, 9 << 20);
	struct tlsrpt r;
	const char *why;

	for (unsigned i = 0; i < 5000; i++)
		buf_byte(&b, '[');
	T_OK(!tlsrpt_read(&r, buf_span(&b), &why, a), "5,000 levels");
	T_SPAN(assay_cstr(why), SPAN("nested too deeply"), "... why");
	b.len = 0;
	for (unsigned i = 0; i <= LIMIT_TLSRPT_BYTES; i++)
		buf_byte(&b, ' ');
	T_OK(!tlsrpt_read(&r, buf_span(&b), &why, a), "8 MiB");
	T_SPAN(assay_cstr(why), SPAN("too long"), "... why");
	b.len = 0;
	for (unsigned i = 0; i <= LIMIT_TLSRPT_VALUES; i++)
		buf_byte(&b, ',');
	T_OK(!tlsrpt_read(&r, buf_span(&b), &why, a), "values");
	b.len = 0;
	buf_str(&b, HEAD "\"policies\":[{" POLICY "," SUMMARY
	    ",\"failure-details\":[{}");
	for (unsigned i = 0; i < LIMIT_TLSRPT_FAILURES; i++)
		buf_str(&b, ",{}");
	buf_str(&b, "]}]}");
	T_OK(tlsrpt_read(&r, buf_span(&b), &why, a) &&
	    r.policy[0].n_failure == LIMIT_TLSRPT_FAILURES &&
	    (r.deviations & TLSRPT_D_TOO_MANY) != 0, "failures");
	b.len = 0;
	buf_str(&b, "{\"organization-name\":\"");
	for (unsigned i = 0; i < LIMIT_TLSRPT_TEXT; i++)
		buf_str(&b, "\xe2\x82\xac");
	buf_str(&b, "\",\"policies\":[{}]}");
	T_OK(tlsrpt_read(&r, buf_span(&b), &why, a) &&
	    r.organization.len % 3 == 0 &&
	    r.organization.len + 3 > LIMIT_TLSRPT_TEXT, "a long text");
}

int
main(void)
{
	ROOM(room, 2000);
	const char *why;
	struct tlsrpt r;
	struct arena a;

	arena_init(&a, 64 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_ON(room);

		T_OK(tlsrpt_read(&r, cases[i].in, &why, &a), cases[i].label);
		print(&b, &r);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].out),
		    cases[i].label);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		T_OK(!tlsrpt_read(&r, refused[i].in, &why, &a),
		    refused[i].label);
		T_SPAN(assay_cstr(why), assay_cstr(refused[i].why),
		    refused[i].label);
	}
	limits(&a);
	arena_free(&a);
	arena_init(&a, 100);
	T_OK(!tlsrpt_read(&r, SPAN(PLAIN), &why, &a) && a.failed,
	    "no memory");
	arena_free(&a);
	return t_done();
}
