/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/rollout.h"

enum {
	MONTH = 30,		/* RFC 9989 7.4: at least a month           */
	WEEK = 7, FORTNIGHT = 14,
	/* thousandths */
	MOST_ALIGNED = 980,	/* some mail is broken on its way, always   */
	ALL_ALIGNED = 995,
	MOST_DKIM = 950,	/* 7.4: reject must not rest on SPF alone   */
	FEW_UNKNOWN = 20, FEWER_UNKNOWN = 5,
	FEW_LISTED = 10,	/* 7.4: users who post to lists: no reject  */
	LOST = 950		/* aligned less than this: go back          */
};

const char *
rollout_stage_name(enum rollout_stage stage)
{
	switch (stage) {
	case ROLLOUT_START: return "start";
	case ROLLOUT_WATCH: return "watch";
	case ROLLOUT_NP_TEST: return "np-test";
	case ROLLOUT_NP: return "np";
	case ROLLOUT_QUARANTINE_TEST: return "quarantine-test";
	case ROLLOUT_QUARANTINE: return "quarantine";
	case ROLLOUT_REJECT_TEST: return "reject-test";
	case ROLLOUT_REJECT: return "reject";
	case ROLLOUT_STAGES: break;
	}
	return "";
}

static const char *
what_it_does(enum rollout_stage stage)
{
	switch (stage) {
	case ROLLOUT_START:
		return "Nobody is asked for anything.";
	case ROLLOUT_WATCH:
		return "Receivers report who sends as the domain, and do "
		    "nothing else.";
	case ROLLOUT_NP_TEST:
		return "Receivers report; mail from made-up subdomains is put "
		    "aside.";
	case ROLLOUT_NP:
		return "Receivers report; mail from made-up subdomains is "
		    "refused.";
	case ROLLOUT_QUARANTINE_TEST:
		return "Receivers know that quarantine is meant, and do not "
		    "act on it yet; some mailing lists rewrite From.";
	case ROLLOUT_QUARANTINE:
		return "Mail that fails is put aside.";
	case ROLLOUT_REJECT_TEST:
		return "Mail that fails is put aside; receivers know that "
		    "reject is meant.";
	case ROLLOUT_REJECT:
		return "Mail that fails is refused, where something else "
		    "speaks against it as well.";
	case ROLLOUT_STAGES:
		break;
	}
	return "";
}

const char *
gate_state_name(enum gate_state state)
{
	switch (state) {
	case GATE_MET: return "met";
	case GATE_UNMET: return "not-met";
	case GATE_UNKNOWN: return "unknown";
	}
	return "";
}

enum rollout_stage
rollout_stage_of(const struct dmarc_record *r)
{
	if (r == NULL || !dmarc_usable(r, ASSAY_RFC9989))
		return ROLLOUT_START;
	if (dmarc_as_none(r, ASSAY_RFC9989))
		return ROLLOUT_WATCH;
	switch (r->p) {
	case POLICY_ABSENT:
	case POLICY_NONE:
		break;
	case POLICY_QUARANTINE:
		return r->test ? ROLLOUT_QUARANTINE_TEST :
		    ROLLOUT_QUARANTINE;
	case POLICY_REJECT:
		return r->test ? ROLLOUT_REJECT_TEST : ROLLOUT_REJECT;
	}
	/* made-up names take np, else sp */
	if (r->np != POLICY_REJECT &&
	    (r->np != POLICY_ABSENT || r->sp != POLICY_REJECT))
		return ROLLOUT_WATCH;
	return r->test ? ROLLOUT_NP_TEST : ROLLOUT_NP;
}

/* ---- records ------------------------------------------------------------- */

static const struct dmarc_uri *
default_rua(const struct rollout_data *d, struct arena *a)
{
	struct dmarc_uri *uri = arena_alloc(a, sizeof(*uri));
	struct buf b = arena_buf(a, LIMIT_NAME + 40);

	buf_str(&b, "mailto:dmarc-reports@");
	buf_put(&b, d->domain.name);
	if (uri != NULL)
		uri->text = arena_done(a, &b);
	return uri;
}

/* The record of a stage: what the present one says besides its policy stays,
 * what is historic goes (RFC 9989 C.5.2). */
static struct span
record_of(const struct rollout_data *d, enum rollout_stage stage,
    struct arena *a)
{
	static const enum dmarc_policy p[ROLLOUT_STAGES] = { POLICY_NONE,
		POLICY_NONE, POLICY_NONE, POLICY_NONE, POLICY_QUARANTINE,
		POLICY_QUARANTINE, POLICY_REJECT, POLICY_REJECT };
	struct dmarc_record r = { .text = SPAN_NONE };
	struct buf b;

	if (d->record != NULL)
		r = *d->record;
	b = arena_buf(a, r.text.len * 2 + 600);
	r.p = p[stage];
	r.p_bad = r.sp_bad = r.np_bad = false;
	r.pct = 100;
	r.test = stage == ROLLOUT_NP_TEST ||
	    stage == ROLLOUT_QUARANTINE_TEST || stage == ROLLOUT_REJECT_TEST;
	/* subdomains follow, unless they are ahead */
	if (r.sp <= r.p)
		r.sp = POLICY_ABSENT;
	r.np = stage >= ROLLOUT_NP_TEST && r.p != POLICY_REJECT ?
	    POLICY_REJECT : POLICY_ABSENT;
	if (r.n_rua == 0 && !d->parked) {
		r.rua = default_rua(d, a);
		r.n_rua = r.rua != NULL;
	}
	dmarc_record_print(&b, &r);
	return b.full ? SPAN_NONE : arena_done(a, &b);
}

/* ---- gates --------------------------------------------------------------- */

struct gates {
	struct rollout_gate *gate;
	size_t *n;
};

static void
gate(struct gates *g, const char *name, const char *unit, bool at_least,
    uint64_t have, uint64_t want, const char *sentence)
{
	bool met = at_least ? have >= want : have <= want;

	if (*g->n == ROLLOUT_GATES)
		return;
	g->gate[(*g->n)++] = (struct rollout_gate){ .name = name,
		.sentence = sentence, .unit = unit, .at_least = at_least,
		.have = have, .want = want,
		.state = met ? GATE_MET : GATE_UNMET };
}

/* part of whole in thousandths; part is at most whole. */
static uint64_t
share(uint64_t part, uint64_t whole)
{
	if (part > whole)
		part = whole;
	while (whole > UINT64_MAX / 1000) {
		part >>= 10;
		whole >>= 10;
	}
	return whole == 0 ? 0 : part * 1000 / whole;
}

/* The share of something; of nothing at all nothing is known. */
static void
share_gate(struct gates *g, const char *name, bool at_least, uint64_t part,
    uint64_t whole, uint64_t want, const char *sentence)
{
	size_t n = *g->n;

	gate(g, name, "per mille", at_least, share(part, whole), want,
	    sentence);
	if (whole == 0 && *g->n > n)
		g->gate[n].state = GATE_UNKNOWN;
}

static void
reports_gates(struct gates *g, const struct rollout_data *d, unsigned days)
{
	gate(g, "reports", "days", true, d->days_data, days,
	    "Days of the last 30 that have reports: what is not seen cannot "
	    "be judged.");
	gate(g, "reporters", "reporters", true, d->reporters, 2,
	    "Receivers that report: one sees only its own part.");
}

static void
made_up_gate(struct gates *g, const struct rollout_data *d)
{
	gate(g, "made-up", "messages", false, d->made_up, 0,
	    "Mail of ours from names that do not exist: it would be lost. "
	    "Give the names a record, or the mail another From.");
}

static uint64_t
seen(const struct rollout_data *d)
{
	return d->ours > UINT64_MAX - d->unknown ? UINT64_MAX :
	    d->ours + d->unknown;
}

static void
mail_gates(struct gates *g, const struct rollout_data *d, unsigned aligned,
    unsigned unknown)
{
	share_gate(g, "aligned", true, d->aligned, d->ours, aligned,
	    "Mail of ours that passes: the rest would suffer.");
	share_gate(g, "unknown", false, d->unknown, seen(d), unknown,
	    "Mail of sources that nobody has judged yet: they may be ours.");
}

static void
reject_gates(struct gates *g, const struct rollout_data *d)
{
	mail_gates(g, d, ALL_ALIGNED, FEWER_UNKNOWN);
	share_gate(g, "dkim", true, d->aligned_dkim, d->ours, MOST_DKIM,
	    "Mail of ours that passes by DKIM: reject must not rest on SPF "
	    "alone, which forwarding breaks (RFC 9989 7.4).");
	share_gate(g, "lists", false, d->listed, d->ours, FEW_LISTED,
	    "Mail of ours through mailing lists: they break signatures, and "
	    "domains of people who post to them should stay at quarantine "
	    "(RFC 9989 7.4).");
}

/* What has to hold before the next stage. */
static void
next_gates(struct gates *g, const struct rollout_data *d,
    enum rollout_stage stage)
{
	switch (stage) {
	case ROLLOUT_START:
	case ROLLOUT_STAGES:
	case ROLLOUT_REJECT:
		return;
	case ROLLOUT_WATCH:
		reports_gates(g, d, WEEK);
		made_up_gate(g, d);
		return;
	case ROLLOUT_NP_TEST:
		gate(g, "stage", "days", true, d->days_record, WEEK,
		    "Days in this stage.");
		reports_gates(g, d, WEEK);
		made_up_gate(g, d);
		return;
	case ROLLOUT_NP:
		gate(g, "month", "days", true, d->days_policy, MONTH,
		    "Days of p=none: at least a month (RFC 9989 7.4).");
		reports_gates(g, d, MONTH - WEEK);
		made_up_gate(g, d);
		mail_gates(g, d, MOST_ALIGNED, FEW_UNKNOWN);
		return;
	case ROLLOUT_QUARANTINE_TEST:
		gate(g, "stage", "days", true, d->days_record, FORTNIGHT,
		    "Days in this stage.");
		reports_gates(g, d, FORTNIGHT);
		mail_gates(g, d, MOST_ALIGNED, FEW_UNKNOWN);
		return;
	case ROLLOUT_QUARANTINE:
		gate(g, "month", "days", true, d->days_record, MONTH,
		    "Days of p=quarantine: as long as of p=none (RFC 9989 "
		    "7.4).");
		reports_gates(g, d, MONTH - WEEK);
		reject_gates(g, d);
		return;
	case ROLLOUT_REJECT_TEST:
		gate(g, "stage", "days", true, d->days_record, FORTNIGHT,
		    "Days in this stage.");
		reports_gates(g, d, FORTNIGHT);
		reject_gates(g, d);
		return;
	}
}

/* What has to hold to stay. */
static void
hold_gates(struct gates *g, const struct rollout_data *d,
    enum rollout_stage stage)
{
	if (stage == ROLLOUT_NP_TEST || stage == ROLLOUT_NP)
		made_up_gate(g, d);
	if (stage >= ROLLOUT_QUARANTINE_TEST)
		share_gate(g, "aligned", true, d->aligned, d->ours, LOST,
		    "Mail of ours that passes: below this, go back and mend "
		    "what fails first.");
}

static bool
all_met(const struct rollout_gate *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g[i].state != GATE_MET)
			return false;
	return true;
}

static bool
any_unmet(const struct rollout_gate *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g[i].state == GATE_UNMET)
			return true;
	return false;
}

/* ---- the plan ------------------------------------------------------------ */

static const char *
leftover_of(const struct dmarc_record *r)
{
	if (r == NULL)
		return NULL;
	if (r->pct != 100)
		return "pct= has no meaning any more (RFC 9989 C.5.2): the "
		    "policy is applied to all mail";
	if (r->sp != POLICY_ABSENT && r->sp < r->p)
		return "sp= is weaker than p=: subdomains are left behind";
	if (r->np != POLICY_ABSENT && r->np < r->p)
		return "np= is weaker than p=: made-up subdomains are left "
		    "behind";
	return NULL;
}

/* Nobody sends, so nobody can be harmed: to the end at once. */
static void
plan_parked(struct rollout_plan *out, const struct rollout_data *d,
    struct arena *a)
{
	struct gates to = { out->gate, &out->n_gate };

	out->to = ROLLOUT_REJECT;
	gate(&to, "silent", "messages", false, d->ours, 0,
	    "Mail of ours: the domain is meant to have none.");
	out->finished = out->stage == ROLLOUT_REJECT && out->leftover == NULL;
	out->go_back = out->stage > ROLLOUT_WATCH && d->ours > 0;
	if (!out->finished)
		out->next = record_of(d, ROLLOUT_REJECT, a);
	if (out->stage > ROLLOUT_WATCH)
		out->back = record_of(d, ROLLOUT_WATCH, a);
}

static void
plan_steps(struct rollout_plan *out, const struct rollout_data *d,
    struct arena *a)
{
	struct gates to = { out->gate, &out->n_gate };
	struct gates stay = { out->hold, &out->n_hold };

	next_gates(&to, d, out->stage);
	hold_gates(&stay, d, out->stage);
	out->go_back = any_unmet(out->hold, out->n_hold);
	/* the last step: what was left behind catches up */
	out->to = out->stage == ROLLOUT_REJECT ? ROLLOUT_REJECT :
	    (enum rollout_stage)(out->stage + 1);
	out->finished = out->stage == ROLLOUT_REJECT && out->leftover == NULL;
	if (!out->finished)
		out->next = record_of(d, out->to, a);
	if (out->stage > ROLLOUT_WATCH)
		out->back = record_of(d,
		    (enum rollout_stage)(out->stage - 1), a);
}

void
rollout_plan(struct rollout_plan *out, const struct rollout_data *d,
    struct arena *a)
{
	*out = (struct rollout_plan){ .stage = rollout_stage_of(d->record),
		.next = SPAN_NONE, .back = SPAN_NONE,
		.leftover = leftover_of(d->record) };
	out->does = what_it_does(out->stage);
	if (d->parked)
		plan_parked(out, d, a);
	else
		plan_steps(out, d, a);
	out->may_go = !out->finished && !out->go_back &&
	    all_met(out->gate, out->n_gate);
}
