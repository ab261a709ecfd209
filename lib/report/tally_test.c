/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tally.h"

#include "base/limits.h"

#include <stdlib.h>

#include "test/t.h"

static const struct aggregate_reason reason[] = {
	{ AGGREGATE_TEST_MODE, { NULL, 0 } },
	{ AGGREGATE_LOCAL_POLICY, SPAN_INIT("quarantine, not reject") },
};
static const struct aggregate_dkim dkim[] = {
	{ SPAN_INIT("example.com"), SPAN_INIT("s1"), { NULL, 0 },
	  AGGREGATE_R_PASS },
	{ SPAN_INIT("list.example"), SPAN_INIT("s2"),
	  SPAN_INIT("dkim-body-hash"), AGGREGATE_R_FAIL },
};
static const struct aggregate_spf spf[] = {
	{ SPAN_INIT("bounce.example.com"), { NULL, 0 }, AGGREGATE_MFROM,
	  AGGREGATE_R_SOFTFAIL },
};

static struct tally
sample(void)
{
	struct tally t = {
		.day = 20000, .letter = true,
		.policy = { .domain = SPAN("example.com"),
			.p = AGGREGATE_REJECT, .np = AGGREGATE_QUARANTINE,
			.adkim = 's', .aspf = 'r', .testing = 1, .pct = -1,
			.discovery = AGGREGATE_TREEWALK,
			.fo = SPAN("1:d") },
		.rua = SPAN("a@example.com,b@third.example"),
		.error = SPAN("sp=blok: not a value of this tag"),
		.row = { .source = { 4, { 192, 0, 2, 1 } }, .count = 7,
			.disposition = AGGREGATE_QUARANTINE,
			.dkim = AGGREGATE_ALIGNED_FAIL,
			.spf = AGGREGATE_ALIGNED_PASS,
			.reason = reason, .n_reason = 2,
			.header_from = SPAN("news.example.com"),
			.envelope_from = SPAN(""),
			.auth_dkim = dkim, .n_dkim = 2,
			.auth_spf = spf, .n_spf = 1 } };
	return t;
}

static uint8_t room[LIMIT_TALLY_BYTES];

static struct span
put(const struct tally *t)
{
	struct buf b = BUF_ON(room);

	tally_put(&b, t);
	return b.full ? SPAN_NONE : buf_span(&b);
}

static void
test_policy(const struct tally *t, struct span in)
{
	struct aggregate_policy p;

	T_OK(tally_policy(&p, in), "the policy");
	T_SPAN(p.domain, t->policy.domain, "its domain");
	T_INT(p.p, t->policy.p, "p");
	T_INT(p.sp, t->policy.sp, "sp, unsaid");
	T_INT(p.np, t->policy.np, "np");
	T_INT(p.adkim, 's', "adkim");
	T_INT(p.aspf, 'r', "aspf");
	T_INT(p.testing, 1, "testing");
	T_INT(p.pct, -1, "no pct");
	T_INT(p.discovery, AGGREGATE_TREEWALK, "discovery");
	T_SPAN(p.fo, t->policy.fo, "fo");
}

static void
test_row(const struct tally *t, struct span in, struct arena *a)
{
	struct aggregate_row r;

	T_OK(tally_row(&r, in, a), "the row");
	T_INT(r.count, 1, "one message");
	T_INT(r.source.family, 4, "an address");
	T_OK(memcmp(r.source.bytes, t->row.source.bytes, 16) == 0,
	    "the address");
	T_INT(r.disposition, AGGREGATE_QUARANTINE, "disposition");
	T_INT(r.dkim, AGGREGATE_ALIGNED_FAIL, "DKIM");
	T_INT(r.spf, AGGREGATE_ALIGNED_PASS, "SPF");
	T_INT(r.n_reason, 2, "reasons");
	T_INT(r.reason[0].type, AGGREGATE_TEST_MODE, "the first");
	T_SPAN(r.reason[0].comment, SPAN_NONE, "has no comment");
	T_SPAN(r.reason[1].comment, reason[1].comment, "the second has");
	T_SPAN(r.header_from, t->row.header_from, "author");
	T_SPAN(r.envelope_from, SPAN(""), "the null path");
	T_SPAN(r.envelope_to, SPAN_NONE, "no recipient");
	T_INT(r.n_dkim, 2, "signatures");
	T_SPAN(r.auth_dkim[1].domain, dkim[1].domain, "domain");
	T_SPAN(r.auth_dkim[1].selector, dkim[1].selector, "selector");
	T_SPAN(r.auth_dkim[1].human, dkim[1].human, "why");
	T_INT(r.auth_dkim[1].result, AGGREGATE_R_FAIL, "result");
	T_INT(r.n_spf, 1, "SPF");
	T_SPAN(r.auth_spf->domain, spf->domain, "domain");
	T_INT(r.auth_spf->result, AGGREGATE_R_SOFTFAIL, "result");
	T_INT(r.auth_spf->scope, AGGREGATE_MFROM, "scope");
}

/* What makes another report, or another row, and what does not. */
static void
test_keys(struct arena *a)
{
	struct tally t = sample(), u = sample();
	struct tally_parts p, q;
	struct span in = arena_dup(a, put(&t));

	u.rua = SPAN("c@example.com");
	u.error = SPAN_NONE;
	u.day++;
	u.letter = false;
	u.row.count = 9;
	T_OK(tally_split(&p, in, a) && tally_split(&q, put(&u), a),
	    "both read");
	T_SPAN(p.policy, q.policy, "the same policy");
	T_SPAN(p.row, q.row, "the same row");
	T_OK(p.day != q.day, "another day");
	u.policy.testing = 0;
	u.row.envelope_from = SPAN_NONE;
	T_OK(tally_split(&q, put(&u), a), "read");
	T_OK(!span_eq(p.policy, q.policy), "t=y is another policy");
	T_OK(!span_eq(p.row, q.row), "no envelope is another row");
}

/* RFC 9990 3.1.3: at most 100 signatures; texts stay one line. */
static void
test_bounds(struct arena *a)
{
	static struct aggregate_dkim many[150];
	static char big[300];
	struct tally t = sample();
	struct tally_parts p;
	struct aggregate_row r;

	memset(big, 'x', sizeof(big) - 1);
	big[3] = '\r';
	big[4] = '\n';
	big[5] = (char)0xff;
	for (size_t i = 0; i < 150; i++)
		many[i] = (struct aggregate_dkim){ assay_cstr("d.example"),
			SPAN("s"), assay_cstr(big), AGGREGATE_R_FAIL };
	t.row.auth_dkim = many;
	t.row.n_dkim = 150;
	t.error = assay_cstr(big);
	T_OK(tally_split(&p, put(&t), a), "read");
	T_INT(p.error.len, LIMIT_TALLY_TEXT, "an error is cut");
	T_SPAN(span_head(p.error, 8), SPAN("xxx???xx"), "and one line");
	T_OK(tally_row(&r, p.row, a), "the row");
	T_INT(r.n_dkim, 100, "a hundred signatures");
}

static void
test_refused(struct arena *a)
{
	static const char *const bad[] = { "", ",", "a@b,", ",a@b", "a", "@b",
	    "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<c@d>", "<a@b>", "a@b>",
	    "\"a\"@b", "a@b,,c@d", "a@[192.0.2.1]", "a\x80@b",
	    "a@1,a@2,a@3,a@4,a@5,a@6,a@7,a@8,a@9,a@10,a@11" };
	struct tally t = sample();
	struct tally_parts p;
	struct span in, one, list;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		t.rua = assay_cstr(bad[i]);
		T_OK(!tally_split(&p, put(&t), a), bad[i]);
	}
	t = sample();
	t.row.source.family = 0;
	T_OK(!tally_split(&p, put(&t), a), "no address");
	t = sample();
	t.policy.p = AGGREGATE_PASS;
	T_OK(!tally_split(&p, put(&t), a), "p=pass");
	t = sample();
	in = arena_dup(a, put(&t));
	for (size_t i = 0; i < in.len; i++) {
		one = span_head(in, i);
		if (tally_split(&p, one, a))
			T_INT(i, in.len, "cut short");
	}
	list = SPAN("a@b,c@d");
	T_OK(tally_address(&list, &one), "the first");
	T_SPAN(one, SPAN("a@b"), "address");
	T_OK(tally_address(&list, &one), "the second");
	T_SPAN(one, SPAN("c@d"), "address");
	T_OK(!tally_address(&list, &one), "no third");
}

int
main(void)
{
	struct tally t = sample();
	struct tally_parts p;
	struct arena a;
	struct span in;

	arena_init(&a, 16 << 20);
	in = arena_dup(&a, put(&t));
	T_OK(tally_split(&p, in, &a), "there and back");
	T_INT(p.day, 20000, "the day");
	T_OK(p.letter, "a letter");
	T_SPAN(p.rua, t.rua, "where to");
	T_SPAN(p.error, t.error, "what is wrong");
	test_policy(&t, p.policy);
	test_row(&t, p.row, &a);
	test_keys(&a);
	test_bounds(&a);
	test_refused(&a);
	arena_free(&a);
	return t_done();
}
