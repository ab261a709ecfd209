/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the text: a policy that parses prints, and what was printed
 * parses as the same.  An error has a line of the text and a reason.  One
 * statement more never makes a verdict milder, but for an exception, which
 * then stands first in because[].
 */
#include "verdict/reply.h"

#include "base/ascii.h"
#include "verdict/ladder.h"
#include "test/run_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
play(struct fixture *f, struct finding *finding)
{
	struct dmarc_author *a = &f->out.dmarc.author[0];

	fixture_init(f, NULL, 0);
	*finding = (struct finding){ .severity = SEVERITY_S2,
		.reason = ASSAY_R_DMARC_NO_AUTHOR };
	f->facts.finding = finding;
	f->facts.n_finding = 1;
	f->facts.from.n_author = f->out.dmarc.n_author = 1;
	f->facts.from.author[0].domain.name = SPAN("a.test");
	f->facts.list_id = SPAN("l.a.test");
	f->session.client = (struct assay_addr){ 4, { 192, 0, 2, 1 } };
	*a = (struct dmarc_author){ .domain.name = SPAN("a.test"),
		.record_domain.name = SPAN("a.test"), .result = ASSAY_FAIL,
		.reason = ASSAY_R_DMARC_FAIL, .policy = POLICY_REJECT };
	f->out.dmarc.result = ASSAY_FAIL;
	f->out.dmarc.policy = POLICY_REJECT;
	f->out.spf = (struct spf_outcome){ .result = ASSAY_FAIL,
		.domain.name = SPAN("b.test") };
	f->out.iprev.result = ASSAY_PERMERROR;
	f->out.dkim.overall = ASSAY_NONE;
	f->out.arc = (struct arc_outcome){ .result = ASSAY_PASS,
		.sealers_trusted = true };
	evidence_add(&f->run, ASSAY_CHECK_DMARC, ASSAY_FAIL,
	    ASSAY_R_DMARC_FAIL, SPAN("a.test"), SPAN_NONE,
	    (struct place){ 0, 0 });
}

/* Suspicion of one kind moves no message, and none takes back. */
static void
check_ladder(const struct statement *s)
{
	unsigned axes = ladder_axes(s);

	if (s->except != NULL || s->mandate != NULL || s->signal ||
	    s->then == ASSAY_ACCEPT ||
	    s->then == ASSAY_TAG)
		return;
	must(axes != AXIS_WHO && axes != AXIS_WHAT);
	if (axes == (AXIS_WHO | AXIS_WHAT) && s->mandate == NULL)
		must(ladder_softens(s) == ladder_final(s->then));
}

static void
check_ruling(struct fixture *f, const struct ruling *k)
{
	struct span reply = reply_text(&f->run, k);

	must(span_absent(reply) == (k->disposition != ASSAY_REJECT &&
	    k->disposition != ASSAY_DEFER &&
	    k->disposition != ASSAY_DEFER_ONCE));
	must(reply.len <= 510);
	must(k->mandate == NULL || (ladder_final(k->disposition) &&
	    !k->softened && k->excused == NULL));
	for (size_t i = 0; i < reply.len; i++)
		must(is_vchar(span_at(reply, i)) ||
		    span_at(reply, i) == ' ');
	must(k->excused == NULL ? k->would == k->disposition :
	    assay_disposition_strength(k->disposition) <
	    assay_disposition_strength(k->would) && k->n_because > 0 &&
	    f->run.evidence[k->because[0]].reason == ASSAY_R_EXCEPTION);
	for (size_t i = 0; i < k->n_because; i++) {
		must(k->because[i] < f->run.n_evidence);
		for (size_t n = 0; n < i; n++)
			must(k->because[n] != k->because[i]);
	}
}

static void
check_monotone(struct assay_policy *p)
{
	struct fixture f;
	struct finding finding;
	struct ruling k;
	unsigned before = 0;
	size_t all = p->n;

	for (p->n = all > 8 ? all - 8 : 0; p->n <= all; p->n++) {
		play(&f, &finding);
		policy_rule(&k, &f.run, p, 50, 50);
		must(assay_disposition_strength(k.would) >= before);
		before = assay_disposition_strength(k.would);
		check_ruling(&f, &k);
		fixture_free(&f);
	}
	p->n = all;
	for (size_t i = 0; i < all; i++)
		check_ladder(&p->statement[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[1 << 18], again[1 << 18];
	struct buf one = BUF_ON(room), two = BUF_ON(again);
	struct assay_policy a, b;
	struct arena arena;
	const char *why = NULL;
	unsigned line = 0, lines = 1;

	if (size > 8000)
		return 0;
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	arena_init(&arena, 16 << 20);
	if (policy_parse(&a, (struct span){ data, size }, &line, &why,
	    &arena)) {
		must(why == NULL);
		policy_print(&one, &a);
		must(policy_parse(&b, buf_span(&one), NULL, NULL, &arena));
		policy_print(&two, &b);
		must(!one.full && a.n == b.n &&
		    span_eq(buf_span(&one), buf_span(&two)));
		check_monotone(&a);
	} else
		must(why != NULL && line >= 1 && line <= lines);
	arena_free(&arena);
	return 0;
}
