/* SPDX-License-Identifier: Apache-2.0 */
/* The ways a check is run, tried on a check that only asks. */
#include "check/check.h"

#include "test/run_fixture.h"
#include "test/t.h"

static const struct fixture_rr zone[] = {
	RR("example.com", ASSAY_T_TXT, "one"),
	RR("example.com", ASSAY_T_TXT, "two"),
	RR("example.com", ASSAY_T_MX, "10 mail.example.com"),
	RR("mail.example.com", ASSAY_T_A, "192.0.2.1"),
	RR("www.example.com", ASSAY_T_CNAME, "mail.example.com"),
	RR_KIND("bad.example.com", 0, ASSAY_A_TEMPFAIL),
	{ .name = "nul.example.com", .type = ASSAY_T_TXT, .text = "a\0b",
	  .len = 3 },
};

static struct span
kind_of(const struct memo_row *row)
{
	switch (row->a.kind) {
	case ASSAY_A_DATA: return SPAN("data");
	case ASSAY_A_NODATA: return SPAN("nodata");
	case ASSAY_A_NXDOMAIN: return SPAN("nxdomain");
	case ASSAY_A_TEMPFAIL: return SPAN("tempfail");
	case ASSAY_A_BOGUS: return SPAN("bogus");
	case ASSAY_A_UNKNOWN: return SPAN("unknown");
	}
	return SPAN("open");
}

static enum step
check_toy(struct run *r)
{
	static const struct { const char *name; uint16_t type; } q[] = {
		{ "example.com", ASSAY_T_TXT }, { "example.com", ASSAY_T_MX },
		{ "example.com", ASSAY_T_A }, { "com", ASSAY_T_A },
		{ "net", ASSAY_T_A }, { "www.example.com", ASSAY_T_A },
		{ "bad.example.com", ASSAY_T_A },
		{ "nul.example.com", ASSAY_T_TXT },
	};
	const struct memo_row *row[8];
	enum step step = STEP_DONE;

	asked_reset(r);
	for (size_t i = 0; i < 8; i++) {
		row[i] = ask_dns(r, q[i].type, assay_cstr(q[i].name));
		if (row[i] == NULL)
			step = STEP_WAIT;
	}
	for (size_t i = 0; i < 8 && step == STEP_DONE; i++)
		evidence_add(r, ASSAY_CHECK_MESSAGE, ASSAY_NONE,
		    ASSAY_R_NO_CLIENT_ADDRESS, row[i]->a.n_item == 0 ?
		    SPAN_NONE : printable(r->arena, row[i]->a.item[0], 40),
		    kind_of(row[i]), (struct place){ 0, 0 });
	return step;
}

static void
test_modes(void)
{
	static const unsigned passes[] = { 1, 2, 9 };
	struct fixture warm, cold;

	fixture_init(&warm, zone, 7);
	T_INT(fixture_check(&warm, ASSAY_CHECK_SPF, check_toy), 1,
	    "warm answers take one pass");
	T_INT(warm.run.n_evidence, 8, "eight lines");
	T_SPAN(warm.run.evidence[0].subject, SPAN("one"), "an item");
	T_SPAN(warm.run.evidence[1].subject,
	    SPAN("\\x00\\x0amail.example.com"), "MX with preference");
	T_SPAN(warm.run.evidence[2].detail, SPAN("nodata"), "no A");
	T_SPAN(warm.run.evidence[3].detail, SPAN("nodata"), "empty name");
	T_SPAN(warm.run.evidence[4].detail, SPAN("nxdomain"), "no name");
	T_SPAN(warm.run.evidence[5].detail, SPAN("data"), "CNAME followed");
	T_SPAN(warm.run.evidence[6].detail, SPAN("tempfail"), "tempfail");
	T_SPAN(warm.run.evidence[7].subject, SPAN("a\\x00b"), "NUL");
	T_INT(warm.run.evidence[0].n_asked, 8, "rests on all questions");
	T_OK(run_done(&warm.run, ASSAY_CHECK_SPF), "done");
	for (uint32_t m = FIXTURE_ALL; m <= FIXTURE_ONE; m++) {
		fixture_init(&cold, zone, 7);
		cold.mode = (enum fixture_mode)m;
		cold.seed = m * 7919;
		T_INT(fixture_check(&cold, ASSAY_CHECK_SPF, check_toy),
		    passes[m], "passes");
		T_SPAN(fixture_print(&cold), fixture_print(&warm),
		    "the order of answers changes nothing");
		fixture_free(&cold);
	}
	fixture_free(&warm);
}

static void
test_full(void)
{
	struct fixture f;

	fixture_init(&f, zone, 7);
	f.memo.max = 3;
	f.mode = FIXTURE_ALL;
	T_INT(fixture_check(&f, ASSAY_CHECK_SPF, check_toy), 0,
	    "more questions than allowed");
	T_OK(f.memo.full && f.memo.n == 3, "stops at the limit");
	fixture_free(&f);
}

static void
test_printable(void)
{
	struct arena a;

	arena_init(&a, 1 << 16);
	T_SPAN(printable(&a, SPAN("a\r\n\\b\x7f\xff z"), 99),
	    SPAN("a\\x0d\\x0a\\x5cb\\x7f\\xff z"), "escaped");
	T_SPAN(printable(&a, SPAN("abcdef"), 3), SPAN("abc..."), "cut");
	T_SPAN(printable(&a, SPAN_NONE, 3), SPAN_NONE, "absent");
	T_SPAN(printable(&a, SPAN(""), 3), SPAN(""), "empty");
	arena_free(&a);
}

int
main(void)
{
	test_modes();
	test_full();
	test_printable();
	return t_done();
}
