/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval.c - one evaluation: feed, then run the checks until none waits.
 *
 * The loop knows no protocol.  A check is called when it has not been
 * called yet, when a question it waited for has an answer, or when it waits
 * for another check; a pass that answers nothing costs nothing.
 */
#include "eval.h"

#include "base/bug.h"
#include "base/limits.h"
#include "facts/stream.h"

enum { WORDS = LIMIT_QUESTIONS / 64 };

static const struct {
	enum assay_check id;
	check_fn *run;
} checks[] = {
#define X(ID, name) { ASSAY_CHECK_##ID, check_##name },
#include "check/checks.def"
#undef X
};

enum { N_CHECKS = sizeof(checks) / sizeof(checks[0]) };

static size_t
or_default(size_t v, size_t def)
{
	return v == 0 ? def : v;
}

static struct assay_limits
limits_of(const struct assay_limits *in)
{
	struct assay_limits l = { .memory_bytes = 0 };

	if (in != NULL)
		l = *in;
	l.memory_bytes = or_default(l.memory_bytes, LIMIT_EVAL_MEMORY);
	l.header_bytes = or_default(l.header_bytes, LIMIT_HEADER_BYTES);
	l.header_fields = or_default(l.header_fields, LIMIT_HEADER_FIELDS);
	l.signatures = or_default(l.signatures, LIMIT_SIGS_VERIFIED);
	l.questions = or_default(l.questions, LIMIT_QUESTIONS);
	if (l.questions > LIMIT_QUESTIONS)
		l.questions = LIMIT_QUESTIONS;
	return l;
}

static const struct span *
dup_spans(struct arena *a, const struct span *in, size_t n)
{
	struct span *out = n == 0 ? NULL : arena_array(a, n, sizeof(*out));

	for (size_t i = 0; out != NULL && i < n; i++)
		out[i] = arena_dup(a, in[i]);
	return out;
}

static void
copy_options(struct assay_eval *ev, const struct assay_options *in)
{
	struct assay_options *o = &ev->options;

	if (in == NULL)
		return;
	*o = *in;
	o->trusted_sealer = dup_spans(ev->home, in->trusted_sealer,
	    in->n_trusted_sealer);
	o->trusted_authserv = dup_spans(ev->home, in->trusted_authserv,
	    in->n_trusted_authserv);
	o->own_domain = dup_spans(ev->home, in->own_domain,
	    in->n_own_domain);
	o->person = dup_spans(ev->home, in->person, in->n_person);
	o->own_name = dup_spans(ev->home, in->own_name, in->n_own_name);
	if (o->ours != NULL)	/* they are in there */
		o->n_protect_domain = 0;
	o->protect_domain = dup_spans(ev->home, in->protect_domain,
	    o->n_protect_domain);
}

/* What is ours in the form in which names are compared. */
static void
know_ours(struct assay_eval *ev)
{
	struct ours *ours;

	if (ev->options.ours != NULL) {
		ev->ours = &ev->options.ours->ours;
		return;
	}
	ours = arena_alloc(ev->home, sizeof(*ours));
	if (ours != NULL && ours_make(ours, &ev->options, ev->home))
		ev->ours = ours;
}

static void
copy_session(struct assay_eval *ev, const struct assay_session *in)
{
	struct assay_session *s = &ev->session;
	struct arena *a = &ev->arena;

	*s = *in;
	s->helo = arena_dup(a, in->helo);
	s->mail_from = arena_dup(a, in->mail_from);
	s->auth_user = arena_dup(a, in->auth_user);
	s->queue_id = arena_dup(a, in->queue_id);
	s->receiver = arena_dup(a, in->receiver);
	s->origin = arena_dup(a, in->origin);
	s->rcpt = dup_spans(a, in->rcpt, in->n_rcpt);
}

static enum assay_status
status_of(const struct assay_eval *ev)
{
	if (ev->arena.nomem)
		return ASSAY_NOMEM;
	return ev->arena.failed || ev->memo.full ? ASSAY_LIMIT : ASSAY_OK;
}

static enum assay_status
begin(struct assay_eval *ev, const struct assay_session *session)
{
	copy_session(ev, session);
	ev->phase = EVAL_FEEDING;
	bytes_clear((uint8_t *)&ev->facts, sizeof(ev->facts));
	bytes_clear((uint8_t *)&ev->out, sizeof(ev->out));
	ev->passes = ev->check_runs = 0;
	ev->open = NULL;
	ev->text = SPAN_NONE;
	ev->strip = NULL;
	ev->deferred = false;
	ev->header = ev->said = ev->bond = ev->way = SPAN_NONE;
	ev->fields = NULL;
	for (size_t i = 0; i < 2; i++)
		ev->body[i].ok = false;
	ev->stream = stream_new(&ev->facts, &ev->arena, &ev->session,
	    &ev->options, &ev->limits);
	return status_of(ev);
}

enum assay_status
assay_eval_new(struct assay_eval **out, const struct assay_session *session,
    const struct assay_options *options, const struct assay_limits *limits,
    struct assay_keep *keep)
{
	struct arena *home = arena_new(LIMIT_HOME_MEMORY);
	struct assay_eval *ev;
	enum assay_status st;

	*out = NULL;
	ev = home == NULL ? NULL : arena_alloc(home, sizeof(*ev));
	if (ev == NULL) {
		arena_delete(home);
		return ASSAY_NOMEM;
	}
	ev->home = home;
	ev->limits = limits_of(limits);
	arena_init(&ev->arena, ev->limits.memory_bytes);
	arena_init(&ev->side, LIMIT_BEHAVE_MEMORY);
	copy_options(ev, options);
	know_ours(ev);
	ev->run.keep = keep;
	st = home->failed ? ASSAY_LIMIT : begin(ev, session);
	if (st != ASSAY_OK) {
		assay_eval_free(ev);
		return st;
	}
	*out = ev;
	return ASSAY_OK;
}

void
assay_eval_free(struct assay_eval *ev)
{
	if (ev == NULL)
		return;
	arena_free(&ev->arena);
	arena_free(&ev->side);
	arena_delete(ev->home);
}

enum assay_status
assay_eval_reset(struct assay_eval *ev, const struct assay_session *session)
{
	arena_reset(&ev->arena);
	keep_tidy(ev->run.keep);
	return begin(ev, session);
}

enum assay_status
assay_eval_warm(struct assay_eval *ev, const struct assay_oracle *oracle)
{
	if (ev->n_warm == sizeof(ev->warm) / sizeof(ev->warm[0]) ||
	    ev->phase != EVAL_FEEDING)
		return ASSAY_MISUSE;
	ev->warm[ev->n_warm++] = *oracle;
	return ASSAY_OK;
}

enum assay_status
assay_eval_data(struct assay_eval *ev, struct assay_span bytes)
{
	if (ev->phase != EVAL_FEEDING)
		return ASSAY_MISUSE;
	if (ev->stream != NULL)
		stream_data(ev->stream, bytes);
	return status_of(ev);
}

void
eval_begin_checks(struct assay_eval *ev)
{
	struct run *r = &ev->run;

	memo_init(&ev->memo, &ev->arena, ev->limits.questions);
	for (size_t i = 0; i < ev->n_warm; i++)
		ev->memo.warm[i] = ev->warm[i];
	ev->memo.n_warm = ev->n_warm;
	run_begin(r);
	r->arena = &ev->arena;
	r->memo = &ev->memo;
	r->session = &ev->session;
	r->options = &ev->options;
	r->limits = &ev->limits;
	r->facts = &ev->facts;
	r->out = &ev->out;
	ev->waiting = 0;
	ev->phase = EVAL_CHECKING;
}

enum assay_status
assay_eval_end(struct assay_eval *ev)
{
	enum assay_status st;

	if (ev->phase != EVAL_FEEDING)
		return ASSAY_MISUSE;
	st = status_of(ev);
	if (st != ASSAY_OK || ev->stream == NULL)
		return st;
	stream_end(ev->stream);
	ev->header = stream_header(ev->stream);
	ev->fields = stream_fields(ev->stream);
	if (ev->fields != NULL)
		impersonate_read(&ev->facts, &(struct impersonate_in){
		    .header = ev->fields, .ours = ev->ours,
		    .mail_from = ev->session.mail_from }, &ev->arena);
	for (int k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		ev->body[k] = stream_body(ev->stream, (enum canon)k);
	ev->stream = NULL;
	eval_begin_checks(ev);
	return status_of(ev);
}

/* Of mail of our own people nobody asks who it is by: no DNS. */
static bool
is_wanted(const struct assay_eval *ev, enum assay_check c)
{
	return !ev->session.own || c == ASSAY_CHECK_MESSAGE ||
	    c == ASSAY_CHECK_CONTENT || c == ASSAY_CHECK_BEHAVIOUR;
}

/* Whether to call the check: it waits for nothing by name, or something it
 * waited for is there. */
static bool
worth_running(const struct assay_eval *ev, enum assay_check c)
{
	if ((ev->waiting >> (unsigned)c & 1) == 0)
		return true;
	for (size_t w = 0; w < WORDS; w++) {
		uint64_t bits = ev->waits[c][w];
		while (bits != 0) {
			size_t id = w * 64 + (size_t)__builtin_ctzll(bits);
			bits &= bits - 1;
			if (ev->memo.row[id]->a.kind != 0)
				return true;
		}
	}
	return false;
}

static bool
run_check(struct assay_eval *ev, enum assay_check c, check_fn *fn)
{
	struct run *r = &ev->run;
	uint64_t named = 0;

	asked_reset(r);
	for (size_t w = 0; w < WORDS; w++)
		r->waiting[w] = 0;
	ev->check_runs++;
	if (fn(r) == STEP_DONE) {
		r->done |= UINT32_C(1) << (unsigned)c;
		return true;
	}
	for (size_t w = 0; w < WORDS; w++) {
		ev->waits[c][w] = r->waiting[w];
		named |= r->waiting[w];
	}
	ev->waiting &= ~(UINT32_C(1) << (unsigned)c);
	if (named != 0)
		ev->waiting |= UINT32_C(1) << (unsigned)c;
	return false;
}

/* Evidence in the order of the registry, whichever check was done first:
 * the order of answers must not show. */
static void
order_evidence(struct run *r)
{
	struct assay_evidence *e = arena_array(r->arena, r->n_evidence,
	    sizeof(*e));
	size_t n = 0;

	if (e == NULL)
		return;
	for (size_t c = 0; c < N_CHECKS; c++)
		for (size_t i = 0; i < r->n_evidence; i++)
			if (r->evidence[i].check == checks[c].id)
				e[n++] = r->evidence[i];
	r->evidence = e;
	r->n_evidence = r->cap_evidence = n;
}

/* The open questions, as assay_eval_questions() shows them. */
static void
list_open(struct assay_eval *ev)
{
	ev->n_open = 0;
	if (ev->open == NULL)
		ev->open = arena_array(&ev->arena, ev->memo.max,
		    sizeof(*ev->open));
	for (size_t i = 0; ev->open != NULL && i < ev->memo.n; i++)
		if (ev->memo.row[i]->a.kind == 0)
			ev->open[ev->n_open++] = ev->memo.row[i]->q;
}

enum assay_status
assay_eval_step(struct assay_eval *ev)
{
	bool all = true;

	if (ev->phase == EVAL_DONE)
		return ASSAY_OK;
	if (ev->phase != EVAL_CHECKING)
		return ASSAY_MISUSE;
	ev->passes++;
	for (size_t i = 0; i < N_CHECKS; i++) {
		if (run_done(&ev->run, checks[i].id) ||
		    !is_wanted(ev, checks[i].id))
			continue;
		if (!worth_running(ev, checks[i].id) ||
		    !run_check(ev, checks[i].id, checks[i].run))
			all = false;
	}
	if (status_of(ev) != ASSAY_OK)
		return status_of(ev);
	if (!all && ev->memo.open == 0 && bug("a check waits for nothing"))
		return ASSAY_MISUSE;
	if (!all) {
		list_open(ev);
		return ASSAY_PENDING;
	}
	if (ev->passes > 1)
		order_evidence(&ev->run);
	ev->phase = EVAL_DONE;
	ev->n_checked = ev->run.n_evidence;
	return status_of(ev);
}

size_t
assay_eval_questions(const struct assay_eval *ev,
    const struct assay_question **out)
{
	*out = ev->open;
	return ev->phase == EVAL_CHECKING ? ev->n_open : 0;
}

enum assay_status
assay_eval_answer(struct assay_eval *ev, const struct assay_question *q,
    const struct assay_answer *a)
{
	if (ev->phase != EVAL_CHECKING)
		return ASSAY_MISUSE;
	if (memo_answer(&ev->memo, q, a))
		return ASSAY_OK;
	return status_of(ev) != ASSAY_OK ? status_of(ev) : ASSAY_MISUSE;
}

size_t
assay_eval_evidence(const struct assay_eval *ev,
    const struct assay_evidence **out)
{
	*out = ev->run.evidence;
	return ev->run.n_evidence;
}

bool
assay_eval_asked(const struct assay_eval *ev, size_t i,
    struct assay_question *q, struct assay_answer *a)
{
	if (i >= ev->memo.n)
		return false;
	*q = ev->memo.row[i]->q;
	*a = ev->memo.row[i]->a;
	return a->kind != 0;
}

struct assay_span
assay_eval_policy_domain(const struct assay_eval *ev)
{
	const struct dmarc_outcome *d = &ev->out.dmarc;
	const struct dmarc_author *a;

	if (ev->phase != EVAL_DONE || d->n_author <= d->decisive)
		return SPAN_NONE;
	a = &d->author[d->decisive];
	return domain_absent(a->record_domain) ? a->domain.name :
	    a->record_domain.name;
}

void
eval_facts_added(struct assay_eval *ev, enum assay_check check)
{
	ev->run.done &= ~(UINT32_C(1) << (unsigned)check);
	ev->phase = EVAL_CHECKING;
}
