/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/whatif.h"

#include "sources/judge.h"
#include "test/t.h"

static const struct source_own own[] = { { { SPAN_INIT("example.com") },
    false } };
static const struct whatif_name names[] = {
	{ { SPAN_INIT("ghost.example.com") }, true, false, false },
	{ { SPAN_INIT("own.example.com") }, false, true, false },
	{ { SPAN_INIT("unit.example.com") }, false, true, true },
};

static const struct test {
	const char *label, *policy, *domain, *from;
	const char *d, *path;		/* what passed; "": nothing         */
	bool dkim, spf;			/* as it was reported               */
	enum whatif_fate fate;
	const char *tag;
} tests[] = {
	{ "fails, p", "p=reject", "example.com", "example.com", "", "", 0, 0,
	  WHATIF_REJECT, "p" },
	{ "with the version in front", "v=DMARC1; p=quarantine",
	  "example.com", "example.com", "", "", 0, 0, WHATIF_QUARANTINE,
	  "p" },
	{ "fails below, sp absent: p", "p=reject", "example.com",
	  "a.example.com", "", "", 0, 0, WHATIF_REJECT, "p" },
	{ "fails below, sp", "p=reject; sp=none", "example.com",
	  "a.example.com", "", "", 0, 0, WHATIF_NONE, "sp" },
	{ "a name that is not there, np", "p=none; np=reject", "example.com",
	  "ghost.example.com", "", "", 0, 0, WHATIF_REJECT, "np" },
	{ "a name that is not there, np absent: sp",
	  "p=none; sp=quarantine", "example.com", "ghost.example.com", "",
	  "", 0, 0, WHATIF_QUARANTINE, "sp" },
	{ "np is not for names that are there", "p=none; np=reject",
	  "example.com", "a.example.com", "", "", 0, 0, WHATIF_NONE, "p" },
	{ "t=y: a step milder", "p=reject; t=y", "example.com",
	  "example.com", "", "", 0, 0, WHATIF_QUARANTINE, "p" },
	{ "t=y: and another", "p=quarantine; t=y", "example.com",
	  "example.com", "", "", 0, 0, WHATIF_NONE, "p" },
	{ "pct is historic and changes nothing", "p=reject; pct=1",
	  "example.com", "example.com", "", "", 0, 0, WHATIF_REJECT, "p" },
	{ "a record of its own", "p=reject", "example.com",
	  "own.example.com", "", "", 0, 0, WHATIF_ELSEWHERE, NULL },
	{ "another domain", "p=reject", "example.com", "example.org", "", "",
	  0, 0, WHATIF_ELSEWHERE, NULL },
	{ "DKIM aligned, relaxed", "p=reject", "example.com", "example.com",
	  "mail.example.com", "", 1, 0, WHATIF_PASSES, NULL },
	{ "DKIM of a sibling, relaxed", "p=reject", "example.com",
	  "a.example.com", "b.example.com", "", 1, 0, WHATIF_PASSES, NULL },
	{ "DKIM below, strict", "p=reject; adkim=s", "example.com",
	  "example.com", "mail.example.com", "", 1, 0, WHATIF_REJECT, "p" },
	{ "DKIM the same, strict", "p=reject; adkim=s", "example.com",
	  "example.com", "example.com", "", 1, 0, WHATIF_PASSES, NULL },
	{ "adkim is not for SPF", "p=reject; adkim=s", "example.com",
	  "example.com", "", "em.example.com", 0, 1, WHATIF_PASSES, NULL },
	{ "SPF below, strict", "p=reject; aspf=s", "example.com",
	  "example.com", "", "em.example.com", 0, 1, WHATIF_REJECT, "p" },
	{ "DKIM of another", "p=reject", "example.com", "example.com",
	  "gridpost.test", "", 0, 0, WHATIF_REJECT, "p" },
	{ "passed by a signature that is not told", "p=reject",
	  "example.com", "example.com", "", "", 1, 0, WHATIF_PASSES, NULL },
	{ "the same, strict: it cannot be told", "p=reject; adkim=s",
	  "example.com", "example.com", "", "", 1, 0, WHATIF_UNTOLD, NULL },
	{ "strict before, relaxed now", "p=reject", "example.com",
	  "example.com", "mail.example.com", "", 0, 0, WHATIF_PASSES, NULL },
	{ "at a name below: its own mail", "p=reject", "a.example.com",
	  "a.example.com", "", "", 0, 0, WHATIF_REJECT, "p" },
	{ "at a name below: not what is below that", "p=reject",
	  "a.example.com", "x.a.example.com", "", "", 0, 0,
	  WHATIF_ELSEWHERE, NULL },
	{ "unless psd=n makes it an organization", "p=reject; psd=n",
	  "a.example.com", "x.a.example.com", "", "", 0, 0, WHATIF_REJECT,
	  "p" },
	{ "psd=n: the parent is not aligned any more", "p=reject; psd=n",
	  "a.example.com", "a.example.com", "example.com", "", 1, 0,
	  WHATIF_REJECT, "p" },
	{ "without it, it is", "p=reject", "a.example.com", "a.example.com",
	  "example.com", "", 1, 0, WHATIF_PASSES, NULL },
	{ "an organization below (psd=n) does not vouch for the one above",
	  "p=reject", "example.com", "example.com", "unit.example.com", "",
	  0, 0, WHATIF_REJECT, "p" },
};

static struct span
text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct source_row
row_of(const struct test *t, struct aggregate_dkim *d,
    struct aggregate_spf *p)
{
	struct source_row row = { .day = 1, .reporter = SPAN("r.test"),
		.source = { 4, { 192, 0, 2, 1 } }, .messages = 3,
		.header_from = text(t->from), .auth_dkim = d, .auth_spf = p,
		.dkim = t->dkim ? AGGREGATE_ALIGNED_PASS :
		    AGGREGATE_ALIGNED_FAIL,
		.spf = t->spf ? AGGREGATE_ALIGNED_PASS :
		    AGGREGATE_ALIGNED_FAIL };

	*d = (struct aggregate_dkim){ .domain = text(t->d),
		.result = AGGREGATE_R_PASS };
	*p = (struct aggregate_spf){ .domain = text(t->path),
		.result = AGGREGATE_R_PASS, .scope = AGGREGATE_MFROM };
	row.n_dkim = *t->d != '\0';
	row.n_spf = *t->path != '\0';
	return row;
}

static void
try(const struct test *t)
{
	struct source_ground ground = { .own = own, .n_own = 1 };
	struct whatif w = { .domain = { text(t->domain) },
		.org = { SPAN("example.com") }, .name = names, .n_name = 3 };
	struct aggregate_dkim d;
	struct aggregate_spf p;
	struct source_row row = row_of(t, &d, &p);
	struct whatif_effect e = { .fate = WHATIF_FATES };
	struct sources *s;
	struct arena a;
	uint8_t room[500];
	struct buf words = BUF_ON(room);

	arena_init(&a, 16 << 20);
	s = sources_new(&ground, &a);
	if (s != NULL && whatif_read(&w.record, text(t->policy), &words, &a))
		e = whatif_row(&w, &row, s);
	T_OK(e.fate == t->fate && (e.tag == NULL) == (t->tag == NULL) &&
	    (e.tag == NULL || strcmp(e.tag, t->tag) == 0), t->label);
	if (e.fate != t->fate)
		printf("# got %s\n", whatif_fate_name(e.fate));
	arena_free(&a);
}

static void
refuse(const char *policy, const char *words, const char *label)
{
	struct dmarc_record rec;
	struct arena a;
	uint8_t room[500];
	struct buf said = BUF_ON(room);

	arena_init(&a, 1 << 20);
	T_OK(!whatif_read(&rec, text(policy), &said, &a), label);
	T_OK(span_search(buf_span(&said), text(words)) < said.len,
	    "and says why");
	if (span_search(buf_span(&said), text(words)) >= said.len)
		t_show("got", buf_span(&said));
	arena_free(&a);
}

static void
test_sums(void)
{
	static const struct test hit = { "", "p=reject", "example.com",
	    "example.com", "", "", 0, 0, WHATIF_REJECT, "p" };
	struct source_ground ground = { .own = own, .n_own = 1 };
	struct whatif w = { .domain = { SPAN("example.com") },
		.org = { SPAN("example.com") } };
	struct source_court court = { .have_asn = false };
	struct aggregate_dkim d;
	struct aggregate_spf p;
	struct source_row row = row_of(&hit, &d, &p);
	struct whatif_sum sum;
	struct sources *s;
	struct arena a;
	uint8_t room[500];
	struct buf words = BUF_ON(room);

	arena_init(&a, 16 << 20);
	s = sources_new(&ground, &a);
	T_OK(s != NULL && whatif_read(&w.record, SPAN("p=reject; pct=5"),
	    &words, &a) && whatif_sum_init(&sum, ground.secret, &a),
	    "a policy");
	T_OK(words.len > 0, "what is historic is remarked upon");
	for (int i = 0; i < 4; i++) {
		row.reporter = i % 2 == 0 ? SPAN("r.test") : SPAN("q.test");
		row.why = i == 3 ? 1u << AGGREGATE_LOCAL_POLICY : 0;
		row.disposition = AGGREGATE_NONE;
		T_OK(sources_add(s, &row), "a row");
	}
	T_OK(sources_judge(s, &court), "its source");
	for (int i = 0; i < 4; i++) {
		row.reporter = i % 2 == 0 ? SPAN("r.test") : SPAN("q.test");
		row.why = i == 3 ? 1u << AGGREGATE_LOCAL_POLICY : 0;
		T_OK(whatif_sum_add(&sum, &w, s, &row), "replayed");
	}
	T_INT(sum.by_fate[WHATIF_REJECT], 12, "all of it is hit");
	T_INT(sum.first->receivers, 2, "at two receivers");
	T_INT(sum.first->excused, 3, "one of which excused some of it");
	T_OK(sum.first->next == NULL, "one source, one line");
	arena_free(&a);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		try(&tests[i]);
	refuse("p=rejct", "p=rejct", "a slip of the pen is refused");
	refuse("np=reject", "p", "p must be there");
	refuse("v=spf1 -all", "no DMARC record", "another kind of record");
	refuse("p=reject; p=none", "p", "twice");
	refuse("P=reject", "P", "a tag in capitals is unknown");
	test_sums();
	return t_done();
}
