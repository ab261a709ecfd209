/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include "test/run_fixture.h"
#include "test/t.h"

#define SUFFIX(n, s) { .name = (n), .text = (s), .qkind = ASSAY_Q_SUFFIX }
#define D(name) { SPAN_INIT(name) }

static const struct fixture_rr zone[] = {
	SUFFIX("mail.shop.co.test", "co.test"), SUFFIX("shop.co.test",
	    "co.test"), SUFFIX("other.co.test", "co.test"),
	{ .name = "evil.example", .kind = ASSAY_A_UNKNOWN,
	  .qkind = ASSAY_Q_SUFFIX },
	{ .name = "bank.example", .kind = ASSAY_A_UNKNOWN,
	  .qkind = ASSAY_Q_SUFFIX },
	{ .name = "news.bank.example", .kind = ASSAY_A_UNKNOWN,
	  .qkind = ASSAY_Q_SUFFIX },
	{ .name = "a.co.uk", .kind = ASSAY_A_UNKNOWN,
	  .qkind = ASSAY_Q_SUFFIX },
	{ .name = "b.co.uk", .kind = ASSAY_A_UNKNOWN,
	  .qkind = ASSAY_Q_SUFFIX },
};

static struct guise guises[] = {
	{ ASSAY_R_SHOWS_OTHER_ADDRESS, 30, D("shop.co.test"),
	  D("mail.shop.co.test"), { 0, 5 }, SPAN_INIT("one organisation") },
	{ ASSAY_R_SHOWS_OTHER_ADDRESS, 30, D("shop.co.test"),
	  D("other.co.test"), { 0, 5 }, SPAN_INIT("two") },
	{ ASSAY_R_SHOWS_PERSON, 50, D("evil.example"), { { NULL, 0 } },
	  { 0, 5 }, SPAN_INIT("nobody to compare with") },
	{ ASSAY_R_REPLY_TO_OTHER, 5, D("bank.example"),
	  D("news.bank.example"), { 0, 5 }, SPAN_INIT("by guess, one") },
	{ ASSAY_R_REPLY_TO_OTHER, 5, D("a.co.uk"), D("b.co.uk"), { 0, 5 },
	  { NULL, 0 } },
	{ ASSAY_R_LOOKALIKE_AUTHOR, 50, D("evil.example"),
	  D("bank.example"), { 0, 5 }, SPAN_INIT("alike") },
	{ ASSAY_R_NAME_BY_LIST, 0, D("evil.example"), { { NULL, 0 } },
	  { 0, 5 }, SPAN_INIT("explained") },
};

static const struct {
	const char *label;
	size_t from, n;
	unsigned level;
	enum assay_result result;
	const char *reasons;
} cases[] = {
	{ "nothing", 0, 0, 0, ASSAY_NONE, "" },
	{ "one organisation by the list is no guise", 0, 1, 0, ASSAY_NONE,
	  "" },
	{ "two organisations", 1, 1, 30, ASSAY_NEUTRAL,
	  "shows-other-address/two; weighs 30 of 100 " },
	{ "it weighs", 2, 1, 50, ASSAY_POLICY,
	  "shows-person/nobody to compare with; weighs 50 of 100 " },
	{ "no list: two labels", 3, 1, 0, ASSAY_NONE, "" },
	{ "no list: three under co.uk", 4, 1, 5, ASSAY_NEUTRAL,
	  "reply-to-other/weighs 5 of 100 " },
	{ "a look-alike", 5, 1, 50, ASSAY_POLICY,
	  "lookalike-author/alike; weighs 50 of 100 " },
	{ "an explanation", 6, 1, 0, ASSAY_NEUTRAL,
	  "name-by-list/explained; weighs 0 of 100 " },
	{ "together", 0, 3, 65, ASSAY_POLICY,
	  "shows-other-address/two; weighs 30 of 100 "
	  "shows-person/nobody to compare with; weighs 50 of 100 " },
};

static void
judge(struct fixture *f, size_t i, enum fixture_mode mode)
{
	fixture_init(f, zone, sizeof(zone) / sizeof(zone[0]));
	f->mode = mode;
	f->seed = (uint32_t)i;
	f->facts.guise = &guises[cases[i].from];
	f->facts.n_guise = cases[i].n;
}

static void
test_cases(void)
{
	size_t n = sizeof(cases) / sizeof(cases[0]);

	for (size_t i = 0; i < 4 * n; i++) {
		ROOM(room, 1000);
		struct buf b = BUF_ON(room);
		struct fixture f;

		judge(&f, i % n, (enum fixture_mode)(i / n));
		fixture_check(&f, ASSAY_CHECK_IMPERSONATION,
		    check_impersonation);
		T_INT(f.out.impersonation.level, cases[i % n].level,
		    cases[i % n].label);
		T_INT(f.out.impersonation.result, cases[i % n].result,
		    "result");
		for (size_t k = 0; k < f.run.n_evidence; k++) {
			buf_str(&b, assay_reason_text(
			    f.run.evidence[k].reason)->name);
			buf_str(&b, "/");
			buf_put(&b, f.run.evidence[k].detail);
			buf_str(&b, " ");
		}
		T_SPAN(buf_span(&b), assay_cstr(cases[i % n].reasons),
		    "evidence");
		fixture_free(&f);
	}
}

/* The invariant: whatever SPF, DKIM, ARC and DMARC come to, the level is the
 * same, so a failure that becomes a pass lowers nothing. */
static void
test_invariant(void)
{
	size_t n = sizeof(cases) / sizeof(cases[0]);

	for (size_t k = 0; k < 16 * n; k++) {
		size_t i = k % n, bits = k / n;
		struct fixture f;

		judge(&f, i, FIXTURE_WARM);
		f.out.spf.result = bits & 1 ? ASSAY_PASS : ASSAY_FAIL;
		f.out.dkim.overall = bits & 2 ? ASSAY_PASS : ASSAY_FAIL;
		f.out.arc.result = bits & 4 ? ASSAY_PASS : ASSAY_FAIL;
		f.out.dmarc.result = bits & 8 ? ASSAY_PASS : ASSAY_FAIL;
		fixture_check(&f, ASSAY_CHECK_IMPERSONATION,
		    check_impersonation);
		T_INT(f.out.impersonation.level, cases[i].level,
		    "whoever passes what");
		f.facts.act = f.facts.guise;
		f.facts.n_act = f.facts.n_guise;
		fixture_check(&f, ASSAY_CHECK_CONTENT, check_content);
		T_INT(f.out.content.level, cases[i].level,
		    "... and of the content");
		fixture_free(&f);
	}
}

int
main(void)
{
	test_cases();
	test_invariant();
	return t_done();
}
