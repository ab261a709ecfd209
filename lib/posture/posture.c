/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posture.c - the loop: learn until nobody waits, then tell once.
 */
#include "posture/inner.h"

#include "base/bug.h"

static const struct {
	enum subject subject;
	learn_fn *learn;
	tell_fn *tell;
} subjects[] = {
	/* who needs what another learned or told stands below it */
	{ SUBJECT_SPF, learn_spf, tell_spf },
	{ SUBJECT_DKIM, learn_dkim, tell_dkim },
	{ SUBJECT_DMARC, learn_dmarc, tell_dmarc },
	{ SUBJECT_MX, learn_mx, tell_mx },
	{ SUBJECT_PTR, learn_ptr, tell_ptr },
	{ SUBJECT_MTA_STS, learn_sts, tell_sts },
	{ SUBJECT_TLS_RPT, learn_tls, tell_tls },
	{ SUBJECT_BIMI, learn_bimi, tell_bimi },
	{ SUBJECT_DNSSEC, learn_dnssec, tell_dnssec },
};

/* ---- from the cradle ----------------------------------------------------- */

static enum posture_refusal
take_ask(struct posture *p, const struct posture_ask *ask)
{
	struct domain d;

	if (!domain_parse(&p->domain, ask->domain, true, &p->arena) ||
	    domain_labels(p->domain) < 2)
		return p->arena.failed ? POSTURE_NO_MEMORY :
		    POSTURE_NO_DOMAIN;
	if (ask->n_selector > LIMIT_POSTURE_SELECTORS ||
	    ask->n_source > LIMIT_POSTURE_SOURCES)
		return POSTURE_TOO_MANY;
	for (size_t i = 0; i < ask->n_selector; i++) {
		if (!domain_parse(&d, ask->selector[i], false, &p->arena))
			return POSTURE_NO_SELECTOR;
		p->selector[p->n_selector++] = d.name;
	}
	for (size_t i = 0; i < ask->n_source; i++)
		p->given[p->n_given++] = ask->source[i];
	p->sts_text = arena_dup(&p->arena, ask->sts_policy);
	if (!span_absent(p->sts_text))
		sts_policy_parse(&p->policy, p->sts_text, &p->arena);
	return p->arena.failed ? POSTURE_NO_MEMORY : POSTURE_ACCEPTED;
}

static void
prepare(struct posture *p, const struct posture_ask *ask)
{
	p->session.now = ask->now;
	p->options = ask->options;
	p->options.profile = ASSAY_RFC9989;
	p->limits = (struct assay_limits){ .memory_bytes = LIMIT_EVAL_MEMORY,
		.questions = LIMIT_QUESTIONS };
	memo_init(&p->memo, &p->arena, LIMIT_QUESTIONS);
	run_begin(&p->run);
	p->run.arena = &p->arena;
	p->run.memo = &p->memo;
	p->run.keep = p->keep;
	p->run.session = &p->session;
	p->run.options = &p->options;
	p->run.limits = &p->limits;
	p->run.facts = &p->no_facts;
	p->run.out = &p->no_outcome;
}

enum assay_status
posture_new(struct posture **out, const struct posture_ask *ask,
    enum posture_refusal *why)
{
	struct arena *home = arena_new(LIMIT_HOME_MEMORY);
	struct posture *p = home == NULL ? NULL :
	    arena_alloc(home, sizeof(*p));
	enum posture_refusal no;

	*out = NULL;
	if (p == NULL) {
		arena_delete(home);
		return ASSAY_NOMEM;
	}
	p->home = home;
	arena_init(&p->arena, LIMIT_EVAL_MEMORY);
	no = take_ask(p, ask);
	if (no == POSTURE_ACCEPTED && ask->seed != NULL &&
	    assay_keep_new(&p->keep, 0, ask->seed) != ASSAY_OK)
		no = POSTURE_NO_MEMORY;
	if (why != NULL)
		*why = no;
	if (no != POSTURE_ACCEPTED) {
		posture_free(p);
		return no == POSTURE_NO_MEMORY ? ASSAY_NOMEM : ASSAY_FORMAT;
	}
	prepare(p, ask);
	*out = p;
	return ASSAY_OK;
}

void
posture_free(struct posture *p)
{
	if (p == NULL)
		return;
	assay_keep_free(p->keep);
	arena_free(&p->arena);
	arena_delete(p->home);
}

void
posture_warm(struct posture *p, const struct assay_oracle *oracle)
{
	if (p->memo.n_warm < sizeof(p->memo.warm) / sizeof(p->memo.warm[0]))
		p->memo.warm[p->memo.n_warm++] = *oracle;
}

/* ---- to tell ------------------------------------------------------------- */

/* Nobody mails with this name: no server takes it, SPF lets nobody send and
 * there is no key.  Silence alone is enough: it is how names are parked. */
static bool
find_parked(struct posture *p)
{
	if (p->missing || p->mx.n > 0 || !answered(p->mx.kind) ||
	    !answered(p->spf.a->kind) || p->n_given > 0 ||
	    p->n_selector > 0)
		return false;
	return (p->spf.n_record == 0 || spf_is_closed(p)) &&
	    !dkim_may_sign(p);
}

static bool
comes_before(const struct posture_finding *a, const struct posture_finding *b)
{
	if (a->grade != b->grade)
		return a->grade > b->grade;
	if (a->text->subject != b->text->subject)
		return a->text->subject < b->text->subject;
	return a->text->code < b->text->code;
}

/* The worst first; otherwise in the order in which they were told. */
static void
sort(struct posture *p)
{
	size_t n = 0;

	for (size_t s = 0; s < SUBJECTS; s++)
		n += p->part[s].n;
	p->sorted = arena_array(&p->arena, n, sizeof(*p->sorted));
	if (p->sorted == NULL)
		return;
	for (size_t s = 0; s < SUBJECTS; s++)
		for (size_t i = 0; i < p->part[s].n; i++) {
			size_t at = p->n_sorted++;

			while (at > 0 && comes_before(&p->part[s].f[i],
			    &p->sorted[at - 1])) {
				p->sorted[at] = p->sorted[at - 1];
				at--;
			}
			p->sorted[at] = p->part[s].f[i];
		}
}

static void
tell(struct posture *p)
{
	p->parked = find_parked(p);
	for (size_t i = 0; i < SUBJECTS; i++)
		subjects[i].tell(p);
	tell_bulk(p);
	sort(p);
	p->told = true;
}

/* ---- the loop ------------------------------------------------------------ */

static enum assay_status
status_of(const struct posture *p)
{
	if (p->arena.nomem)
		return ASSAY_NOMEM;
	return p->arena.failed || p->memo.full ? ASSAY_LIMIT : ASSAY_OK;
}

enum assay_status
posture_step(struct posture *p)
{
	bool all = true;

	if (p->told)
		return ASSAY_OK;
	for (size_t i = 0; i < SUBJECTS; i++) {
		struct part *part = &p->part[subjects[i].subject];

		if (!part->learned)
			part->learned = subjects[i].learn(p) == STEP_DONE;
		all = all && part->learned;
	}
	if (status_of(p) != ASSAY_OK)
		return status_of(p);
	if (!all && p->memo.open == 0 && bug("a subject waits for nothing"))
		return ASSAY_MISUSE;
	if (!all)
		return ASSAY_PENDING;
	tell(p);
	return status_of(p);
}

size_t
posture_questions(struct posture *p, const struct assay_question **out)
{
	size_t n = 0;

	if (p->open == NULL)
		p->open = arena_array(&p->arena, LIMIT_QUESTIONS,
		    sizeof(*p->open));
	*out = p->open;
	for (size_t i = 0; p->open != NULL && i < p->memo.n; i++)
		if (p->memo.row[i]->a.kind == 0)
			p->open[n++] = p->memo.row[i]->q;
	return n;
}

enum assay_status
posture_answer(struct posture *p, const struct assay_question *q,
    const struct assay_answer *a)
{
	if (memo_answer(&p->memo, q, a))
		return ASSAY_OK;
	return status_of(p) != ASSAY_OK ? status_of(p) : ASSAY_MISUSE;
}

static enum assay_status
answer_open(struct posture *p, const struct assay_oracle *oracle, size_t n)
{
	const struct assay_question *q;
	size_t open = posture_questions(p, &q);
	enum assay_status st = ASSAY_OK;

	/* all are in flight before the first is waited for */
	for (size_t o = 0; o < n; o++)
		for (size_t i = 0; oracle[o].begin != NULL && i < open; i++)
			oracle[o].begin(oracle[o].self, &q[i]);
	for (size_t i = 0; i < open && st == ASSAY_OK; i++) {
		struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };

		st = ASSAY_PENDING;
		for (size_t o = 0; o < n && st == ASSAY_PENDING; o++)
			st = oracle[o].ask(oracle[o].self, &q[i], &a);
		if (st == ASSAY_PENDING)
			a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
		if (st == ASSAY_OK || st == ASSAY_PENDING)
			st = posture_answer(p, &q[i], &a);
	}
	return st;
}

enum assay_status
posture_run(struct posture *p, const struct assay_oracle *oracle,
    size_t n_oracle)
{
	enum assay_status st;

	for (size_t o = 0; o < n_oracle; o++)
		if (oracle[o].start != NULL)
			oracle[o].start(oracle[o].self);
	while ((st = posture_step(p)) == ASSAY_PENDING) {
		st = answer_open(p, oracle, n_oracle);
		if (st != ASSAY_OK)
			return st;
	}
	return st;
}

/* ---- when it is done ----------------------------------------------------- */

struct span
posture_domain(const struct posture *p)
{
	return p->domain.name;
}

size_t
posture_findings(struct posture *p, struct posture_finding **out)
{
	*out = p->sorted;
	return p->n_sorted;
}

enum grade
posture_worst(const struct posture *p)
{
	return p->n_sorted == 0 ? GRADE_GOOD : p->sorted[0].grade;
}

enum grade
posture_worst_of(const struct posture *p, enum subject s)
{
	enum grade worst = GRADE_GOOD;

	for (size_t i = 0; i < p->part[s].n; i++)
		if (p->part[s].f[i].grade > worst)
			worst = p->part[s].f[i].grade;
	return worst;
}

struct span
posture_state(const struct posture *p, enum subject s)
{
	return p->part[s].state;
}

bool
posture_unanswered(const struct posture *p)
{
	for (size_t i = 0; i < p->n_sorted; i++)
		if (p->sorted[i].grade == GRADE_UNKNOWN)
			return true;
	return false;
}

bool
posture_is_parked(const struct posture *p)
{
	return p->parked;
}

size_t
posture_rules(const struct posture *p, const struct bulk_row **out)
{
	*out = p->row;
	return BULK_RULES;
}
