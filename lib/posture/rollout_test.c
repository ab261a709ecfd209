/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a record stands, what holds it there, what comes next; and that the
 * whole way, walked with good figures, leads to reject and back again.
 */
#include "posture/rollout.h"

#include "test/t.h"

#define R "rua=mailto:a@d.example"

/* Good enough for every gate. */
#define GOOD { .days_record = 40, .days_policy = 40, .days_data = 29, \
	.reporters = 5, .ours = 10000, .aligned = 9990, \
	.aligned_dkim = 9900, .listed = 10, .unknown = 3 }

static const struct {
	const char *record;	/* NULL: none */
	enum rollout_stage stage;
	const char *next, *back;
} steps[] = {
	{ NULL, ROLLOUT_START, "v=DMARC1; p=none; "
	  "rua=mailto:dmarc-reports@d.example", NULL },
	{ "v=DMARC1", ROLLOUT_START, "v=DMARC1; p=none; "
	  "rua=mailto:dmarc-reports@d.example", NULL },
	{ "v=DMARC1; p=none; " R, ROLLOUT_WATCH,
	  "v=DMARC1; p=none; np=reject; t=y; " R, NULL },
	{ "v=DMARC1; p=x; " R, ROLLOUT_WATCH,
	  "v=DMARC1; p=none; np=reject; t=y; " R, NULL },
	{ "v=DMARC1; p=none; np=quarantine; " R, ROLLOUT_WATCH,
	  "v=DMARC1; p=none; np=reject; t=y; " R, NULL },
	{ "v=DMARC1; p=none; np=reject; t=y; " R, ROLLOUT_NP_TEST,
	  "v=DMARC1; p=none; np=reject; " R, "v=DMARC1; p=none; " R },
	{ "v=DMARC1; p=none; np=reject; " R, ROLLOUT_NP,
	  "v=DMARC1; p=quarantine; np=reject; t=y; " R,
	  "v=DMARC1; p=none; np=reject; t=y; " R },
	{ "v=DMARC1; p=none; sp=reject; " R, ROLLOUT_NP,
	  "v=DMARC1; p=quarantine; sp=reject; np=reject; t=y; " R,
	  "v=DMARC1; p=none; sp=reject; np=reject; t=y; " R },
	{ "v=DMARC1; p=quarantine; np=reject; t=y; " R,
	  ROLLOUT_QUARANTINE_TEST, "v=DMARC1; p=quarantine; np=reject; " R,
	  "v=DMARC1; p=none; np=reject; " R },
	{ "v=DMARC1; p=quarantine; " R, ROLLOUT_QUARANTINE,
	  "v=DMARC1; p=reject; t=y; " R,
	  "v=DMARC1; p=quarantine; np=reject; t=y; " R },
	{ "v=DMARC1; p=quarantine; sp=none; pct=10; adkim=s; " R,
	  ROLLOUT_QUARANTINE, "v=DMARC1; p=reject; t=y; adkim=s; " R,
	  "v=DMARC1; p=quarantine; np=reject; t=y; adkim=s; " R },
	{ "v=DMARC1; p=reject; t=y; " R, ROLLOUT_REJECT_TEST,
	  "v=DMARC1; p=reject; " R, "v=DMARC1; p=quarantine; np=reject; "
	  R },
	{ "v=DMARC1; p=reject; " R, ROLLOUT_REJECT, NULL,
	  "v=DMARC1; p=reject; t=y; " R },
	{ "v=DMARC1; p=reject; sp=none; " R, ROLLOUT_REJECT,
	  "v=DMARC1; p=reject; " R, "v=DMARC1; p=reject; t=y; " R },
	{ "v=DMARC1; p=reject; pct=0; " R, ROLLOUT_REJECT,
	  "v=DMARC1; p=reject; " R, "v=DMARC1; p=reject; t=y; " R },
};

/* One figure is changed; the gate that must then be closed. */
static const struct {
	const char *label, *record;
	struct rollout_data data;
	const char *closed;
} gates[] = {
	{ "few days of reports", "v=DMARC1; p=none; " R,
	  { .days_data = 6, .reporters = 2 }, "reports" },
	{ "one reporter", "v=DMARC1; p=none; " R,
	  { .days_data = 7, .reporters = 1 }, "reporters" },
	{ "a week is enough for np", "v=DMARC1; p=none; " R,
	  { .days_data = 7, .reporters = 2 }, NULL },
	{ "mail of made-up names", "v=DMARC1; p=none; " R,
	  { .days_data = 7, .reporters = 2, .made_up = 1 }, "made-up" },
	{ "np in test for six days", "v=DMARC1; p=none; np=reject; t=y; " R,
	  { .days_record = 6, .days_data = 20, .reporters = 2 }, "stage" },
	{ "p=none for 29 days", "v=DMARC1; p=none; np=reject; " R,
	  { .days_policy = 29, .days_data = 25, .reporters = 2, .ours = 100,
	  .aligned = 100 }, "month" },
	{ "a month", "v=DMARC1; p=none; np=reject; " R,
	  { .days_policy = 30, .days_data = 25, .reporters = 2, .ours = 100,
	  .aligned = 98, .unknown = 2 }, NULL },
	{ "97 % aligned", "v=DMARC1; p=none; np=reject; " R,
	  { .days_policy = 30, .days_data = 25, .reporters = 2, .ours = 100,
	  .aligned = 97 }, "aligned" },
	{ "3 % unknown", "v=DMARC1; p=none; np=reject; " R,
	  { .days_policy = 30, .days_data = 25, .reporters = 2, .ours = 97,
	  .aligned = 97, .unknown = 3 }, "unknown" },
	{ "no mail at all", "v=DMARC1; p=none; np=reject; " R,
	  { .days_policy = 30, .days_data = 25, .reporters = 2 },
	  "aligned" },
	{ "quarantine for 29 days", "v=DMARC1; p=quarantine; " R,
	  { .days_record = 29, .days_policy = 90, .days_data = 25,
	  .reporters = 2, .ours = 1000, .aligned = 1000,
	  .aligned_dkim = 1000 }, "month" },
	{ "99 % are too few to reject", "v=DMARC1; p=quarantine; " R,
	  { .days_record = 30, .days_data = 25, .reporters = 2,
	  .ours = 1000, .aligned = 994, .aligned_dkim = 994 }, "aligned" },
	{ "SPF alone", "v=DMARC1; p=quarantine; " R,
	  { .days_record = 30, .days_data = 25, .reporters = 2,
	  .ours = 1000, .aligned = 1000, .aligned_dkim = 949 }, "dkim" },
	{ "people on lists", "v=DMARC1; p=quarantine; " R,
	  { .days_record = 30, .days_data = 25, .reporters = 2,
	  .ours = 1000, .aligned = 1000, .aligned_dkim = 1000,
	  .listed = 11 }, "lists" },
	{ "more than any counter holds", "v=DMARC1; p=quarantine; " R,
	  { .days_record = 30, .days_data = 25, .reporters = 2,
	  .ours = UINT64_MAX, .aligned = UINT64_MAX / 2,
	  .aligned_dkim = UINT64_MAX, .unknown = UINT64_MAX }, "aligned" },
};

static struct arena arena;

static const struct dmarc_record *
read(const char *text)
{
	const struct dmarc_record *r = text == NULL ? NULL :
	    dmarc_record_get(NULL, assay_cstr(text), &arena);

	T_OK(r != NULL || text == NULL, "a record");
	return r;
}

static struct rollout_plan
plan(struct rollout_data d, const char *record)
{
	struct rollout_plan p;

	d.domain.name = SPAN("d.example");
	d.record = read(record);
	rollout_plan(&p, &d, &arena);
	return p;
}

static void
test_steps(void)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *label = steps[i].record == NULL ? "no record" :
		    steps[i].record;
		struct rollout_plan p = plan((struct rollout_data)GOOD,
		    steps[i].record);

		T_INT(p.stage, steps[i].stage, label);
		T_SPAN(p.next, assay_cstr(steps[i].next), label);
		T_SPAN(p.back, assay_cstr(steps[i].back), label);
		T_OK(p.finished == (steps[i].next == NULL), label);
		T_OK(p.may_go == !p.finished && !p.go_back, label);
		T_OK(*p.does != '\0', label);
	}
}

static void
test_gates(void)
{
	for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
		struct rollout_plan p = plan(gates[i].data, gates[i].record);
		const char *closed = NULL;

		for (size_t k = p.n_gate; k > 0; k--)
			if (p.gate[k - 1].state != GATE_MET)
				closed = p.gate[k - 1].name;
		T_SPAN(assay_cstr(closed), assay_cstr(gates[i].closed),
		    gates[i].label);
		T_OK(p.may_go == (gates[i].closed == NULL), gates[i].label);
		T_OK(!span_absent(p.next), "the next record is shown before");
	}
}

/* Each next is one stage further, each back one less; no pct ever. */
static void
test_walk(void)
{
	struct rollout_plan p = plan((struct rollout_data)GOOD, NULL);
	char text[400];

	for (int stage = ROLLOUT_WATCH; stage <= ROLLOUT_REJECT; stage++) {
		T_OK(p.may_go && (int)p.to == stage, "one step");
		snprintf(text, sizeof(text), "%.*s", (int)p.next.len,
		    (const char *)p.next.ptr);
		T_OK(strstr(text, "pct") == NULL && strstr(text, "rua=") !=
		    NULL, "a record of today");
		p = plan((struct rollout_data)GOOD, text);
		T_INT(p.stage, stage, rollout_stage_name(p.to));
	}
	T_OK(p.finished && !p.may_go, "the end");
	for (int stage = ROLLOUT_REJECT - 1; stage >= ROLLOUT_WATCH;
	    stage--) {
		snprintf(text, sizeof(text), "%.*s", (int)p.back.len,
		    (const char *)p.back.ptr);
		p = plan((struct rollout_data)GOOD, text);
		T_INT(p.stage, stage, "and back");
	}
	T_OK(span_absent(p.back), "to the beginning");
}

static void
test_back(void)
{
	struct rollout_data d = GOOD;
	struct rollout_plan p;

	d.aligned = 9400;
	p = plan(d, "v=DMARC1; p=quarantine; " R);
	T_OK(p.go_back && !p.may_go, "6 % of our mail suffer: back");
	d.aligned = 9500;
	p = plan(d, "v=DMARC1; p=quarantine; " R);
	T_OK(!p.go_back && !p.may_go, "5 %: stay");
	d.aligned = 9400;
	p = plan(d, "v=DMARC1; p=none; np=reject; " R);
	T_OK(!p.go_back, "p=none harms nobody");
	d.made_up = 1;
	p = plan(d, "v=DMARC1; p=none; np=reject; " R);
	T_OK(p.go_back, "but np=reject does");
	d = (struct rollout_data)GOOD;
	d.ours = d.aligned = d.aligned_dkim = 0;
	p = plan(d, "v=DMARC1; p=reject; " R);
	T_OK(!p.go_back, "no mail is no reason");
	T_INT(p.hold[0].state, GATE_UNKNOWN, "but not known");
}

static void
test_parked(void)
{
	struct rollout_data d = { .parked = true };
	struct rollout_plan p = plan(d, NULL);

	T_OK(p.may_go && p.to == ROLLOUT_REJECT, "at once");
	T_SPAN(p.next, SPAN("v=DMARC1; p=reject"), "to reject");
	p = plan(d, "v=DMARC1; p=none; sp=none; " R);
	T_SPAN(p.next, SPAN("v=DMARC1; p=reject; " R), "reports stay");
	p = plan(d, "v=DMARC1; p=reject");
	T_OK(p.finished, "the end");
	d.ours = 5;
	p = plan(d, "v=DMARC1; p=none");
	T_OK(!p.may_go && p.gate[0].state == GATE_UNMET,
	    "it has mail after all");
	p = plan(d, "v=DMARC1; p=reject");
	T_OK(p.go_back, "which is refused");
}

static void
test_leftovers(void)
{
	struct rollout_data d = GOOD;

	T_OK(plan(d, "v=DMARC1; p=reject; pct=50; " R).leftover != NULL,
	    "pct");
	T_OK(plan(d, "v=DMARC1; p=reject; pct=100; " R).leftover == NULL,
	    "pct=100");
	T_OK(plan(d, "v=DMARC1; p=reject; sp=quarantine; " R).leftover !=
	    NULL, "sp");
	T_OK(plan(d, "v=DMARC1; p=reject; np=none; " R).leftover != NULL,
	    "np");
	T_OK(plan(d, "v=DMARC1; p=quarantine; sp=reject; np=reject; " R)
	    .leftover == NULL, "ahead is not left behind");
}

int
main(void)
{
	arena_init(&arena, 16 << 20);
	test_steps();
	test_gates();
	test_walk();
	test_back();
	test_parked();
	test_leftovers();
	T_OK(strcmp(gate_state_name(GATE_UNMET), "not-met") == 0, "a word");
	arena_free(&arena);
	return t_done();
}
