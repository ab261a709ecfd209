/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is written is read back as the same; reports are drawn from a seed.
 * With --print SEED the report of that seed goes to stdout, for others to
 * read; --print-7489 in the old form; -tame behind it: without texts that
 * are there to break a reader.
 */
#include "report/aggregate_out.h"

#include <stdlib.h>

#include "base/limits.h"
#include "report/aggregate_read.h"
#include "test/t.h"
#include "wire/addr.h"

enum { ROWS = 5, ENTRIES = 6, TEXTS = 4096 };

/* A report, its texts beside it. */
struct made {
	struct aggregate_head head;
	struct aggregate_row row[ROWS];
	struct aggregate_reason reason[ROWS][ENTRIES];
	struct aggregate_dkim dkim[ROWS][ENTRIES];
	struct aggregate_spf spf[ROWS];
	size_t n;
	struct buf text;
	uint8_t room[TEXTS];
	uint64_t state;
	bool old, tame;
};

static uint64_t
draw(struct made *m, uint64_t below)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return (m->state >> 11) % below;
}

static struct span
text(struct made *m)
{
	static const char *const piece[] = { "a", "<", "&amp;", "]]>", "\"",
	    "'", ">", "\xc3\xa4", "\xf0\x9f\x93\xab", "=", "x y", "<!--" };
	size_t at = m->text.len;

	if (m->tame)
		return SPAN("mail.d.example");
	buf_str(&m->text, "t");
	for (uint64_t n = draw(m, 6); n > 0; n--)
		buf_str(&m->text, piece[draw(m, 12)]);
	return span_skip(buf_span(&m->text), at);
}

static struct span
name(struct made *m)
{
	static const char *const names[] = { "d.example", "a.d.example",
	    "e.example", "xn--mller-kva.example", "_x.d.example" };

	return assay_cstr(names[draw(m, m->tame ? 3 : 5)]);
}

static struct span
maybe(struct made *m, struct span s)
{
	return draw(m, 2) == 0 ? SPAN_NONE : s;
}

static void
make_head(struct made *m)
{
	struct aggregate_head *h = &m->head;

	h->org_name = text(m);
	h->email = text(m);
	h->extra_contact = maybe(m, text(m));
	h->report_id = text(m);
	h->error = maybe(m, text(m));
	h->begin = (int64_t)draw(m, 2000000000) + 1;
	h->end = h->begin + (int64_t)draw(m, 200000);
	h->policy.domain = name(m);
	h->policy.p = draw(m, 2) == 0 ? AGGREGATE_NONE : AGGREGATE_REJECT;
	h->policy.sp = AGGREGATE_QUARANTINE;
	h->policy.adkim = draw(m, 2) == 0 ? 'r' : 's';
	h->policy.aspf = 's';
	h->policy.fo = SPAN("1:d");
	h->policy.pct = h->policy.testing = -1;
	if (m->old) {
		h->policy.pct = (int16_t)draw(m, 101);
		return;
	}
	h->generator = maybe(m, text(m));
	h->policy.np = draw(m, 2) == 0 ? AGGREGATE_UNSAID : AGGREGATE_REJECT;
	h->policy.testing = (int8_t)draw(m, 2);
	h->policy.discovery = AGGREGATE_TREEWALK;
}

static void
make_dkim(struct made *m, size_t i)
{
	struct aggregate_row *r = &m->row[i];

	/* passing ones first: so they are written */
	r->auth_dkim = m->dkim[i];
	r->n_dkim = draw(m, ENTRIES);
	for (size_t k = 0; k < r->n_dkim; k++)
		m->dkim[i][k] = (struct aggregate_dkim){ .domain = k == 0 ?
			r->header_from : SPAN("other.test"),
			.selector = SPAN("s1"),
			.human = maybe(m, text(m)),
			.result = k < 2 ? AGGREGATE_R_PASS :
			AGGREGATE_R_PERMERROR };
}

static void
make_row(struct made *m, size_t i)
{
	static const enum aggregate_why whys[] = { AGGREGATE_LOCAL_POLICY,
	    AGGREGATE_MAILING_LIST, AGGREGATE_OTHER_REASON };
	struct aggregate_row *r = &m->row[i];

	if (draw(m, 2) == 0)
		addr_parse4(&r->source, SPAN("192.0.2.1"));
	else
		addr_parse6(&r->source, SPAN("2001:db8::25"));
	r->count = draw(m, 1 << 30);
	r->disposition = draw(m, 2) == 0 ? AGGREGATE_NONE : AGGREGATE_REJECT;
	r->dkim = draw(m, 2) == 0 ? AGGREGATE_ALIGNED_PASS :
	    AGGREGATE_ALIGNED_FAIL;
	r->spf = AGGREGATE_ALIGNED_FAIL;
	r->header_from = name(m);
	r->envelope_from = draw(m, 3) == 0 ? SPAN("") : text(m);
	r->envelope_to = maybe(m, text(m));
	r->reason = m->reason[i];
	r->n_reason = draw(m, 3);
	for (size_t k = 0; k < r->n_reason; k++)
		m->reason[i][k] = (struct aggregate_reason){
			.type = whys[draw(m, 3)], .comment = text(m) };
	make_dkim(m, i);
	r->auth_spf = &m->spf[i];
	r->n_spf = m->old ? 1 : draw(m, 2);
	m->spf[i] = (struct aggregate_spf){ .domain = name(m),
		.scope = AGGREGATE_MFROM, .result = AGGREGATE_R_SOFTFAIL };
}

static void
make(struct made *m, uint64_t seed, bool old, bool tame)
{
	*m = (struct made){ .state = seed * 0x9e3779b97f4a7c15u + 1,
		.old = old, .tame = tame };
	m->text = (struct buf){ m->room, 0, TEXTS, false };
	draw(m, 2);
	make_head(m);
	m->n = draw(m, ROWS) + 1;
	for (size_t i = 0; i < m->n; i++)
		make_row(m, i);
	if (m->text.full)
		abort();
}

/* ---- writing and reading -------------------------------------------- */

static uint8_t mem[1 << 20];

static bool
take(void *ctx, struct span s)
{
	struct buf *b = ctx;

	buf_put(b, s);
	return !b->full;
}

static enum assay_status
write_all(const struct made *m, struct buf *b)
{
	struct aggregate_out o;

	aggregate_out_start(&o, m->old ? AGGREGATE_FORM_7489 :
	    AGGREGATE_FORM_9990, &m->head, take, b);
	for (size_t i = 0; i < m->n; i++)
		aggregate_out_row(&o, &m->row[i]);
	return aggregate_out_end(&o);
}

static bool
same(struct span a, struct span b)
{
	return span_absent(a) == span_absent(b) && span_eq(a, b);
}

static bool
same_auth(const struct aggregate_row *a, const struct aggregate_row *b)
{
	bool ok = a->n_dkim == b->n_dkim && a->n_spf == b->n_spf &&
	    a->n_reason == b->n_reason;

	for (size_t i = 0; ok && i < a->n_dkim; i++)
		ok = same(a->auth_dkim[i].domain, b->auth_dkim[i].domain) &&
		    same(a->auth_dkim[i].selector,
		    b->auth_dkim[i].selector) &&
		    same(a->auth_dkim[i].human, b->auth_dkim[i].human) &&
		    a->auth_dkim[i].result == b->auth_dkim[i].result;
	for (size_t i = 0; ok && i < a->n_spf; i++)
		ok = same(a->auth_spf[i].domain, b->auth_spf[i].domain) &&
		    a->auth_spf[i].scope == b->auth_spf[i].scope &&
		    a->auth_spf[i].result == b->auth_spf[i].result;
	for (size_t i = 0; ok && i < a->n_reason; i++)
		ok = a->reason[i].type == b->reason[i].type &&
		    same(a->reason[i].comment, b->reason[i].comment);
	return ok;
}

static bool
same_row(const struct aggregate_row *a, const struct aggregate_row *b)
{
	return addr_eq(&a->source, &b->source) && a->count == b->count &&
	    a->disposition == b->disposition && a->dkim == b->dkim &&
	    a->spf == b->spf && same(a->header_from, b->header_from) &&
	    same(a->envelope_from, b->envelope_from) &&
	    same(a->envelope_to, b->envelope_to) && same_auth(a, b) &&
	    b->deviations == 0;
}

static bool
same_head(const struct aggregate_head *a, const struct aggregate_head *b)
{
	const struct aggregate_policy *p = &a->policy, *q = &b->policy;

	return same(a->org_name, b->org_name) && same(a->email, b->email) &&
	    same(a->extra_contact, b->extra_contact) &&
	    same(a->report_id, b->report_id) && same(a->error, b->error) &&
	    same(a->generator, b->generator) && a->begin == b->begin &&
	    a->end == b->end && same(p->domain, q->domain) && p->p == q->p &&
	    p->sp == q->sp && p->np == q->np && p->adkim == q->adkim &&
	    p->aspf == q->aspf && p->testing == q->testing &&
	    p->pct == q->pct && p->discovery == q->discovery &&
	    same(p->fo, q->fo) && b->deviations == 0;
}

static struct aggregate *g;

static bool
comes_back(const struct made *m, struct span doc)
{
	size_t n = 0;

	aggregate_start(g);
	for (;;)
		switch (aggregate_next(g)) {
		case AGGREGATE_NEED:
			aggregate_feed(g, doc, true);
			break;
		case AGGREGATE_ROW:
			if (n == m->n ||
			    !same_row(&m->row[n], aggregate_row(g)))
				return false;
			n++;
			break;
		case AGGREGATE_END:
			return n == m->n && same_head(&m->head,
			    aggregate_head(g));
		case AGGREGATE_BAD:
			return false;
		}
}

static void
round_trips(void)
{
	static struct made m;

	for (unsigned old = 0; old < 2; old++) {
		bool ok = true;
		for (uint64_t seed = 0; seed < 500; seed++) {
			struct buf b = BUF_ON(mem);
			make(&m, seed, old == 1, false);
			ok = ok && write_all(&m, &b) == ASSAY_OK &&
			    comes_back(&m, buf_span(&b));
			if (!ok) {
				printf("# seed %u\n", (unsigned)seed);
				t_show("written", buf_span(&b));
				break;
			}
		}
		T_OK(ok, old == 0 ? "RFC 9990: what is written is read back" :
		    "RFC 7489: what is written is read back");
	}
}

/* ---- single things -------------------------------------------------- */

static const char *
has(const struct buf *b, const char *s)
{
	return span_search(buf_span(b), assay_cstr(s)) < b->len ? s : NULL;
}

static void
one(struct buf *b, bool old, const struct aggregate_row *r)
{
	struct aggregate_head h = { .policy = { .domain = SPAN("d.example"),
		.testing = -1, .pct = -1 } };
	struct aggregate_out o;

	b->len = 0;
	aggregate_out_start(&o, old ? AGGREGATE_FORM_7489 :
	    AGGREGATE_FORM_9990, &h, take, b);
	aggregate_out_row(&o, r);
	T_OK(aggregate_out_end(&o) == ASSAY_OK, "a report of one row");
}

static void
defaults(void)
{
	struct aggregate_reason why[] = { { AGGREGATE_FORWARDED, SPAN_NONE },
	    { AGGREGATE_TEST_MODE, SPAN_NONE } };
	struct aggregate_spf spf[] = { { .domain = SPAN("h.example"),
		.scope = AGGREGATE_HELO, .result = AGGREGATE_R_POLICY },
	    { .domain = SPAN("second.example") } };
	struct aggregate_row r = { .disposition = AGGREGATE_PASS,
		.reason = why, .n_reason = 2, .auth_spf = spf, .n_spf = 2,
		.source_text = SPAN("?"), .header_from = SPAN("\x01\xff\t<") };
	struct buf b = BUF_ON(mem);

	one(&b, false, &r);
	T_OK(has(&b, "<p>none</p>") && !has(&b, "<sp>") && !has(&b, "pct"),
	    "RFC 9990: defaults of the policy");
	T_OK(has(&b, "<disposition>pass<") && has(&b, "<dkim>fail</dkim>"),
	    "... of what was evaluated");
	T_OK(has(&b, "<type>other</type>\n          <comment>forwarded<") &&
	    has(&b, "<type>policy_test_mode<"), "... reasons");
	T_OK(!has(&b, "second.example") && !has(&b, "<scope>") &&
	    has(&b, "<result>policy<"), "... one SPF result");
	T_OK(has(&b, "<header_from>\xef\xbf\xbd\xef\xbf\xbd &lt;<"),
	    "... what XML cannot hold");
	one(&b, true, &r);
	T_OK(has(&b, "<p>none</p>\n    <sp>none</sp>\n    <pct>100</pct>\n"
	    "    <fo>0</fo>"), "RFC 7489: defaults of the policy");
	T_OK(has(&b, "<disposition>none<") && has(&b, "<type>forwarded<") &&
	    has(&b, "<comment>policy_test_mode<"), "... reasons");
	T_OK(has(&b, "<scope>helo<") && has(&b, "second.example"),
	    "... SPF results");
	r.n_spf = 0;
	one(&b, true, &r);
	T_OK(has(&b, "<spf>\n        <domain>\xef\xbf\xbd"),
	    "... there is always one");
}

static void
order_of_signatures(void)
{
	static struct aggregate_dkim d[LIMIT_AGGREGATE_DKIM + 10];
	struct aggregate_row r = { .auth_dkim = d, .header_from =
		SPAN("a.d.example"), .n_dkim = LIMIT_AGGREGATE_DKIM + 10 };
	struct buf b = BUF_ON(mem);
	size_t n = 0, at[4];
	struct span s;

	for (size_t i = 0; i < r.n_dkim; i++)
		d[i] = (struct aggregate_dkim){ .domain = SPAN("fail.test"),
			.result = AGGREGATE_R_FAIL };
	d[50] = (struct aggregate_dkim){ .domain = SPAN("pass.test"),
		.result = AGGREGATE_R_PASS };
	d[70] = (struct aggregate_dkim){ .domain = SPAN("b.d.example"),
		.result = AGGREGATE_R_PASS };
	d[105] = (struct aggregate_dkim){ .domain = SPAN("A.d.example"),
		.result = AGGREGATE_R_PASS };
	one(&b, false, &r);
	s = buf_span(&b);
	at[0] = span_search(s, SPAN("<domain>A.d.example"));
	at[1] = span_search(s, SPAN("<domain>b.d.example"));
	at[2] = span_search(s, SPAN("<domain>pass.test"));
	at[3] = span_search(s, SPAN("<domain>fail.test"));
	T_OK(at[0] < at[1] && at[1] < at[2] && at[2] < at[3] &&
	    at[3] < s.len, "strict, relaxed, other, not pass");
	while ((at[0] = span_search(s, SPAN("</selector>"))) < s.len) {
		s = span_skip(s, at[0] + 1);
		n++;
	}
	T_INT(n, LIMIT_AGGREGATE_DKIM, "as many as may be");
}

static bool
refuse(void *ctx, struct span s)
{
	(void)ctx;
	(void)s;
	return false;
}

static void
failures(void)
{
	struct aggregate_head h = { .begin = 1 };
	struct aggregate_row r = { .count = 1 };
	struct buf b = BUF_ON(mem);
	struct aggregate_out o;

	aggregate_out_start(&o, AGGREGATE_FORM_9990, &h, take, &b);
	T_INT(aggregate_out_end(&o), ASSAY_MISUSE, "no rows");
	aggregate_out_start(&o, AGGREGATE_FORM_9990, &h, refuse, NULL);
	aggregate_out_row(&o, &r);
	T_INT(aggregate_out_end(&o), ASSAY_IO, "nobody takes it");
}

/* ---- names ---------------------------------------------------------- */

static const struct { const char *id; bool valid; } ids[] = {
	{ "1721054318-example.com@example.org", true },
	{ "<a@b>", true }, { "a", true }, { "a.b", true }, { "", false },
	{ "<>", false }, { "a@", false }, { "@b", false }, { "a b", false },
	{ "a..b", false }, { ".a", false }, { "a.", false },
	{ "a@b@c", false }, { "a:b", false }, { "a\r\nb", false },
	{ "a>", false }, { "\xc3\xa4", false },
};

static void
names(void)
{
	uint8_t room[400];
	struct buf b = BUF_ON(room);
	bool ok = true;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		ok = ok && aggregate_id_valid(assay_cstr(ids[i].id)) ==
		    ids[i].valid;
	T_OK(ok, "identifiers");
	T_OK(aggregate_id_make(&b, 1721054318, SPAN("example.com"),
	    SPAN("f-00"), SPAN("example.org")) &&
	    aggregate_id_valid(buf_span(&b)), "one is made");
	T_SPAN(buf_span(&b), SPAN("1721054318-example.com-f00@example.org"),
	    "... of its parts");
	b.len = 0;
	T_OK(aggregate_file_name(&b, SPAN("mail.receiver.example"),
	    SPAN("example.com"), 1013662812, 1013749130, SPAN(""), true),
	    "a file name");
	T_SPAN(buf_span(&b), SPAN("mail.receiver.example!example.com!"
	    "1013662812!1013749130.xml.gz"), "... is that of the RFC");
	b.len = 0;
	aggregate_file_name(&b, SPAN("r.example"), SPAN("d.example"), 1, 2,
	    SPAN("0190-ab!/"), false);
	T_SPAN(buf_span(&b), SPAN("r.example!d.example!1!2!0190ab.xml"),
	    "... with letters and digits alone");
	b.len = 0;
	T_OK(!aggregate_file_name(&b, SPAN("r!example"), SPAN("d.example"),
	    1, 2, SPAN(""), false) && !aggregate_file_name(&b,
	    SPAN("r.example"), SPAN("../d"), 1, 2, SPAN(""), false),
	    "... never of something else");
	T_OK(aggregate_subject(&b, SPAN("example.com"),
	    SPAN("mail.receiver.example"), SPAN("<x@example.com>")),
	    "a Subject");
	T_SPAN(buf_span(&b), SPAN("Report Domain: example.com Submitter: "
	    "mail.receiver.example Report-ID: <x@example.com>"),
	    "... as it must be");
	T_OK(!aggregate_subject(&b, SPAN("a b"), SPAN("c"), SPAN("d")) &&
	    !aggregate_subject(&b, SPAN("a"), SPAN("c"), SPAN("d\r\nX:")),
	    "... never of something else");
}

static int
print(const char *how, const char *seed)
{
	static struct made m;
	struct buf b = BUF_ON(mem);

	make(&m, strtoull(seed, NULL, 10), strstr(how, "7489") != NULL,
	    strstr(how, "tame") != NULL);
	if (write_all(&m, &b) != ASSAY_OK)
		return 1;
	return fwrite(b.ptr, 1, b.len, stdout) == b.len ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct arena a;

	if (argc > 2)
		return print(argv[1], argv[2]);
	arena_init(&a, 1 << 20);
	g = aggregate_new(&a);
	round_trips();
	defaults();
	order_of_signatures();
	failures();
	names();
	arena_free(&a);
	return t_done();
}
